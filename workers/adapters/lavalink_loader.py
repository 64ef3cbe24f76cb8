"""Asks one Lavalink node what an identifier stands for; needs no session, only the password."""

from __future__ import annotations

import time
from typing import Any, Protocol

import aiohttp
import msgspec

from workers.adapters.lavalink_client import SlotClient
from workers.adapters.lavalink_rest import NoAnswer
from workers.adapters.lavalink_tracks import Loaded, loaded_of
from workers.player.facts import Fact
from workers.ports import Away, NodeAddress, NodeRefused

LOAD_WITHIN = 10.0
REST_AFTER_FAILURE = 5.0
SOURCES_SECONDS = 60.0
_TIMEOUT = aiohttp.ClientTimeout(total=LOAD_WITHIN, sock_connect=2.0)


OLDEST = (4, 2)
"""Discord's voice wants DAVE encryption, which Lavalink knows since 4.2."""


class _Info(msgspec.Struct, rename="camel"):
    source_managers: list[str]


class TrackLoader(Protocol):
    """A node for loading tracks."""

    @property
    def rested(self) -> bool:
        """False a short while after it failed: others should be asked first."""

    async def load(self, identifier: str) -> Loaded:
        """Raises NoAnswer after 10 s, Away, NodeRefused."""

    async def sources(self) -> frozenset[str]:
        """Those that the node has, by Lavalink's names; raises Away, NodeRefused."""


class LavalinkLoader:
    """Implements TrackLoader on lavalink.py. Make it inside a running loop; close it."""

    def __init__(self, node: NodeAddress, *, user_id: int) -> None:
        self.node = node
        self._client = SlotClient(user_id, _no_players)
        self._rest = self._client.add(node, None, None)
        self._rests_until = 0.0
        self._sources: frozenset[str] | None = None
        self._sources_until = 0.0

    @property
    def rested(self) -> bool:
        """See TrackLoader."""
        return time.monotonic() >= self._rests_until

    async def load(self, identifier: str) -> Loaded:
        """See TrackLoader."""
        try:
            raw: Any = await self._rest.ask("GET", "loadtracks", params={"identifier": identifier}, timeout=_TIMEOUT)
        except (Away, NoAnswer):
            self._rests_until = time.monotonic() + REST_AFTER_FAILURE
            raise
        try:
            return loaded_of(raw)
        except msgspec.ValidationError as error:
            raise NodeRefused(f"Lavalink node {self.node.name} describes tracks in a form unknown to us") from error

    async def sources(self) -> frozenset[str]:
        """See TrackLoader; as they were at most SOURCES_SECONDS ago, as a node starts anew to get others."""
        if self._sources is None or time.monotonic() >= self._sources_until:
            info: Any = await self._rest.ask("GET", "info")
            try:
                self._sources = frozenset(msgspec.convert(info, _Info).source_managers)
            except msgspec.ValidationError as error:
                raise NodeRefused(f"Lavalink node {self.node.name} describes itself in a form unknown to us") from error
            self._sources_until = time.monotonic() + SOURCES_SECONDS
        return self._sources

    async def lyrics(self, encoded: str) -> Any:
        """What the plugin LavaLyrics says: a Lyrics object, or None. Raises NotOffered, Away, NodeRefused."""
        return await self._rest.ask("GET", "lyrics", params={"track": encoded}, timeout=_TIMEOUT)

    async def check(self) -> None:
        """Whether the node takes our password and is new enough; raises Away, PasswordRefused, NodeRefused."""
        info: Any = await self._rest.ask("GET", "info")
        version = info.get("version", {})
        have = (version.get("major", 0), version.get("minor", 0))
        if have < OLDEST:
            raise NodeRefused(
                f"Lavalink node {self.node.name} runs {version.get('semver', 'an unknown version')}. "
                "Update it: Segue needs 4.2 or newer, as Discord's voice does."
            )

    async def up_for(self) -> float:
        """Seconds since the node was started; raises Away, PasswordRefused, NodeRefused."""
        stats: Any = await self._rest.ask("GET", "stats")
        return float(stats.get("uptime", 0)) / 1000

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()


def _no_players(guild_id: int, fact: Fact) -> None:
    raise AssertionError(f"a client without a socket heard {fact} of guild {guild_id}")
