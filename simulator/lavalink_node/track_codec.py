"""The base64 form of a track, which clients store and send back: lavaplayer's message version 3."""

import base64
import binascii
import re
import struct
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.lavalink_node.errors import unforeseen
from simulator.lavalink_node.java_text import from_modified_utf8, write_utf

LIVE_LENGTH = 2**63 - 1
"""Milliseconds lavaplayer gives a stream without end; beyond what a JavaScript number holds."""

_VERSION = 3
_VERSIONED = 1 << 30
_PROBED_SOURCES = ("local", "http")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=]")


@dataclass(frozen=True, slots=True)
class Track:
    """What a node knows of a track; `length` in milliseconds, `probe` the container's name if probed."""

    source: str
    identifier: str
    title: str
    author: str
    length: int
    is_stream: bool = False
    uri: str | None = None
    artwork: str | None = None
    isrc: str | None = None
    probe: str | None = None
    user_data: dict[str, Any] = field(default_factory=dict)

    def with_user_data(self, user_data: dict[str, Any]) -> "Track":
        """Return the same track carrying what a client attached to it."""
        return replace(self, user_data=user_data)

    def to_json(self, position: int = 0) -> dict[str, Any]:
        """Return it as the API shows it; `encoded` changes with the position (milliseconds)."""
        return {
            "encoded": encode_track(self, position),
            "info": {
                "identifier": self.identifier,
                "isSeekable": not self.is_stream,
                "author": self.author,
                "length": self.length,
                "isStream": self.is_stream,
                "position": position,
                "title": self.title,
                "uri": self.uri,
                "sourceName": self.source,
                "artworkUrl": self.artwork,
                "isrc": self.isrc,
            },
            "pluginInfo": {} if self.probe is None else {"probeInfo": self.probe},
            "userData": self.user_data,
        }


def _nullable(text: str | None) -> bytes:
    return b"\0" if text is None else b"\1" + write_utf(text)


def encode_track(track: Track, position: int) -> str:
    """Encode a track that stands at `position` milliseconds."""
    parts = [
        bytes([_VERSION]),
        write_utf(track.title),
        write_utf(track.author),
        struct.pack(">q", track.length),
        write_utf(track.identifier),
        struct.pack(">?", track.is_stream),
        _nullable(track.uri),
        _nullable(track.artwork),
        _nullable(track.isrc),
        write_utf(track.source),
    ]
    if track.probe is not None:
        parts.append(write_utf(track.probe))
    parts.append(struct.pack(">q", position))
    body = b"".join(parts)
    return base64.b64encode(struct.pack(">I", len(body) | _VERSIONED) + body).decode()


class _Reader:
    """Takes an encoded track apart; struct.error, IndexError or UnicodeError at its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, layout: str) -> int:
        (value,) = struct.unpack_from(layout, self._data, self._at)
        self._at += struct.calcsize(layout)
        return int(value)

    def text(self) -> str:
        length = self.number(">H")
        data = self._data[self._at : self._at + length]
        if len(data) < length:
            raise IndexError("cut short")
        self._at += length
        return from_modified_utf8(data)

    def nullable(self) -> str | None:
        return self.text() if self.number(">B") else None


def _base64(encoded: str) -> bytes:
    illegal = _NOT_BASE64.search(encoded)
    if illegal:
        code = f"{ord(illegal.group()):x}"
        raise unforeseen(f"java.lang.IllegalArgumentException: Illegal base64 character {code}")
    stripped = encoded.rstrip("=")
    try:
        return base64.b64decode(stripped + "=" * (-len(stripped) % 4))
    except binascii.Error as error:
        raise unforeseen("java.lang.IllegalArgumentException: Input byte array has incorrect ending byte") from error


def decode_track(encoded: str, sources: tuple[str, ...]) -> tuple[Track, int]:
    """Return the track and its position; ApiError (500, as recorded) for junk or an unknown source."""
    reader = _Reader(_base64(encoded))
    try:
        return _read_track(reader, sources)
    except (struct.error, IndexError, UnicodeError) as error:
        raise unforeseen(None) from error


def _read_track(reader: _Reader, sources: tuple[str, ...]) -> tuple[Track, int]:
    reader.number(">I")
    version = reader.number(">B")
    title, author, length = reader.text(), reader.text(), reader.number(">q")
    identifier, is_stream = reader.text(), bool(reader.number(">B"))
    uri = reader.nullable()
    artwork = reader.nullable() if version >= _VERSION else None
    isrc = reader.nullable() if version >= _VERSION else None
    source = reader.text()
    if source not in sources:
        raise unforeseen(
            "java.lang.IllegalStateException: "
            "Failed to decode track due to a mismatching version or missing source manager"
        )
    probe = reader.text() if source in _PROBED_SOURCES else None
    position = reader.number(">q")
    track = Track(source, identifier, title, author, length, is_stream, uri, artwork, isrc, probe)
    return track, position
