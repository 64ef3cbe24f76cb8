"""What the audio worker needs from the outside, in words: each port says what failure means and whether to retry."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from project.wire.guild_events import GuildChange
from project.wire.messages import Choice, Command, Ended, Outbound
from workers.player.effects import Save
from workers.player.facts import TracksFound
from workers.player.guild_player import GuildPlayer
from workers.player.limits import GuildRules, Limits
from workers.player.lyrics import Lyrics
from workers.player.outcomes import Conclusion
from workers.player.track import Entry, PlayerState, Track


class PortFailed(Exception):
    """Something outside did not do what was asked. `retry` says whether asking again can help."""

    retry = False


class Away(PortFailed):
    """A store or node did not answer in time; nothing is known to have changed, or it is safe to ask again."""

    retry = True


class Fenced(PortFailed):
    """Another process owns the slot now (its epoch is newer): stop touching this slot's guilds."""


class NotStored(PortFailed):
    """The store refuses this very change, now and later: a fault of ours, nothing was changed."""


@dataclass(frozen=True, slots=True)
class SavedPlayer:
    """A player as PostgreSQL knows it: `queued` in order, `played` oldest first."""

    state: PlayerState
    current: Entry | None
    queued: tuple[Entry, ...]
    played: tuple[Entry, ...]

    def player(self) -> GuildPlayer:
        """The player as it was saved."""
        return GuildPlayer.restore(self.state, self.current, self.queued, self.played)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Answer of a commit. With `already`, the command had been carried out before and nothing changed now."""

    already: Conclusion | None = None
    tracks: int | None = None
    """How many tracks have begun in the guild this month, where one did now."""


class PlayerStore(Protocol):
    """PostgreSQL, for one process. Every call raises Away within about 1 s when it does not answer."""

    async def take_slot(self, slot: int, epoch: int, owner: str) -> bool:
        """Raise the slot's epoch to `epoch`; False if a newer owner has it. One update fences all its guilds."""

    async def load_slot(self, slot: int, epoch: int) -> Sequence[SavedPlayer]:
        """All players of the slot's guilds that are connected, playing, or have a queue."""

    async def load_player(self, guild_id: int) -> SavedPlayer | None:
        """One guild's player."""

    async def commit(
        self, slot: int, epoch: int, save: Save | None, command: Command | None, conclusion: Conclusion | None
    ) -> Recorded:
        """Apply `save` and record `command` with its outcome in one statement; raises Fenced, Away, NotStored."""

    async def outcome(self, command_id: str) -> Conclusion | None:
        """How a command ended, if it was carried out."""

    async def save_positions(self, slot: int, epoch: int, clocks: Sequence[tuple[int, int, int]]) -> None:
        """(guild id, position ms, at ms) of all playing guilds, in one statement."""

    async def sessions(self, slot: int) -> dict[str, str]:
        """Node name -> Lavalink session that the slot used there last, the oldest first."""

    async def drop_session(self, slot: int, epoch: int, node: str, session_id: str) -> None:
        """That session on the node has ended; does nothing if another process owns the slot. Raises Away."""

    async def save_session(self, slot: int, epoch: int, node: str, session_id: str) -> None:
        """Remember it for the next owner; raises Fenced, Away."""


@dataclass(frozen=True, slots=True)
class NodeAddress:
    """A Lavalink node; `name` is host:port."""

    host: str
    port: int
    password: str

    @property
    def name(self) -> str:
        """Names the node in tables and logs."""
        return f"{self.host}:{self.port}"

    def __repr__(self) -> str:
        return f"NodeAddress({self.name})"  # the password never reaches a log


@dataclass(frozen=True, slots=True)
class VoiceCredentials:
    """What a node needs to speak in a guild (Lavalink v4 REST, voice state); never logged, never in a message."""

    session_id: str
    channel_id: int
    token: str
    endpoint: str

    def __repr__(self) -> str:
        return f"VoiceCredentials(channel_id={self.channel_id}, endpoint={self.endpoint!r})"


@dataclass(frozen=True, slots=True)
class Mark:
    """What userData carries: the entry for events, the revision and the owner's epoch for whoever meets the player."""

    entry: int
    rev: int
    epoch: int


