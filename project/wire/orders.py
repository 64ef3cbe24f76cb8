"""Orders: what someone wants of a player; `command.py` is what carries one of them with its actor.

A new order of the player is one class and its name in `PlayerOrder`; whether it is a read, its task's name and its
JSON follow from that.
"""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias, get_args

from project.wire.desk import DESK_KINDS, DeskOrder
from project.wire.staff import ChangeNode, Heal
from project.wire.tuning import SetEqualizer, SetPitch, SetSpeed
from project.wire.wish import Wish

Position: TypeAlias = Literal["end", "next", "now"]
LoopMode: TypeAlias = Literal["off", "track", "queue"]
AutoplayMode: TypeAlias = Literal["off", "similar", "artist", "genre", "mixed"]
SearchSource: TypeAlias = Literal["youtube", "soundcloud", "bandcamp", "spotify", "deezer", "applemusic"]
"""Where words can be searched for, as Lavalink names it."""

IMPORT_LINES_MAX = 500
"""Lines of one import: each is looked up, and Discord takes answers for 15 minutes."""

FAVOURITES = "❤️"
"""What stands for a member's favourites where a playlist would have its name."""


class Play(Wish, tag="play", frozen=True, kw_only=True):
    """Search words, or a URL whose tracks are all queued."""

    query: str
    position: Position = "end"


class PlaySaved(Play, tag="play_saved", frozen=True, kw_only=True):
    """A Play of what members keep: a playlist that `query` names (or is the share code of), or one's favourites."""

    kind: Literal["playlist", "favourites"] = "playlist"
    number: int | None = None
    """One track by its place (from 1); None: all."""


class ImportQueue(Play, tag="queue_import", frozen=True, kw_only=True):
    """Many Plays at once, one a line; `query` names them."""

    lines: tuple[str, ...]
    cut: int = 0
    """How many more there were than IMPORT_LINES_MAX."""


class Pause(Wish, tag="pause", frozen=True, kw_only=True):
    """Hold the current track."""


class Resume(Wish, tag="resume", frozen=True, kw_only=True):
    """Go on with the current track, or come back to the queue after a stop that kept it."""


class Skip(Wish, tag="skip", frozen=True, kw_only=True):
    """End the current track. A button names the entry it means; without one the command's time decides."""

    entry: int | None = None


class VoteSkip(Wish, tag="voteskip", frozen=True, kw_only=True):
    """Vote to end the current track; with enough votes it ends. Which one is meant is told as for Skip."""

    entry: int | None = None


class Jump(Wish, tag="jump", frozen=True, kw_only=True):
    """Play what waits at a position (from 1) now; what comes before it is passed over."""

    position: int


class Previous(Wish, tag="previous", frozen=True, kw_only=True):
    """Play the track before once more; the current one waits behind it."""


class Replay(Wish, tag="replay", frozen=True, kw_only=True):
    """Play the current track from its beginning."""


class Seek(Wish, tag="seek", frozen=True, kw_only=True):
    """Go on elsewhere in the current track: at a position, or so much further (or back). Exactly one is given."""

    to_ms: int | None = None
    by_ms: int | None = None


class Stop(Wish, tag="stop", frozen=True, kw_only=True):
    """Clear the queue and leave."""


class Join(Wish, tag="join", frozen=True, kw_only=True):
    """Come to the actor's voice channel."""


class Leave(Wish, tag="leave", frozen=True, kw_only=True):
    """Leave the voice channel and keep the queue."""


class SetVolume(Wish, tag="volume", frozen=True, kw_only=True):
    """Per cent, or so much louder (or quieter). Exactly one is given."""

    level: int | None = None
    by: int | None = None


class SetLoop(Wish, tag="loop", frozen=True, kw_only=True):
    """What is repeated; without a mode (a button) the next of off, track, queue."""

    mode: LoopMode | None = None


class SetFilters(Wish, tag="filter", frozen=True, kw_only=True):
    """Switch a sound preset; without `on` it changes over. `off` switches all of them off."""

    preset: str
    on: bool | None = None


class SetAutoplay(Wish, tag="autoplay", frozen=True, kw_only=True):
    """What follows when the queue has run out; without a mode (a button) the next one that the plan has."""

    mode: AutoplayMode | None = None


