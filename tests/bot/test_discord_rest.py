"""What the gateway adds to discord.py's HTTP client."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from discord import HTTPException
from discord.http import HTTPClient, Route
from discord.utils import DISCORD_EPOCH

from bot.conversation import Conversation, Record
from bot.discord_rest import CallbackType, DiscordAway, DiscordRest, DiscordShutOut, EmbedsDropped
from tests.bot.sandbox import eventually


class LimitedClient:
    """discord.py's client when Discord's global limit was hit: where a request finds the gate open, it shuts it."""

    def __init__(self) -> None:
        self._global_over = asyncio.Event()
        self._global_over.set()

    async def request(self, _route: object, **_content: Any) -> None:
        """As HTTPClient does it: who is cancelled in the sleep leaves the gate shut."""
        self._global_over.clear()
        await asyncio.sleep(60)
        self._global_over.set()

    async def open(self) -> bool:
        """Whether other requests may go on."""
        return self._global_over.is_set()


async def test_a_call_that_is_given_up_in_the_global_limit_does_not_stop_all_others_for_ever() -> None:
    client = LimitedClient()
    rest = DiscordRest(cast(HTTPClient, client), 1)
    with pytest.raises(DiscordAway, match="TimeoutError"):
        await rest.voice_channel(1, 2)
    assert not await client.open(), "the limit still holds"
    await eventually(client.open)


class GatedClient:
    """discord.py's client while the global limit holds: requests wait at its gate."""

    def __init__(self) -> None:
        self._global_over = asyncio.Event()
        self.sent: list[str] = []

    async def request(self, route: Route, **_content: Any) -> None:
        """As HTTPClient does it."""
        await self._global_over.wait()
        self.sent.append(route.path)


async def test_answers_to_members_do_not_wait_for_the_global_limit() -> None:
    client = GatedClient()
    rest = DiscordRest(cast(HTTPClient, client), 1)
    await rest.respond("1", "token", CallbackType.MESSAGE, {}, seconds=60)
    await rest.edit_original("token", {})
    editing = asyncio.create_task(rest.edit(1, 2, {}))
    await asyncio.sleep(0)
    assert len(client.sent) == 2
    client._global_over.set()
    await editing
    assert client.sent[2].startswith("/channels/")


class Answering:
    """discord.py's client where each request is answered with the same message."""

    def __init__(self, message: dict[str, Any]) -> None:
        self._global_over = asyncio.Event()
        self._global_over.set()
        self._message = message

    async def request(self, _route: Route, **_content: Any) -> dict[str, Any]:
        """As HTTPClient does it."""
        return self._message


CARD = {"embeds": [{"title": "Song"}]}


async def test_embeds_that_discord_dropped_are_noticed() -> None:
    rest = DiscordRest(cast(HTTPClient, Answering({"id": "7", "embeds": [], "flags": 0})), 1)
    for call in (rest.edit(1, 7, CARD), rest.post(1, CARD, "n")):
        with pytest.raises(EmbedsDropped) as dropped:
            await call
        assert dropped.value.message_id == 7
    await rest.edit(1, 7, {"content": "none were sent"})


@pytest.mark.parametrize("message", [{"embeds": CARD["embeds"]}, {"embeds": [], "flags": 1 << 2}])
async def test_embeds_that_are_there_or_that_a_moderator_took_away_are_no_missing_permission(
    message: dict[str, Any],
) -> None:
    rest = DiscordRest(cast(HTTPClient, Answering({"id": "7", **message})), 1)
    await rest.edit(1, 7, CARD)
    assert await rest.post(1, CARD, "n") == 7


class Walled:
    """discord.py's client at an address that is shut out: it raises at once where an answer lacks Via."""

    def __init__(self, **headers: str) -> None:
        self._global_over = asyncio.Event()
        self._global_over.set()
        self._headers = headers
        self.asked: list[str] = []  # one list, as the client is copied

    async def request(self, route: Route, **_content: Any) -> None:
        """As HTTPClient does it."""
        self.asked.append(route.path)
        answer = SimpleNamespace(status=429, reason="Too Many Requests", headers=self._headers)
        raise HTTPException(cast(aiohttp.ClientResponse, answer), "error code: 1015")


async def test_nothing_is_asked_while_discords_wall_shuts_us_out() -> None:
    client = Walled(**{"Retry-After": "120"})
    rest = DiscordRest(cast(HTTPClient, client), 1)
    for _ in range(5):
        with pytest.raises(DiscordShutOut):
            await rest.edit(1, 2, {})
        with pytest.raises(DiscordShutOut):
            await rest.respond("1", "token", CallbackType.MESSAGE, {}, seconds=60)
    assert len(client.asked) == 1


async def test_a_limit_of_discords_own_does_not_stop_other_calls() -> None:
    client = Walled(Via="1.1 google")
    rest = DiscordRest(cast(HTTPClient, client), 1)
    for _ in range(3):
        with pytest.raises(DiscordAway):
            await rest.edit(1, 2, {})
    assert len(client.asked) == 3


async def test_who_is_shut_out_asks_once_for_a_first_response() -> None:
    client = Walled()
    rest = DiscordRest(cast(HTTPClient, client), 1)
    now_ms = int(time.time() * 1000)
    identity = str((now_ms - DISCORD_EPOCH) << 22)
    record = Record(id=identity, token="t", guild_id=1, defers="public", locale="en", received_ms=now_ms)
    conversation = Conversation(record, rest, lambda: now_ms)
    assert not await conversation.defer()
    assert (len(client.asked), record.state) == (1, "gone")
