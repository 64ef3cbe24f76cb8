"""Turns Lavalink's track JSON into our Track, so that its odd values stop at the adapter."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from workers.player.track import Track

_log = logging.getLogger(__name__)

TEXT_LENGTH = 300
"""Characters. In a file's tags a text may have 65 535, and every event that tells of the queue repeats it."""
ADDRESS_LENGTH = 2_048
"""Characters; nobody can ask for a longer address."""
ENCODED_LENGTH = 16_384
"""Characters. The node's own form holds every text uncut; with a name, an author and an address it has some 500."""
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
    """Our form of a track object, long texts cut; raises msgspec.ValidationError when it is none."""
    return _track(msgspec.convert(raw, _RawTrack))


def loaded_of(raw: Any) -> Loaded:
    """Our form of a loading result; raises msgspec.ValidationError when it is none.

    Tracks that are too long for our stores count as not found.
    """
    answer = msgspec.convert(raw, dict[str, Any])
    data = answer.get("data")
    match answer.get("loadType"):
        case "track":
            tracks = _tracks([msgspec.convert(data, _RawTrack)])
            return Loaded("track", tracks) if tracks else Loaded("empty")
        case "search":
            return Loaded("search", _tracks(msgspec.convert(data, list[_RawTrack])))
        case "playlist":
            playlist = msgspec.convert(data, _RawPlaylist)
            return Loaded("playlist", _tracks(playlist.tracks), _clean(playlist.info.name))
        case "empty":
            return Loaded("empty")
        case "error":
            return Loaded("error")
        case other:
            raise msgspec.ValidationError(f"unknown loadType {other!r}")


def _tracks(raws: Iterable[_RawTrack]) -> tuple[Track, ...]:
    return tuple(_track(raw) for raw in raws if _fits(raw))


def _fits(raw: _RawTrack) -> bool:
    """A cut address leads elsewhere, and would pass by a guild's blocked ones if it were left out."""
    fits = len(raw.encoded) <= ENCODED_LENGTH and len(raw.info.uri or "") <= ADDRESS_LENGTH
    if not fits:
        _log.info("a track of source %s is left out: it describes itself too long", _clean(raw.info.source_name))
    return fits


def _track(raw: _RawTrack) -> Track:
    info = raw.info
    endless = info.is_stream or not 0 <= info.length < _NO_LENGTH
    return Track(
        encoded=raw.encoded,
        identifier=_clean(info.identifier, ADDRESS_LENGTH),
        title=_clean(info.title),
        author=_clean(info.author),
        length_ms=0 if endless else info.length,
        is_stream=endless,
        is_seekable=info.is_seekable and not endless,
        uri=info.uri,
        artwork_url=_whole(info.artwork_url, ADDRESS_LENGTH),
        isrc=_whole(info.isrc, TEXT_LENGTH),
        source=_clean(info.source_name),
    )


def _clean(text: str | None, length: int = TEXT_LENGTH) -> str:
    """Files name themselves in their tags: PostgreSQL stores no NUL, and UTF-8 no half surrogate."""
    whole = (text or "").replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return whole if len(whole) <= length else whole[: length - 1] + "…"


def _whole(text: str | None, length: int) -> str | None:
    """What is of no use when it is cut."""
    return text if text is not None and len(text) <= length else None