class SetFairQueue(Wish, tag="fairqueue", frozen=True, kw_only=True):
    """Let those who asked take turns, or play in the order in which they asked."""

    on: bool


class Shuffle(Wish, tag="shuffle", frozen=True, kw_only=True):
    """Mix what waits."""


class Remove(Wish, tag="remove", frozen=True, kw_only=True):
    """Take out what waits at a position (from 1), from one position to another, or all that the actor asked for."""

    first: int = 1
    last: int | None = None
    mine: bool = False
    entry: int | None = None
    """What must wait at `first`, or nothing is touched: positions may have been read a while ago."""


class MoveTrack(Wish, tag="move", frozen=True, kw_only=True):
    """Move what waits from one position to another, both counted from 1."""

    source: int
    target: int
    entry: int | None = None
    """What must wait at `source`, or nothing is touched."""


class Swap(Wish, tag="swap", frozen=True, kw_only=True):
    """Let what waits at two positions (from 1) change places."""

    first: int
    second: int


class Dedupe(Wish, tag="dedupe", frozen=True, kw_only=True):
    """Take out what plays or waits already further ahead."""


class Clear(Wish, tag="clear", frozen=True, kw_only=True):
    """Empty the queue; what plays goes on."""


class ForgetMember(Wish, tag="forget_member", frozen=True, kw_only=True):
    """What a member asked for stays and is nobody's; their votes count no more. No member gives this order."""

    user_id: int


class ShowQueue(Wish, tag="queue", frozen=True, kw_only=True):
    """One page of the queue, counted from 1."""

    read: ClassVar[bool] = True

    page: int = 1
    nearest: bool = False
    """A page that is no more stands for the nearest one: the queue got shorter since the button was drawn."""


class ExportQueue(Wish, tag="queue_export", frozen=True, kw_only=True):
    """What plays and what waits as lines that can be imported; one page, counted from 1."""

    read: ClassVar[bool] = True

    page: int = 1


class SearchTracks(Wish, tag="search", frozen=True, kw_only=True):
    """Matches to choose from; nothing is queued."""

    read: ClassVar[bool] = True

    query: str
    source: SearchSource | None = None
    """None: where Play searches."""


class ShowLyrics(Wish, tag="lyrics", frozen=True, kw_only=True):
    """The words of what plays, or of the best match for `query`; one page, counted from 1."""

    read: ClassVar[bool] = True

    query: str = ""
    page: int = 1


class ShowPlaying(Wish, tag="nowplaying", frozen=True, kw_only=True):
    """What plays."""

    read: ClassVar[bool] = True


class Ping(Wish, tag="ping", frozen=True, kw_only=True):
    """How long messages take to Discord's gateway (measured there), through the broker, and to the audio node."""

    read: ClassVar[bool] = True

    gateway_ms: int | None = None


class Suggest(Wish, tag="suggest", frozen=True, kw_only=True):
    """What a member who types may mean. Answered with Suggestions and never with an Outcome."""

    read: ClassVar[bool] = True

    words: str


PlayerOrder: TypeAlias = (
    Play
    | PlaySaved
    | ImportQueue
    | Pause
    | Resume
    | Skip
    | VoteSkip
    | Jump
    | Previous
    | Replay
    | Seek
    | Stop
    | Join
    | Leave
    | SetVolume
    | SetLoop
    | SetFilters
    | SetEqualizer
    | SetSpeed
    | SetPitch
    | SetAutoplay
    | SetFairQueue
    | Shuffle
    | Remove
    | MoveTrack
    | Swap
    | Dedupe
    | Clear
    | ForgetMember
    | ShowQueue
    | ExportQueue
    | SearchTracks
    | ShowLyrics
    | ShowPlaying
    | Ping
    | Suggest
    | Heal
    | ChangeNode
)

Order: TypeAlias = PlayerOrder | DeskOrder

ORDER_KINDS: tuple[type[PlayerOrder], ...] = get_args(PlayerOrder)
"""What a player carries out."""
READS: tuple[type[Order], ...] = tuple(kind for kind in (*ORDER_KINDS, *DESK_KINDS) if kind.read)
"""Orders that change nothing."""
