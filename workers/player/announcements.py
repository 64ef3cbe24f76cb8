"""What a player tells a channel without being asked; `workers.screen` puts it into words."""

from __future__ import annotations

from typing import Literal, TypeAlias

from workers.player.outcomes import CannotWrite, Ending
from workers.player.track import Entry


class TrackSkipped(Ending, tag="track_skipped", frozen=True, kw_only=True):
    """A track could not be played and the next one follows (or none is left)."""

    entry: Entry
    message: str
    next: Entry | None = None
    awaited: bool = False
    autoplay: bool = False
    """See Skipped."""


class PlaybackStopped(Ending, tag="playback_stopped", frozen=True, kw_only=True):
    """Why the player gave up; the queue is kept."""

    cause: Literal[
        "failures", "kicked", "channel_deleted", "join_refused", "voice_lost", "empty", "month_used_up", "blocked"
    ]
    kept: int


class Silenced(Ending, tag="silenced", frozen=True, kw_only=True):
    """Nobody in the channel hears what plays, as Discord lets the bot not speak there."""

    cause: Literal["suppressed", "muted"]
    channel_id: int


class AutoplayEnded(Ending, tag="autoplay_ended", frozen=True, kw_only=True):
    """The queue has run out, and nothing was found to go on with."""


Notice: TypeAlias = TrackSkipped | PlaybackStopped | Silenced | AutoplayEnded | CannotWrite
