"""Where a track's bytes come from: a file or a web address, opened the same way by probe and player."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, cast

from simulator.lavalink_node.http_stream import HttpStream


class ByteStream(Protocol):
    """What a demuxer reads from."""

    def read(self, size: int = -1) -> bytes: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class FileMedia:
    """A file on the node's own disk."""

    path: Path

    def open(self) -> ByteStream:
        """Open it; OSError when it is gone."""
        return cast(IO[bytes], self.path.open("rb"))


@dataclass(frozen=True, slots=True)
class HttpMedia:
    """A web address; `timeout` in seconds per read and connect."""

    url: str
    timeout: float

    def open(self) -> ByteStream:
        """Ask for it; HttpStatusError for another answer than 2xx, OSError when there is none."""
        return HttpStream(self.url, self.timeout)


Media = FileMedia | HttpMedia


class MediaLease:
    """The one open stream of a player, closable from another thread to end a read that hangs."""

    def __init__(self, media: Media) -> None:
        self._media = media
        self._lock = threading.Lock()
        self._stream: ByteStream | None = None
        self._closed = False

    def open(self) -> ByteStream:
        """Open the media; OSError once the lease is closed, or as the media raises."""
        stream = self._media.open()
        with self._lock:
            if self._closed:
                stream.close()
                raise OSError("nobody listens any more")
            self._stream = stream
        return stream

    def close(self) -> None:
        """Close the stream, now or as soon as it is opened."""
        with self._lock:
            self._closed = True
            stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()
