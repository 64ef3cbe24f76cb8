"""A node's session as the tests of the audio worker see it: says what was asked, and fails when told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workers.node_ports import FactSink, NodeFigures, Opened
from workers.player.effects import StartTrack
from workers.player.facts import LivePlayer
from workers.ports import Mark, NodeAddress, PortFailed, VoiceCredentials


@dataclass
class Session:
    """Implements NodeSession; `done` says what was asked, in order."""

    node: NodeAddress = field(default_factory=lambda: NodeAddress("node", 2333, "secret"))
    done: list[tuple[str, object]] = field(default_factory=list)
    living: tuple[LivePlayer, ...] = ()
    failing: PortFailed | None = None
    sink: FactSink | None = None
    positions: list[int] = field(default_factory=list)
    """From where tracks were started."""
    marks: list[Mark | None] = field(default_factory=list)
    held: bool = False
    away_for: float = 0.0
    worn_out: bool = False
    told: NodeFigures | None = None

    async def open(self, session_id: str | None, sink: FactSink) -> Opened:
        self._maybe_fail()
        self.sink = sink
        return Opened(session_id or "new-session", session_id is not None, self.living, self.held)

    def release_events(self) -> None:
        self.done.append(("release_events", None))

    async def start(self, guild_id: int, track: StartTrack, epoch: int, *, no_replace: bool = False) -> None:
        self._do("start if silent" if no_replace else "start", track.entry.track.title)
        self.positions.append(track.position_ms)

    async def stop(self, guild_id: int) -> None:
        self._do("stop", guild_id)

    async def renew_mark(self, guild_id: int, mark: Mark) -> None:
        self._do("mark", mark)

    async def set_paused(self, guild_id: int, paused: bool, mark: Mark | None = None) -> None:
        self._told("paused", paused, mark)

    async def set_volume(self, guild_id: int, volume: int, mark: Mark | None = None) -> None:
        self._told("volume", volume, mark)

    async def set_filters(self, guild_id: int, filters: dict[str, Any], mark: Mark | None = None) -> None:
        self._told("filters", filters, mark)

    async def seek(self, guild_id: int, position_ms: int, mark: Mark | None = None) -> None:
        self._told("seek", position_ms, mark)

    async def ask_for_life(self) -> float:
        self._maybe_fail()
        return 3.0

    @property
    def figures(self) -> NodeFigures | None:
        return self.told

    async def version(self) -> str:
        self._maybe_fail()
        return "4.2.2"

    async def set_voice(self, guild_id: int, credentials: VoiceCredentials) -> None:
        self._do("voice", credentials.channel_id)

    async def destroy(self, guild_id: int) -> None:
        self._do("destroy", guild_id)

    async def players(self) -> tuple[LivePlayer, ...]:
        self._maybe_fail()
        return self.living

    async def close(self, *, keep: bool) -> None:
        self.done.append(("close", keep))

    def _told(self, what: str, detail: object, mark: Mark | None) -> None:
        self._do(what, detail)
        self.marks.append(mark)

    def _do(self, what: str, detail: object) -> None:
        self._maybe_fail()
        self.done.append((what, detail))

    def _maybe_fail(self) -> None:
        if self.failing is not None:
            raise self.failing
