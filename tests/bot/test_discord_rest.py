"""What the gateway adds to discord.py's HTTP client."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from discord.http import HTTPClient, Route

from bot.discord_rest import CallbackType, DiscordAway, DiscordRest
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
