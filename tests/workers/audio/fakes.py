"""Small stand-ins for what lies outside an audio worker; each implements one port and can be told to be away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from project.wire.guild_events import GuildChange
from project.wire.messages import Choice, Command, Ended, Outbound
from project.wire.orders import PlaySaved
from workers.player.effects import Save
from workers.player.facts import TracksFound
from workers.player.limits import GuildRules, Limits
from workers.player.lyrics import Lyrics
from workers.player.outcomes import AddedMany, Conclusion
from workers.player.track import Track
from workers.ports import (
    Away,
    Fenced,
    NotOffered,
    PortFailed,
    Recorded,
    SavedPlayer,
    VoiceCredentials,
)
from workers.staff_ports import Trouble


def track(title: str = "A") -> Track:
    return Track(encoded=f"enc-{title}", identifier=title, title=title, author="Someone", length_ms=180_000)


@dataclass
class MemoryStore:
    """Implements PlayerStore; `log` says what was committed."""

    log: list[tuple[Save | None, str | None]] = field(default_factory=list)
    outcomes: dict[str, Conclusion] = field(default_factory=dict)
    saved: dict[int, SavedPlayer] = field(default_factory=dict)
    known_sessions: dict[tuple[int, str], str] = field(default_factory=dict)
    epoch: int = 0
    failing: PortFailed | None = None

    async def take_slot(self, slot: int, epoch: int, owner: str) -> bool:
        self._maybe_fail()
        taken = epoch > self.epoch
        self.epoch = max(self.epoch, epoch)
        return taken

    async def load_slot(self, slot: int, epoch: int) -> Sequence[SavedPlayer]:
        self._maybe_fail()
        return list(self.saved.values())

    async def load_player(self, guild_id: int) -> SavedPlayer | None:
        self._maybe_fail()
        return self.saved.get(guild_id)

    async def commit(
        self, slot: int, epoch: int, save: Save | None, command: Command | None, conclusion: Conclusion | None
    ) -> Recorded:
        await asyncio.sleep(0)
        self._maybe_fail()
        if epoch != self.epoch:
            raise Fenced("a newer owner")
        if command is not None:
            assert conclusion is not None
            known = self.outcomes.get(command.id)
            if known is not None and not _supersedes(conclusion, known):
                return Recorded(already=known)
            self.outcomes[command.id] = conclusion
        self.log.append((save, command.id if command else None))
        return Recorded()

    async def outcome(self, command_id: str) -> Conclusion | None:
        return self.outcomes.get(command_id)

    async def save_positions(self, slot: int, epoch: int, clocks: Sequence[tuple[int, int, int]]) -> None:
        self._maybe_fail()

    async def sessions(self, slot: int) -> dict[str, str]:
        return {node: session_id for (of, node), session_id in self.known_sessions.items() if of == slot}

    async def drop_session(self, slot: int, epoch: int, node: str, session_id: str) -> None:
        self._maybe_fail()
        if self.known_sessions.get((slot, node)) == session_id:
            del self.known_sessions[slot, node]

    async def save_session(self, slot: int, epoch: int, node: str, session_id: str) -> None:
        self._maybe_fail()
        self.known_sessions[slot, node] = session_id

    def _maybe_fail(self) -> None:
        if self.failing is not None:
            raise self.failing


def _supersedes(conclusion: Conclusion, known: Conclusion) -> bool:
    """Of a command in parts: what is further, or its end."""
    if not isinstance(known, AddedMany) or known.asked is None:
        return False
    further = conclusion.asked if isinstance(conclusion, AddedMany) else None
    return further is None or further > known.asked


@dataclass
class Catalogue:
    """Implements TrackFinder: every query finds the track of that title, as late as `hold` says."""

    hold: dict[str, asyncio.Event] = field(default_factory=dict)

    async def find(self, command_id: str, query: str, source: str | None = None) -> TracksFound:
        if query in self.hold:
            await self.hold[query].wait()
        if query == "nothing":
            return TracksFound(command_id, ())
        return TracksFound(command_id, (track(query),))


class Wordless:
    """Implements LyricsFinder: no node has the plugin."""

    async def lyrics(self, track: Track) -> Lyrics | None:
        raise NotOffered("404")


@dataclass
class Memories:
    """Implements Suggestions: keeps what it is told."""

    searches: dict[str, Sequence[Track]] = field(default_factory=dict)
    history: list[tuple[int, str, str]] = field(default_factory=list)
    rules: list[GuildRules] = field(default_factory=list)

    async def find(self, command_id: str, words: str, rules: GuildRules) -> tuple[Choice, ...]:
        self.rules.append(rules)
        return (Choice(name=words.title(), value=words),)

    async def searched(self, words: str, tracks: Sequence[Track]) -> None:
        self.searches[words] = tracks

    async def played(self, user_id: int, name: str, value: str) -> None:
        self.history.append((user_id, name, value))


@dataclass
class Terms:
    """Implements GuildTerms."""

    rules: GuildRules = field(default_factory=GuildRules)
    refreshed: list[int] = field(default_factory=list)
    tracks: dict[int, int] = field(default_factory=dict)

    def known(self, guild_id: int) -> tuple[Limits, GuildRules]:
        return Limits(), self.rules

    async def refresh(self, guild_id: int) -> None:
        self.refreshed.append(guild_id)

    async def load(self, guild_ids: Iterable[int]) -> None:
        self.refreshed.extend(guild_ids)

    def forget(self, *guild_ids: int) -> None:
        self.refreshed = [known for known in self.refreshed if known not in guild_ids]

    def drop(self, guild_id: int | None) -> None:
        self.refreshed = []

    def counted(self, guild_id: int, tracks: int) -> None:
        self.tracks[guild_id] = tracks

    async def redis_emptied(self) -> None:
        """The gateway is none of the tests' here."""


