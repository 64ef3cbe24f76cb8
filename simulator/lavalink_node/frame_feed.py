"""Keeps about a second of a track decoded ahead, in worker threads, so that the loop never waits for a disk."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor

from simulator.lavalink_node.frame_source import DecodingError, Frame, FrameSource, open_source
from simulator.lavalink_node.http_stream import HttpStatusError
from simulator.lavalink_node.media import Media, MediaLease
from simulator.lavalink_node.tuning import Tuning

_LOG = logging.getLogger(__name__)
_BATCH = 25
_REFILL_BELOW = 30


class PlaybackFailure(Exception):
    """A track could not be played; `message` and `cause` are those of a TrackExceptionEvent."""

    def __init__(self, message: str, cause: str) -> None:
        super().__init__(cause)
        self.message = message
        self.cause = cause


class FrameFeed:
    """The decoded-ahead part of one track; all methods belong to the loop's thread.

    At most one job runs in the executor at a time. A seek or retune raises `generation`, so that
    frames decoded before it are thrown away when they arrive.
    """

    def __init__(
        self,
        media: Media,
        executor: Executor,
        tuning: Tuning,
        start_ms: int,
        on_failure: Callable[[PlaybackFailure], None],
    ) -> None:
        self._lease = MediaLease(media)
        self._media = media
        self._executor = executor
        self._on_failure = on_failure
        self._tuning = tuning
        self._frames: deque[Frame] = deque()
        self._next_ms = float(start_ms)
        self._seek_to: float | None = float(start_ms) if start_ms else None
        self._source: FrameSource | None = None
        self._reopen = True
        self._generation = 0
        self._working = False
        self._exhausted = False
        self._closed = False
        self._fill()

    @property
    def ended(self) -> bool:
        """Whether the last frame has been taken."""
        return self._exhausted and not self._frames

    @property
    def seeking(self) -> bool:
        """Whether a seek has not been carried out yet."""
        return self._seek_to is not None

    def take(self) -> Frame | None:
        """Return the next frame; None while it is being decoded, or when the track has `ended`."""
        if not self._frames:
            return None
        frame = self._frames.popleft()
        self._next_ms = frame.next_ms
        self._fill()
        return frame

    def seek(self, at_ms: int) -> None:
        """Go on from there; what was decoded ahead is dropped."""
        self._seek_to = self._next_ms = float(at_ms)
        self._restart()

    def retune(self, tuning: Tuning) -> None:
        """Change volume and filters from the next frame on, not only after what was decoded ahead."""
        self._tuning = tuning
        self._reopen = True
        self._seek_to = self._next_ms or None
        self._restart()

    def close(self) -> None:
        """Give up the file or connection; ends a job that hangs in it."""
        self._closed = True
        self._frames.clear()
        self._lease.close()

    def _restart(self) -> None:
        self._generation += 1
        self._frames.clear()
        self._exhausted = False
        self._fill()

    def _fill(self) -> None:
        if self._working or self._closed or self._exhausted or len(self._frames) >= _REFILL_BELOW:
            return
        self._working = True
        job = asyncio.get_running_loop().run_in_executor(
            self._executor, self._work, self._tuning, self._seek_to, self._reopen
        )
        self._reopen = False
        generation = self._generation
        job.add_done_callback(lambda done: self._collect(done, generation))

    def _work(self, tuning: Tuning, seek_to: float | None, reopen: bool) -> list[Frame]:
        """Runs in a worker thread."""
        try:
            if reopen or self._source is None:
                self._lease.close()
                self._lease = MediaLease(self._media)
                self._source = open_source(self._lease.open(), tuning)
            if seek_to is not None:
                self._source.seek(seek_to)
            return self._source.read(_BATCH)
        except (DecodingError, OSError, ValueError) as error:
            raise _as_failure(error) from error

    def _collect(self, job: asyncio.Future[list[Frame]], generation: int) -> None:
        self._working = False
        failure = None if job.cancelled() else job.exception()
        if self._closed or job.cancelled():
            self._lease.close()
        elif generation != self._generation:
            self._fill()
        elif failure is not None:
            self._fail(failure)
        else:
            frames = job.result()
            self._seek_to = None
            self._exhausted = len(frames) < _BATCH
            self._frames.extend(frames)
            self._fill()

    def _fail(self, error: BaseException) -> None:
        self._exhausted = True
        self._seek_to = None
        if not isinstance(error, PlaybackFailure):
            _LOG.error("decoding broke", exc_info=error)
            error = PlaybackFailure("Something broke when playing the track.", repr(error))
        self._on_failure(error)


def _as_failure(error: Exception) -> PlaybackFailure:
    """Name a failure as the real server does, whose clients may look at the text."""
    broke, decoding = "Something broke when playing the track.", "Something went wrong when decoding the track."
    match error:
        case DecodingError():
            return PlaybackFailure(decoding, str(error))
        case TimeoutError():
            return PlaybackFailure(decoding, "java.net.SocketTimeoutException: Read timed out")
        case FileNotFoundError():
            return PlaybackFailure(
                broke, f"java.io.FileNotFoundException: {error.filename} (No such file or directory)"
            )
        case HttpStatusError():
            return PlaybackFailure(broke, f"java.lang.RuntimeException: {error}")
        case _:
            return PlaybackFailure(broke, f"java.io.IOException: {error}")
