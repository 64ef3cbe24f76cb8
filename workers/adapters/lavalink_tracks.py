"""Turns Lavalink's track JSON into our Track, so that its odd values stop at the adapter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from workers.player.track import Track

_NO_LENGTH = 2**53
"""Live streams have length 2^63-1 (TRAPS 11), which neither JSON numbers nor a bigint sum survive."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Answer of loadtracks (Lavalink v4 REST, track loading result)."""

    kind: Literal["track", "playlist", "search", "empty", "error"]
    tracks: tuple[Track, ...] = ()
    playlist: str | None = None


class _Info(msgspec.Struct, rename="camel"):
    identifier: str
    title: str | None = None
    author: str | None = None
    length: int = 0
    is_stream: bool = False
    is_seekable: bool = False
    uri: str | None = None
    artwork_url: str | None = None
    isrc: str | None = None
    source_name: str | None = None


class _RawTrack(msgspec.Struct):
    encoded: str
    info: _Info


class _PlaylistInfo(msgspec.Struct):
    name: str | None = None


class _RawPlaylist(msgspec.Struct):
    info: _PlaylistInfo
    tracks: list[_RawTrack]


def track_of(raw: Any) -> Track:
    """Our form of a track object; raises msgspec.ValidationError when it is none."""
    return _track(msgspec.convert(raw, _RawTrack))


def loaded_of(raw: Any) -> Loaded:
    """Our form of a loading result; raises msgspec.ValidationError when it is none."""
    answer = msgspec.convert(raw, dict[str, Any])
    data = answer.get("data")
    match answer.get("loadType"):
        case "track":
            return Loaded("track", (track_of(data),))
        case "search":
            return Loaded("search", tuple(map(_track, msgspec.convert(data, list[_RawTrack]))))
        case "playlist":
            playlist = msgspec.convert(data, _RawPlaylist)
            return Loaded("playlist", tuple(map(_track, playlist.tracks)), playlist.info.name or "")
        case "empty":
            return Loaded("empty")
        case "error":
            return Loaded("error")
        case other:
            raise msgspec.ValidationError(f"unknown loadType {other!r}")


def _track(raw: _RawTrack) -> Track:
    info = raw.info
    endless = info.is_stream or not 0 <= info.length < _NO_LENGTH
    return Track(
        encoded=raw.encoded,
        identifier=info.identifier,
        title=_clean(info.title),
        author=_clean(info.author),
        length_ms=0 if endless else info.length,
        is_stream=endless,
        is_seekable=info.is_seekable and not endless,
        uri=info.uri,
        artwork_url=info.artwork_url,
        isrc=info.isrc,
        source=info.source_name or "",
    )


def _clean(text: str | None) -> str:
    """Files name themselves in their tags: PostgreSQL stores no NUL, and UTF-8 no half surrogate."""
    return (text or "").replace("\0", "").encode("utf-8", "replace").decode("utf-8")
