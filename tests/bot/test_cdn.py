"""Files that members attach: read from Discord's CDN, small and as text, and from nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.attachments import Attachment
from bot.cdn import LARGEST_BYTES, Cdn
from bot.sentences import FILE_NOT_FETCHED, FILE_NOT_TEXT, FILE_TOO_LARGE, NOT_AN_ATTACHMENT, Text
from bot.slash.options import Refused

FILES = {
    "good": "One\nÑandú".encode(),
    "marked": b"\xef\xbb\xbfOne",
    "binary": b"\xff\xfe\x00",
    "large": b"x" * (LARGEST_BYTES + 1),
    "full": b"x" * LARGEST_BYTES,
}


async def answer(request: web.Request) -> web.StreamResponse:
    """The CDN."""
    name = request.match_info["name"]
    if name == "elsewhere":
        raise web.HTTPFound("/attachments/good")
    if name == "slow":
        await asyncio.sleep(30)
    if name not in FILES:
        raise web.HTTPNotFound()
    return web.Response(body=FILES[name])


@pytest.fixture
async def base() -> AsyncIterator[str]:
    """Its address."""
    app = web.Application()
    app.router.add_get("/attachments/{name}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def file(base: str, name: str, size: int = 5) -> Attachment:
    """An attachment as Discord describes it."""
    return Attachment(name="list.txt", url=f"{base}/attachments/{name}", size=size)


@pytest.mark.parametrize(("name", "text"), [("good", "One\nÑandú"), ("marked", "One"), ("full", "x" * LARGEST_BYTES)])
async def test_text_is_read(base: str, name: str, text: str) -> None:
    assert await Cdn(base).text(file(base, name)) == text


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("binary", FILE_NOT_TEXT),
        ("large", FILE_TOO_LARGE),
        ("missing", FILE_NOT_FETCHED),
        ("elsewhere", FILE_NOT_FETCHED),
    ],
)
async def test_what_cannot_be_read_is_said(base: str, name: str, sentence: Text) -> None:
    with pytest.raises(Refused) as refused:
        await Cdn(base).text(file(base, name))
    assert refused.value.text is sentence


async def test_a_file_that_takes_long_is_given_up(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cdn.FETCH_SECONDS", 0.1)
    with pytest.raises(Refused) as refused:
        await Cdn(base).text(file(base, "slow"))
    assert refused.value.text is FILE_NOT_FETCHED


async def test_a_file_that_says_that_it_is_large_is_not_even_asked_for() -> None:
    with pytest.raises(Refused) as refused:
        await Cdn("http://127.0.0.1:9").text(file("http://127.0.0.1:9", "good", size=LARGEST_BYTES + 1))
    assert refused.value.text is FILE_TOO_LARGE


@pytest.mark.parametrize("address", ["https://cdn.discordapp.com.evil.example", "http://10.0.0.1", "file:///etc"])
async def test_nothing_is_fetched_from_anywhere_else(address: str) -> None:
    with pytest.raises(Refused) as refused:
        await Cdn("https://cdn.discordapp.com").text(file(address, "good"))
    assert refused.value.text is NOT_AN_ATTACHMENT


def test_the_signed_address_is_not_shown() -> None:
    assert "attachments" not in repr(file("https://cdn.discordapp.com", "good"))
