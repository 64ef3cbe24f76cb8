"""One slot's session on one Lavalink node: opened or resumed, kept alive, and handed on without a gap in the music."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from workers.adapters.lavalink_calls import SessionCalls
from workers.adapters.lavalink_client import SlotClient
from workers.adapters.lavalink_gate import Gate
from workers.adapters.lavalink_metrics import node_from_zero, note_stats
from workers.adapters.lavalink_player import FrameArrived
from workers.adapters.lavalink_rest import SessionUnknown
from workers.adapters.lavalink_transport import SocketDropped
from workers.adapters.lavalink_voice import VoiceEndpoints
from workers.node_ports import FactSink, Opened
from workers.player.facts import LivePlayer, NodeLost
from workers.ports import Away, NodeAddress, PasswordRefused, PortFailed

_log = logging.getLogger(__name__)

OPEN_WITHIN = 5.0
RESUME_FOR = 300
"""Seconds for which the node keeps players whose owner is gone."""
ASK_HELD_EVERY = 5.0
HELD_ANSWERS_WITHIN = 3.0
"""A held session is asked once a second; a node that has not answered for so long is away."""


class SessionHeld(SocketDropped):
    """Another process (a frozen or cut-off owner) still holds the session's socket; its music goes on.

    The new session the node offered is closed at once. Resuming is tried again after ASK_HELD_EVERY, or as soon as a
    call finds that nobody holds it any more; until then the session answers calls of anybody who knows its id.
    """


class LavalinkSession(SessionCalls):
    """Implements ports.NodeSession on lavalink.py."""

    def __init__(
        self,
        node: NodeAddress,
        *,
        user_id: int,
        voice: VoiceEndpoints,
        on_new_session: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(node, voice)
        node_from_zero(node.name)
        self._user_id = user_id
        self._on_new_session = on_new_session
        """Gets the id of a session that had to be opened in place of a lost one, to be stored for the next owner."""
        self._gate: Gate | None = None
        self._opened: asyncio.Future[Opened] | None = None
        self._doubted: str | None = None
        self._held_seen: float | None = None
        """When the node last answered for a session that another socket holds (monotonic s)."""

    @property
    def session_id(self) -> str | None:
        """The session in use."""
        return self._link_node.session_id if self._link_node is not None else None

    @property
    def connected(self) -> bool:
        """Whether the socket is open; players live on while it is not."""
        return self._link_node is not None and self._link_node.link.steady

    @property
    def held(self) -> bool:
        """See ports.NodeSession."""
        return self._held_seen is not None

    @property
    def away_for(self) -> float:
        """See ports.NodeSession."""
        if self._link_node is None or self.connected:
            return 0.0
        if self._held_seen is not None:
            return max(0.0, time.monotonic() - self._held_seen - HELD_ANSWERS_WITHIN)
        return time.monotonic() - self._link_node.link.down_since

    @property
    def worn_out(self) -> bool:
        """See ports.NodeSession."""
        return self._voice.should_drain(self.node.name)

    async def open(self, session_id: str | None, sink: FactSink) -> Opened:
        """See ports.NodeSession. After any failure nothing is left running."""
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
        self._held_seen = None
        if not resumed:
            if wanted is not None:  # forgotten: a new server, with all its threads
                self._voice.node_restarted(self.node.name)
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
        name = self.node.name
        try:
            players = await self.players()
        except SessionUnknown:
            if self._doubted == wanted:
                self._doubted = None
                return
            # Its old socket may have closed between our handshake and this question: then it can be resumed now.
            self._doubted = wanted
            raise SocketDropped(f"Lavalink node {name} offered a new session; asking once more", retry_in=0) from None
        self._doubted = None
        self._held_seen = time.monotonic()
        self._tell_opened(Opened(wanted, True, players, held=True))
        raise SessionHeld(f"the session on Lavalink node {name} is held by another socket", retry_in=ASK_HELD_EVERY)

    async def players(self) -> tuple[LivePlayer, ...]:
        """See ports.NodeSession."""
        try:
            living = await super().players()
        except SessionUnknown:
            if self.held:
                self._parts()[1].link.hurry()  # nobody holds it any more
            raise
        if self.held:
            self._held_seen = time.monotonic()
        return living

    async def _tell_owner(self, session_id: str, resumed: bool) -> None:
        if self._opened is None or self._opened.done():
            if not resumed and self._on_new_session is not None:
                self._on_new_session(session_id)
            return
        self._tell_opened(Opened(session_id, resumed, await self.players() if resumed else ()))

    def _tell_opened(self, opened: Opened) -> None:
        if self._opened is not None and not self._opened.done():
            for player in opened.players:
                self._player(player.guild_id)
            self._opened.set_result(opened)

    def _report_lost(self) -> None:
        client, node = self._parts()
        guilds = tuple(client.player_manager.players)
        if guilds and self._gate is not None:
            _log.error("Lavalink node %s lost our session with %d players", self.node.name, len(guilds))
            down_ms = int((time.monotonic() - node.link.down_since) * 1000)
            self._gate.put(partial(self._deliver_lost, guilds, time.time_ns() // 1_000_000 - down_ms))

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
            note_stats(self.node.name, frame)
            await node.link._handle_message(frame)
            return
        player = client.player_manager.get(int(frame["guildId"])) if "guildId" in frame else None
        if player is None:
            _log.debug("frame %s of guild %s has no player of ours", frame.get("op"), frame.get("guildId"))
        elif frame.get("op") == "playerUpdate":
            await player.update_state(frame["state"])
        elif frame.get("op") == "event":
            await player.handle_event(FrameArrived(frame, at_ms))

    async def _tear_down(self) -> None:
        client, gate = self._client, self._gate
        self._client = self._link_node = self._gate = self._opened = None
        self._doubted = self._held_seen = None
        if client is not None:
            await client.close()
        if gate is not None:
            await gate.close()
