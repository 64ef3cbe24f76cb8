"""One track while it plays: its feed, its position and the four ways in which it ends by itself."""

from collections.abc import Callable
from enum import Enum

from simulator.lavalink_node.clocked import open_feed
from simulator.lavalink_node.engine import Engine
from simulator.lavalink_node.frame_feed import PlaybackFailure
from simulator.lavalink_node.frame_source import FRAME_MS
from simulator.lavalink_node.media import Media
from simulator.lavalink_node.track_codec import Track
from simulator.lavalink_node.tuning import Tuning


class Outcome(Enum):
    """What asking for a frame brought when it brought none."""

    WAITING = "waiting"
    FINISHED = "finished"
    LOAD_FAILED = "loadFailed"


class Playback:
    """Positions are milliseconds of sound put out, counted from where the track was started or sought.

    They run ahead of what is heard by what the RTP line holds, and count filtered time: a track at
    double speed ends at half its length (recording 26).
    """

    def __init__(
        self,
        engine: Engine,
        track: Track,
        media: Media,
        tuning: Tuning,
        start_ms: int,
        end_ms: int | None,
        on_failure: Callable[[PlaybackFailure], None],
    ) -> None:
        self.track = track
        self.end_ms = end_ms
        self._on_failure = on_failure
        self._failed = False
        self._provided_any = False
        self._position = 0
        self._next_position = start_ms
        self._target: int | None = start_ms or None
        self._step_ms = FRAME_MS * engine.settings.frames_at_once
        self._feed = open_feed(engine, track, media, tuning, start_ms, self._fail)

    def position(self, *, polled: bool) -> int:
        """Return what clients are told; a seek's target until it is done and, if anyone listens, heard.

        Once the seek is done but no frame is taken, the old place shows again, as recorded (11, 35).
        """
        if self._target is not None and (polled or self._feed.seeking):
            return self._target
        return self._position

    def provide(self) -> bytes | Outcome:
        """Return the next Opus frame, or why there is none."""
        if self.end_ms is not None and self._next_position >= self.end_ms:
            return Outcome.FINISHED
        frame = self._feed.take()
        if frame is None:
            return self._ended() if self._feed.ended else Outcome.WAITING
        self._provided_any = True
        self._target = None
        self._position = self._next_position
        self._next_position += self._step_ms
        return frame.payload

    def _ended(self) -> Outcome:
        return Outcome.LOAD_FAILED if self._failed and not self._provided_any else Outcome.FINISHED

    def seek(self, at_ms: int) -> None:
        """Go on from there; a negative place is the start."""
        at_ms = max(at_ms, 0)
        self._target = self._next_position = at_ms
        self._feed.seek(at_ms)

    def retune(self, tuning: Tuning) -> None:
        """Change volume and filters from the next frame on."""
        self._feed.retune(tuning)

    def close(self) -> None:
        """Give up its file or connection."""
        self._feed.close()

    def _fail(self, failure: PlaybackFailure) -> None:
        self._failed = True
        self._on_failure(failure)
