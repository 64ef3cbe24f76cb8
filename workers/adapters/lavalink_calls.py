"""The REST half of a session on a Lavalink node: what may be told to its players, whoever holds its socket."""

from __future__ import annotations

import logging
import time
from typing import Any

import aiohttp

from workers.adapters.lavalink_client import LavalinkNode, SlotClient
from workers.adapters.lavalink_frames import live_player
from workers.adapters.lavalink_player import LavalinkPlayer, StoredFilters
from workers.adapters.lavalink_rest import NoAnswer
from workers.adapters.lavalink_voice import VoiceEndpoints
from workers.node_ports import NodeFigures
from workers.player.effects import StartTrack
from workers.player.facts import LivePlayer
from workers.ports import Away, Mark, NodeAddress, NodeRefused, PortFailed, VoiceCredentials

_log = logging.getLogger(__name__)

_SIGN_OF_LIFE = aiohttp.ClientTimeout(total=1.0)


class SessionCalls:
    """Calls on the players of the session that is open at the moment; see ports.NodeSession."""

    def __init__(self, node: NodeAddress, voice: VoiceEndpoints) -> None:
        self.node = node
        self._voice = voice
        self._client: SlotClient | None = None
        self._link_node: LavalinkNode | None = None

    async def start(self, guild_id: int, track: StartTrack, epoch: int, *, no_replace: bool = False) -> None:
        """See ports.NodeSession."""
        await self._player(guild_id).start(track, epoch, no_replace=no_replace)

    async def stop(self, guild_id: int) -> None:
        """See ports.NodeSession."""
        await self._player(guild_id).stop()

    async def renew_mark(self, guild_id: int, mark: Mark) -> None:
        """See ports.NodeSession."""
        await self._player(guild_id).change(mark)

    async def set_paused(self, guild_id: int, paused: bool, mark: Mark | None = None) -> None:
        """See ports.NodeSession."""
        await self._player(guild_id).change(mark, paused=paused)

    async def set_volume(self, guild_id: int, volume: int, mark: Mark | None = None) -> None:
        """Per cent, 0 to 1000."""
        await self._player(guild_id).change(mark, volume=volume)

    async def seek(self, guild_id: int, position_ms: int, mark: Mark | None = None) -> None:
        """Go on from a position of the playing track."""
        await self._player(guild_id).change(mark, position=position_ms)

    async def set_filters(self, guild_id: int, filters: dict[str, Any], mark: Mark | None = None) -> None:
        """Replace all filters by these (Lavalink v4 filters object); {} clears them."""
        await self._player(guild_id).change(mark, filters=[StoredFilters(filters)])

    async def set_voice(self, guild_id: int, credentials: VoiceCredentials) -> None:
        """See ports.NodeSession; raises EndpointResting (an Away) while the endpoint is left alone."""
        self._voice.check(credentials.endpoint)
        async with self._voice.turn(credentials.endpoint):
            try:
                await self._player(guild_id).set_voice(credentials)
            except NoAnswer:
                await self._find_who_hangs(credentials.endpoint)
                raise

    async def destroy(self, guild_id: int) -> None:
        """See ports.NodeSession; later events of the guild are dropped."""
        client, node = self._parts()
        await node.destroy_player(guild_id)
        client.player_manager.remove(guild_id)

    async def players(self) -> tuple[LivePlayer, ...]:
        """See ports.NodeSession."""
        _, node = self._parts()
        return self._read_players(await node.get_players())

    async def ask_for_life(self) -> float:
        """See ports.NodeSession."""
        asked = time.monotonic()
        await self._parts()[1].ask("GET", "stats", timeout=_SIGN_OF_LIFE)
        return (time.monotonic() - asked) * 1_000

    @property
    def figures(self) -> NodeFigures | None:
        """See ports.NodeSession."""
        told = self._link_node.stats if self._link_node is not None else None
        if told is None or told.is_fake:
            return None
        return NodeFigures(
            players=told.players,
            playing=told.playing_players,
            system_load=told.system_load,
            lavalink_load=told.lavalink_load,
            cores=told.cpu_cores,
            memory_bytes=told.memory_used,
            uptime_ms=told.uptime,
            frames_deficit=told.frames_deficit,
        )

    async def version(self) -> str:
        """See ports.NodeSession."""
        info = await self._parts()[1].ask("GET", "info", timeout=_SIGN_OF_LIFE)
        return str(info.get("version", {}).get("semver", "")) if isinstance(info, dict) else ""

    async def _find_who_hangs(self, endpoint: str) -> None:
        """Blame the endpoint only if the node answers else: a frozen node must not cost its guilds their endpoint."""
        _, node = self._parts()
        try:
            await node.ask("GET", "stats", timeout=_SIGN_OF_LIFE)
        except PortFailed as error:
            _log.warning("a voice PATCH got no answer, and neither does anything else: %s", error)
            return
        self._voice.hung(self.node.name, endpoint)
        count = self._voice.hung_count(self.node.name)
        _log.error("voice endpoint %s let Lavalink node %s hang (%d so far)", endpoint, self.node.name, count)

    # -- parts -------------------------------------------------------------------------------------------------------

    def _player(self, guild_id: int) -> LavalinkPlayer:
        client, node = self._parts()
        return client.player_manager.create(guild_id, node=node)

    def _parts(self) -> tuple[SlotClient, LavalinkNode]:
        if self._client is None or self._link_node is None:
            raise Away(f"our session on Lavalink node {self.node.name} is not open")
        return self._client, self._link_node

    def _read_players(self, raw: Any) -> tuple[LivePlayer, ...]:
        try:
            return tuple(live_player(player) for player in raw)
        except (KeyError, TypeError, ValueError) as error:
            raise NodeRefused(f"Lavalink node {self.node.name} describes players in a form unknown to us") from error
