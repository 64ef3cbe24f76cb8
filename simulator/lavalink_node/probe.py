"""Finding out title, artist and length of a file or address, as lavaplayer's container detection does."""

from dataclasses import dataclass
from typing import Any

import av
import av.error

from simulator.lavalink_node.containers import HEAD_BYTES, container_of
from simulator.lavalink_node.http_stream import HttpStream
from simulator.lavalink_node.media import FileMedia, HttpMedia, Media
from simulator.lavalink_node.track_codec import LIVE_LENGTH, Track

UNKNOWN_TITLE = "Unknown title"
UNKNOWN_ARTIST = "Unknown artist"
_TAGLESS = ("wav", "adts")
"""Containers whose tags lavaplayer does not read."""


class UnplayableError(Exception):
    """The bytes are there but no container a node plays."""


@dataclass(frozen=True, slots=True)
class PlaylistFile:
    """An m3u or pls file; a node plays only its first entry."""

    first: str


class _Replayed:
    """A stream whose head was read already, for the demuxer that wants to see it again."""

    def __init__(self, head: bytes, rest: Any) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        if self._head:
            taken, self._head = (self._head, b"") if size < 0 else (self._head[:size], self._head[size:])
            return taken
        return bytes(self._rest.read(size))


def _read_head(stream: Any) -> bytes:
    head = b""
    while len(head) < HEAD_BYTES:
        more = stream.read(HEAD_BYTES - len(head))
        if not more:
            break
        head += more
    return head


def probe(media: Media) -> Track | PlaylistFile:
    """Open and look; UnplayableError, OSError or HttpStatusError say why it is no track. Blocks."""
    stream: Any = media.open()
    try:
        head = _read_head(stream)
        container = container_of(head)
        if container in ("m3u", "pls"):
            return _playlist(media, stream, head, container)
        if container is None:
            raise UnplayableError("Unknown file format.")
        live = isinstance(stream, HttpStream) and stream.length is None
        tags, length = _inspect(stream, head, live=live)
        return _track(_address(media, stream), container, tags, length, live=live)
    finally:
        stream.close()


def _address(media: Media, stream: Any) -> tuple[str, str]:
    """Return the source's name and the identifier, an address being the one after redirects."""
    return ("local", str(media.path)) if isinstance(media, FileMedia) else ("http", str(stream.url))


def _playlist(media: Media, stream: Any, head: bytes, container: str) -> Track | PlaylistFile:
    lines = [line.strip() for line in head.decode("utf-8", "replace").splitlines()]
    if container == "pls":
        entries = [line.split("=", 1)[1] for line in lines if line.lower().startswith("file")]
    else:
        entries = [line for line in lines if line and not line.startswith("#")]
    if not entries:
        raise UnplayableError("The playlist file contains no entries.")
    if container == "m3u" and isinstance(media, HttpMedia):
        return _hls(str(stream.url), "m3u|hls-outer")
    if container == "m3u" and entries[0].startswith("http"):
        return _hls(entries[0], "m3u|hls-inner")
    return PlaylistFile(entries[0])


def _hls(url: str, probe_name: str) -> Track:
    return Track("http", url, UNKNOWN_TITLE, UNKNOWN_ARTIST, LIVE_LENGTH, is_stream=True, uri=url, probe=probe_name)


def _inspect(stream: Any, head: bytes, *, live: bool) -> tuple[dict[str, str], int | None]:
    """Return tags and length in milliseconds, None for an unknown one."""
    if live:
        source: Any = _Replayed(head, stream)
    else:
        stream.seek(0)
        source = stream
    try:
        with av.open(source, metadata_errors="replace") as container:
            if not container.streams.audio:
                raise UnplayableError("No supported audio track found.")
            audio = container.streams.audio[0]
            tags = {**container.metadata, **audio.metadata}
            length = None if container.duration is None else round(container.duration / 1000)
            return {name.lower(): value for name, value in tags.items()}, length
    except av.error.FFmpegError as error:
        raise UnplayableError(f"Unknown file format: {error}") from error


def _track(address: tuple[str, str], container: str, tags: dict[str, str], length: int | None, *, live: bool) -> Track:
    source, identifier = address
    # A bare AAC stream does not say how long it is, so lavaplayer takes it for an endless one.
    endless = live or length is None or container == "adts"
    known = {} if container in _TAGLESS else tags
    return Track(
        source=source,
        identifier=identifier,
        title=known.get("title") or UNKNOWN_TITLE,
        author=known.get("artist") or UNKNOWN_ARTIST,
        length=LIVE_LENGTH if endless or length is None else length,
        is_stream=endless,
        uri=identifier,
        probe=container,
    )
