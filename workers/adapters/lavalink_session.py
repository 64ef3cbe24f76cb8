"""One slot's session on one Lavalink node: opened or resumed, kept alive, and handed on without a gap in the music."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import aiohttp

from workers.adapters.lavalink_client import LavalinkNode, SlotClient
from workers.adapters.lavalink_frames import live_player
from workers.adapters.lavalink_gate import Gate
from workers.adapters.lavalink_player import FrameArrived, LavalinkPlayer, Mark, StoredFilters
from workers.adapters.lavalink_rest import NoAnswer, SessionUnknown
from workers.adapters.lavalink_transport import SocketDropped
from workers.adapters.lavalink_voice import VoiceEndpoints
from workers.player.effects import StartTrack
from workers.player.facts import LivePlayer, NodeLost
from workers.ports import (
    Away,
    FactSink,
    NodeAddress,
    NodeRefused,
    Opened,
    PasswordRefused,
    PortFailed,
    VoiceCredentials,
)

_log = logging.getLogger(__name__)

OPEN_WITHIN = 5.0
RESUME_FOR = 300
"""Seconds for which the node keeps players whose owner is gone."""
ASK_HELD_EVERY = 5.0
_SIGN_OF_LIFE = aiohttp.ClientTimeout(total=1.0)


class SessionHeld(SocketDropped):
    """Another process (a frozen or cut-off owner) still holds the session's socket; its music goes on.

    Nothing was opened: the new session the node offered was closed at once. Resuming can be tried again after
    ASK_HELD_EVERY; until then the session answers REST calls of anybody who knows its id.
    """


class LavalinkSession:
    """Implements ports.NodeSession on lavalink.py."""

    def __init__(
        self,
        node: NodeAddress,
        *,
        user_id: int,
        voice: VoiceEndpoints,
        on_new_session: Callable[[str], None] | None = None,
    ) -> None:
        self.node = node
        self._user_id = user_id
        self._voice = voice
        self._on_new_session = on_new_session
        """Gets the id of a session that had to be opened in place of a lost one, to be stored for the next owner."""
        self._client: SlotClient | None = None
        self._link_node: LavalinkNode | None = None
        self._gate: Gate | None = None
        self._opened: asyncio.Future[Opened] | None = None
        self._doubted: str | None = None

    @property
    def session_id(self) -> str | None:
        """The session in use."""
        return self._link_node.session_id if self._link_node is not None else None

    @property
    def connected(self) -> bool:
        """Whether the socket is open; players live on while it is not."""
        return self._link_node is not None and self._link_node.link.steady

    @property
    def away_for(self) -> float:
        """Seconds since the socket was lost, 0 while it is open; long ones are a reason to move guilds."""
        if self._link_node is None or self.connected:
            return 0.0
        return time.monotonic() - self._link_node.link.down_since

    @property
    def hung_voice_patches(self) -> int:
        """Voice PATCHes that hang on this node; see VoiceEndpoints.should_drain."""
        return self._voice.hung_count(self.node.name)

    async def open(self, session_id: str | None, sink: FactSink) -> Opened:
        """See ports.NodeSession; also raises SessionHeld (an Away). After any failure nothing is left running."""
        if self._client is not None:
            raise RuntimeError(f"the session on {self.node.name} is open already")
        self._gate = Gate()
        self._client = SlotClient(self._user_id, sink)
        self._link_node = self._client.add(self.node, session_id, self)
        self._opened = asyncio.get_running_loop().create_future()
        link = self._link_node.link
        link.connect()
        try:
            async with asyncio.timeout(OPEN_WITHIN):
                return await self._opened
        except BaseException as error:
            await self._tear_down()
            if isinstance(error, TimeoutError):
                why = link.failure or f"Lavalink node {self.node.name} did not answer"
                raise Away(f"{why}; tried for {OPEN_WITHIN:.0f} s") from None
            raise

    def release_events(self) -> None:
        """See ports.NodeSession."""
        if self._gate is not None:
            self._gate.open()

    async def start(self, guild_id: int, track: StartTrack, epoch: int, *, no_replace: bool = False) -> None:
        """See ports.NodeSession."""
        await self._player(guild_id).start(track, epoch, no_replace=no_replace)

    async def stop(self, guild_id: int) -> None:
        """See ports.NodeSession."""
        await self._player(guild_id).stop()

    async def set_paused(self, guild_id: int, paused: bool, mark: Mark | None = None) -> None:
        """See ports.NodeSession. `mark` renews the playing track's userData, as in the calls below."""
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

    async def close(self, *, keep: bool) -> None:
        """See ports.NodeSession. Without `keep` the node destroys the session's players at once."""
        if not keep and self._link_node is not None and self.connected:
            try:
                await self._link_node.update_session(resuming=False)
            except PortFailed as error:
                _log.warning("the session on %s outlives us by up to %d s: %s", self.node.name, RESUME_FOR, error)
        await self._tear_down()

    # -- what the transport reports (SocketKeeper) -------------------------------------------------------------------

    async def ready(self, session_id: str, resumed: bool) -> None:
        """Take the session over, or find out what became of the one we wanted."""
        _, node = self._parts()
        wanted = node.link.session_id
        if not resumed:
            if wanted is not None:
                await self._make_sure_it_is_gone(wanted)
            # Said under the new id before calls go there: a session that is not resumable must carry no player.
            await node.ask("PATCH", f"sessions/{session_id}", json={"resuming": True, "timeout": RESUME_FOR})
        node.link.session_id = session_id
        if not resumed:
            self._report_lost()
        await self._tell_owner(session_id, resumed)

    def heard(self, frame: dict[str, Any], at_ms: int) -> None:
        """Put a frame in line."""
        if self._gate is not None:
            self._gate.put(partial(self._deliver, frame, at_ms))

    def refused(self, error: PasswordRefused) -> None:
        """At the start this is final; later the password may be in the middle of a rotation."""
        if self._opened is not None and not self._opened.done():
            self._opened.set_exception(error)

    async def _make_sure_it_is_gone(self, wanted: str) -> None:
        """Return if the wanted session is gone for good; else raise to drop the one that was offered instead."""
        _, node = self._parts()
        name = self.node.name
        try:
            await node.ask("GET", f"sessions/{wanted}/players")
        except SessionUnknown:
            if self._doubted == wanted:
                self._doubted = None
                return
            # Its old socket may have closed between our handshake and this question: then it can be resumed now.
            self._doubted = wanted
            raise SocketDropped(f"Lavalink node {name} offered a new session; asking once more", retry_in=0) from None
        held = SessionHeld(f"the session on Lavalink node {name} is held by another socket", retry_in=ASK_HELD_EVERY)
        if self._opened is not None and not self._opened.done():
            self._opened.set_exception(held)
        raise held

    async def _tell_owner(self, session_id: str, resumed: bool) -> None:
        if self._opened is None or self._opened.done():
            if not resumed and self._on_new_session is not None:
                self._on_new_session(session_id)
            return
        players = await self.players() if resumed else ()
        for player in players:
            self._player(player.guild_id)
        if not self._opened.done():
            self._opened.set_result(Opened(session_id, resumed, players))

    def _report_lost(self) -> None:
        client, _ = self._parts()
        guilds = tuple(client.player_manager.players)
        self._voice.node_restarted(self.node.name)
        if guilds and self._gate is not None:
            _log.error("Lavalink node %s lost our session with %d players", self.node.name, len(guilds))
            self._gate.put(partial(self._deliver_lost, guilds, time.time_ns() // 1_000_000))

    async def _deliver_lost(self, guilds: tuple[int, ...], at_ms: int) -> None:
        client, _ = self._parts()
        for guild_id in guilds:
            client.player_manager.remove(guild_id)
        for guild_id in guilds:
            client.sink(guild_id, NodeLost(at_ms))

    async def _deliver(self, frame: dict[str, Any], at_ms: int) -> None:
        """Through the library's player, with the frame itself (TRAPS 18); players unknown to us are not ours."""
        client, node = self._parts()
        if frame.get("op") == "stats":
            await node.link._handle_message(frame)
            return
        player = client.player_manager.get(int(frame["guildId"])) if "guildId" in frame else None
        if player is None:
            _log.debug("frame %s of guild %s has no player of ours", frame.get("op"), frame.get("guildId"))
        elif frame.get("op") == "playerUpdate":
            await player.update_state(frame["state"])
        elif frame.get("op") == "event":
            await player.handle_event(FrameArrived(frame, at_ms))

    async def _find_who_hangs(self, endpoint: str) -> None:
        """Blame the endpoint only if the node answers else: a frozen node must not cost its guilds their endpoint."""
        _, node = self._parts()
        try:
            await node.ask("GET", "stats", timeout=_SIGN_OF_LIFE)
        except PortFailed as error:
            _log.warning("a voice PATCH got no answer, and neither does anything else: %s", error)
            return
        self._voice.hung(self.node.name, endpoint)
        count = self.hung_voice_patches
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

    async def _tear_down(self) -> None:
        client, gate = self._client, self._gate
        self._client = self._link_node = self._gate = self._opened = None
        self._doubted = None
        if client is not None:
            await client.close()
        if gate is not None:
            await gate.close()
