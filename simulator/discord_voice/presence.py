"""Who is connected to voice: the one place where a session gains and loses its websocket."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

from simulator.discord_voice import close_codes
from simulator.discord_voice.admission import Admission, Refusal
from simulator.discord_voice.ears import Ears
from simulator.discord_voice.faults import VoiceFaults
from simulator.discord_voice.sessions import Connection, Sessions, VoiceSession


@dataclass(frozen=True, slots=True)
class VoiceConnected:
    """A websocket holds the guild's session now."""

    guild_id: str
    user_id: str
    channel_id: str
    resumed: bool


@dataclass(frozen=True, slots=True)
class VoiceDisconnected:
    """The session has lost its websocket; `code` says whether it may be resumed."""

    guild_id: str
    user_id: str
    code: int


VoiceChange = VoiceConnected | VoiceDisconnected


@dataclass(slots=True)
class VoiceServerState:
    """What all connections of one voice server share."""

    admission: Admission
    ears: Ears
    heartbeat_ms: int
    on_change: Callable[[VoiceChange], None] | None = None
    udp_address: tuple[str, int] = ("127.0.0.1", 0)
    sessions: Sessions = field(default_factory=Sessions)
    faults: VoiceFaults = field(default_factory=VoiceFaults)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def admit(self, guild_id: str, user_id: str, session_id: str, token: str) -> VoiceSession | Refusal:
        """Ask the world, and open a session; the user's former one in this guild is over."""
        verdict = self.admission.admit(guild_id, user_id, session_id, token)
        if isinstance(verdict, Refusal):
            return verdict
        for former in self.sessions.of_guild(guild_id):
            if former.user_id == user_id:
                self._supersede(former)
        return self.sessions.open(
            guild_id=guild_id,
            user_id=user_id,
            session_id=session_id,
            token=token,
            channel_id=verdict.channel_id,
        )

    def hold(self, session: VoiceSession, connection: Connection, *, resumed: bool) -> None:
        """Give a session its websocket."""
        session.connection = connection
        self.ears.joined(session.guild_id, session.ssrc, session.channel_id)
        self._tell(VoiceConnected(session.guild_id, session.user_id, session.channel_id, resumed))

    def release(self, session: VoiceSession | None, connection: Connection, code: int) -> None:
        """Take it away; nothing happens when another connection holds the session by now."""
        if session is None or session.connection is not connection:
            return
        session.connection = None
        if not close_codes.is_resumable(code):
            self.sessions.end(session)
        self.ears.left(session.guild_id, session.ssrc)
        self._tell(VoiceDisconnected(session.guild_id, session.user_id, code))

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Run something nobody waits for; a failure ends up in the loop's exception handler."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait for what was spawned."""
        await asyncio.gather(*self._tasks)

    def _supersede(self, former: VoiceSession) -> None:
        if former.connection is not None:
            self.spawn(former.connection.close(close_codes.SESSION_INVALID, "Session is no longer valid."))
        self.sessions.end(former)

    def _tell(self, change: VoiceChange) -> None:
        if self.on_change is not None:
            self.on_change(change)