class NodeRefused(PortFailed):
    """The node answered with an error (4xx/5xx): asking the same again cannot help. The message is fit for a log."""


class NotOffered(NodeRefused):
    """The node answered 404: it has no such address, as when a plugin is not installed."""


class NodeFailed(NodeRefused):
    """The node answered 5xx: the same request may be taken a moment later."""

    retry = True


class PasswordRefused(NodeRefused):
    """The node does not accept our password."""


class TrackFinder(Protocol):
    """Finds tracks through any node."""

    async def find(self, command_id: str, query: str, source: str | None = None) -> TracksFound:
        """Never raises: what went wrong is in `failure`. `source` is where words are searched for (SearchSource)."""


class LyricsFinder(Protocol):
    """Finds the words of a track through any node."""

    async def lyrics(self, track: Track) -> Lyrics | None:
        """None: nobody has any. Raises NotOffered (no node can look for them), Away, NodeRefused."""


class Suggestions(Protocol):
    """What members may mean while they type. Nothing here raises: a suggestion less harms nobody."""

    async def find(self, command_id: str, words: str, rules: GuildRules) -> tuple[Choice, ...] | None:
        """At most 25 choices of at most 100 characters that the guild wants; kept for the next who types the same.

        None where nothing was found out in time, or too many type at once.
        """

    async def searched(self, words: str, tracks: Sequence[Track]) -> None:
        """A search has found these: keep them for who types the same words where everything is wanted."""

    async def played(self, user_id: int, name: str, value: str) -> None:
        """A member has added this: it is offered to them again."""


class VoiceMirror(Protocol):
    """The gateway's mirror of a guild's voice credentials in Redis."""

    async def credentials(self, guild_id: int) -> VoiceCredentials | None:
        """None until the gateway has session id, channel, token and endpoint; raises Away."""

    async def activate(self, guild_id: int) -> None:
        """From now on voice events of this guild are published to us; raises Away."""

    async def activate_all(self, guild_ids: Iterable[int]) -> None:
        """The same for many guilds at once, as after an emptied Redis; raises Away."""

    async def deactivate(self, guild_id: int) -> None:
        """No player any more; raises Away."""


class SessionMirror(Protocol):
    """Where operators, and whoever finds PostgreSQL away, see a slot's Lavalink sessions."""

    async def remember_session(self, slot: int, node: str, session_id: str) -> None:
        """The slot has this session on a node; raises Away."""

    async def forget_session(self, slot: int, node: str) -> None:
        """It has none there any more; raises Away."""


class GuildTerms(Protocol):
    """What guilds' plans and settings allow. Nothing raises: without a store the last known holds, else defaults."""

    def known(self, guild_id: int) -> tuple[Limits, GuildRules]:
        """As read last."""

    async def refresh(self, guild_id: int) -> None:
        """Read them if they are not known or may have changed; ends within a second."""

    async def load(self, guild_ids: Iterable[int]) -> None:
        """Read those of many guilds at once."""

    def forget(self, *guild_ids: int) -> None:
        """They are not needed any more."""

    def drop(self, guild_id: int | None) -> None:
        """The guild's may have changed, or (None) anybody's; the old ones hold until they are read again."""

    def counted(self, guild_id: int, tracks: int) -> None:
        """So many tracks have begun in the guild this month."""

    async def redis_emptied(self) -> None:
        """Write again what the gateway must know of the guilds."""


class OutStream(Protocol):
    """The way to Discord: a stream per shard that the gateway reads; and to the API, for what it has asked."""

    async def send(self, message: Outbound | Ended) -> None:
        """Append; raises Away."""


class GuildEvents(Protocol):
    """What the API's clients hear of changes: a capped stream per guild."""

    async def append(self, changes: Sequence[tuple[int, GuildChange]]) -> None:
        """Append each to its guild's stream, in order; raises Away, and perhaps some were appended then."""


Deliver = Callable[[dict[str, Any]], Awaitable[str]]
"""Takes a task's argument and returns when it is done, with a word for Flower (its result)."""
