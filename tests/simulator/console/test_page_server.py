"""The console's page comes whole, and nothing else from its folder or from elsewhere."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from simulator.console import page_server
from simulator.process.discord_site import DiscordSite

_ARTWORK = "https://music.segue.example/artwork/"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[DiscordSite]:
    (tmp_path / "tone.png").write_bytes(b"a picture")
    site = DiscordSite()
    await site.start(media=tmp_path)
    yield site
    await site.stop()


@pytest.fixture
async def http(site: DiscordSite) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(site.base_url) as session:
        yield session


async def test_the_page_allows_itself_nothing_from_elsewhere(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as page:
        assert (page.status, page.content_type) == (200, "text/html")
        assert page.headers["Content-Security-Policy"].startswith("default-src 'self'; ")
        text = await page.text()
    assert "http://" not in text
    assert "https://" not in text


async def test_scripts_have_a_type_that_browsers_run(http: aiohttp.ClientSession) -> None:
    async with http.get("/console/start.js") as script:
        assert (script.status, script.content_type.rpartition("/")[2]) == (200, "javascript")


@pytest.mark.parametrize("path", ["/console/none.js", "/console/../page_server.py", "/console/..%2Fpage_server.py"])
async def test_other_files_are_not_served(http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(path) as answer:
        assert answer.status == 404


async def test_a_picture_of_the_catalogue_is_shown(http: aiohttp.ClientSession) -> None:
    async with http.get("/console/picture", params={"url": _ARTWORK + "tone.png"}) as picture:
        assert (picture.status, await picture.read()) == (200, b"a picture")


@pytest.mark.parametrize("url", [_ARTWORK + "../tone.png", _ARTWORK + "none.png", "http://evil.example/tone.png", ""])
async def test_no_other_picture_is_fetched(http: aiohttp.ClientSession, url: str) -> None:
    async with http.get("/console/picture", params={"url": url}) as picture:
        assert picture.status == 404


@pytest.mark.parametrize(
    "writer", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("]
)
def test_no_script_makes_elements_of_text(writer: str) -> None:
    scripts = list((Path(page_server.__file__).parent / "page").glob("*.js"))
    assert scripts
    assert [path.name for path in scripts if writer in path.read_text(encoding="utf-8")] == []


async def test_an_uploaded_page_may_not_run_scripts(site: DiscordSite, http: aiohttp.ClientSession) -> None:
    kept = site.world.attachments.keep(
        attachment_id="1", channel_id="2", filename="x.html", content=b"<script>x()</script>", content_type="text/html"
    )
    async with http.get(kept["url"]) as answer:
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