@dataclass
class Mirror:
    """Implements VoiceMirror."""

    known: VoiceCredentials | None = None
    active: set[int] = field(default_factory=set)

    async def credentials(self, guild_id: int) -> VoiceCredentials | None:
        return self.known

    async def activate(self, guild_id: int) -> None:
        self.active.add(guild_id)

    async def activate_all(self, guild_ids: Iterable[int]) -> None:
        self.active.update(guild_ids)

    async def deactivate(self, guild_id: int) -> None:
        self.active.discard(guild_id)


@dataclass
class WrittenSessions:
    """Implements SessionMirror."""

    known: dict[tuple[int, str], str] = field(default_factory=dict)

    async def remember_session(self, slot: int, node: str, session_id: str) -> None:
        self.known[slot, node] = session_id

    async def forget_session(self, slot: int, node: str) -> None:
        self.known.pop((slot, node), None)


@dataclass
class Kept:
    """Implements SavedTracks: playlists by their name."""

    playlists: dict[str, tuple[Track, ...]] = field(default_factory=dict)

    async def fetch(self, command_id: str, guild_id: int, member_id: int, saved: PlaySaved) -> TracksFound:
        tracks = self.playlists.get(saved.query)
        if tracks is None:
            return TracksFound(command_id, (), failure="playlist_unknown")
        return TracksFound(command_id, tracks, playlist=saved.query)


@dataclass
class Events:
    """Implements GuildEvents; `away` fails so many appends."""

    told: list[tuple[int, GuildChange]] = field(default_factory=list)
    away: int = 0

    async def append(self, changes: Sequence[tuple[int, GuildChange]]) -> None:
        if self.away:
            self.away -= 1
            raise Away("Redis is away")
        self.told.extend(changes)


@dataclass
class Book:
    """Implements TroubleBook; `away` fails so many times."""

    kept: list[Trouble] = field(default_factory=list)
    away: int = 0

    async def keep(self, troubles: Sequence[Trouble]) -> None:
        if self.away:
            self.away -= 1
            raise Away("PostgreSQL is away")
        self.kept.extend(troubles)


@dataclass
class Stream:
    """Implements OutStream; `away` fails so many sends, `broken` so many for no known reason."""

    sent: list[Outbound | Ended] = field(default_factory=list)
    away: int = 0
    broken: int = 0

    async def send(self, message: Outbound | Ended) -> None:
        if self.away:
            self.away -= 1
            raise Away("Redis is away")
        if self.broken:
            self.broken -= 1
            raise ValueError("a fault of ours")
        self.sent.append(message)
