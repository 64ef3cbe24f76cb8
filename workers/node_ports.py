"""What an audio worker asks of a Lavalink node in one slot's session; failures are those of workers.ports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from workers.player.effects import StartTrack
from workers.player.facts import Fact, LivePlayer
from workers.ports import Mark, NodeAddress, VoiceCredentials


@dataclass(frozen=True, slots=True)
class Opened:
    """A Lavalink session was opened or resumed; `players` live on it (none unless resumed)."""

    session_id: str
    resumed: bool
    players: tuple[LivePlayer, ...]
    held: bool = False
    """Another process (frozen or cut off) still holds its socket: calls work, events do not come."""


@dataclass(frozen=True, slots=True)
class NodeFigures:
    """What a node told of itself last (Lavalink v4 stats, once a minute)."""

    players: int
    playing: int
    system_load: float
    """0 to 1, as the next."""
    lavalink_load: float
    cores: int
    memory_bytes: int
    uptime_ms: int
    frames_deficit: int
    """Frames that came too late in the last minute, of this session alone; below 0 they were too many."""


FactSink = Callable[[int, Fact], None]
"""Gets (guild id, fact) in the order in which the node sent them; must not block."""


class NodeSession(Protocol):
    """One slot's session on one Lavalink node. Calls raise Away (no answer in 3 s) or NodeRefused."""

    node: NodeAddress

    @property
    def held(self) -> bool:
        """Another process (frozen or cut off) holds the session's socket: no events come, `players` must be asked.

        The session tries on its own to resume, and is not held any more when that worked.
        """

    @property
    def away_for(self) -> float:
        """Seconds since the node was last heard, 0 while all is well: a second is a reason to move guilds."""

    @property
    def worn_out(self) -> bool:
        """So many voice PATCHes hang on the node that its guilds should move before it dies of them (TRAPS 1)."""

    async def open(self, session_id: str | None, sink: FactSink) -> Opened:
        """Connect (resuming `session_id` if it can be), switch resuming on; events are held until `release_events`.

        Afterwards the session reconnects by itself and resumes; when the node has forgotten the session it opens a
        new one and reports NodeLost for every guild it knew.
        """

    def release_events(self) -> None:
        """Players are adopted: deliver what was held, in order, and go on live."""

    async def start(self, guild_id: int, track: StartTrack, epoch: int, *, no_replace: bool = False) -> None:
        """PATCH player with track, position, volume, paused and userData {entry, rev, epoch}."""

    async def stop(self, guild_id: int) -> None:
        """PATCH player with encoded null."""

    async def set_paused(self, guild_id: int, paused: bool, mark: Mark | None = None) -> None:
        """PATCH player with paused. `mark` renews the playing track's userData, here and in the calls below."""

    async def renew_mark(self, guild_id: int, mark: Mark) -> None:
        """PATCH the playing track's userData alone; nobody hears it."""

    async def set_volume(self, guild_id: int, volume: int, mark: Mark | None = None) -> None:
        """PATCH player with volume, in per cent."""

    async def set_filters(self, guild_id: int, filters: dict[str, Any], mark: Mark | None = None) -> None:
        """PATCH player with filters (Lavalink v4 filters object), which replace all that were set."""

    async def seek(self, guild_id: int, position_ms: int, mark: Mark | None = None) -> None:
        """PATCH player with position."""

    async def ask_for_life(self) -> float:
        """How many ms the node took to answer."""

    @property
    def figures(self) -> NodeFigures | None:
        """What the node told of itself last; None where it has not yet."""

    async def version(self) -> str:
        """Which Lavalink it is."""

    async def set_voice(self, guild_id: int, credentials: VoiceCredentials) -> None:
        """PATCH player with voice. A hung endpoint is not asked again for 60 s (TRAPS 1)."""

    async def destroy(self, guild_id: int) -> None:
        """DELETE player; an unknown one is fine."""

    async def players(self) -> tuple[LivePlayer, ...]:
        """What lives on the session now."""

    async def close(self, *, keep: bool) -> None:
        """Close the socket. `keep` leaves the session resumable for the next owner and music playing."""
