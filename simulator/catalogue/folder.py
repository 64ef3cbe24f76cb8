"""The catalogue on disk: made once, found again by a marker that names its version."""

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from simulator.catalogue.artwork import draw
from simulator.catalogue.encoding import encode
from simulator.catalogue.entries import Catalogue, CatalogueTrack
from simulator.catalogue.melodies import MELODIES, TONES, Melody, Tone
from simulator.catalogue.synthesis import RATE, melody_sound, tone_sound

_LOG = logging.getLogger(__name__)
VERSION = 1
"""Raise it when tunes, sound or files change: a folder of another version is made anew."""

_MARKER = "catalogue.json"


def ensure_catalogue(folder: Path) -> Catalogue:
    """Return the catalogue in `folder`, synthesised now (some seconds) if it is not there yet.

    Processes that ask at the same time make it once: the others wait. OSError when the folder cannot
    be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        lengths = _read_marker(folder)
        if lengths is None:
            _LOG.info("synthesising the catalogue in %s", folder)
            lengths = _make(folder)
    entries = [_entry(folder, source, lengths[source.slug], number) for number, source in enumerate(_sources())]
    return Catalogue(folder, tuple(entries))


def _sources() -> tuple[Melody | Tone, ...]:
    """Tones first: "tone" and "440" shall find the test tone before anything else."""
    return (*TONES, *MELODIES)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _file(folder: Path, source: Melody | Tone) -> Path:
    return folder / f"{source.slug}.{source.container}"


def _picture(folder: Path, source: Melody | Tone) -> Path:
    return folder / f"{source.slug}.png"


def _read_marker(folder: Path) -> dict[str, int] | None:
    """Return each track's length in milliseconds, None when something is missing or of another version."""
    marker = folder / _MARKER
    try:
        content = json.loads(marker.read_text())
        lengths = {str(slug): int(length) for slug, length in content["lengths"].items()}
        version = content["version"]
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None
    whole = all(
        source.slug in lengths and _file(folder, source).is_file() and _picture(folder, source).is_file()
        for source in _sources()
    )
    return lengths if version == VERSION and whole else None


def _make(folder: Path) -> dict[str, int]:
    """Make all files; encoders leave the interpreter's lock, so threads use all cores."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        lengths = dict(pool.map(lambda source: _make_one(folder, source), _sources()))
    marker = json.dumps({"version": VERSION, "lengths": lengths}, indent=2)
    _write_whole(folder / _MARKER, marker.encode())
    return lengths


def _make_one(folder: Path, source: Melody | Tone) -> tuple[str, int]:
    sound = tone_sound(source) if isinstance(source, Tone) else melody_sound(source)
    tags = {"title": source.title, "artist": source.artist, "album": source.album}
    path = _file(folder, source)
    unfinished = path.with_suffix(".part")
    encode(sound, unfinished, source.container, tags)
    unfinished.replace(path)
    _write_whole(_picture(folder, source), draw(source.slug))
    return source.slug, round(len(sound) * 1000 / RATE)


def _write_whole(path: Path, data: bytes) -> None:
    """Write so that nobody ever sees half of it."""
    unfinished = path.with_suffix(f"{path.suffix}.part")
    unfinished.write_bytes(data)
    unfinished.replace(path)


def _entry(folder: Path, source: Melody | Tone, length_ms: int, number: int) -> CatalogueTrack:
    return CatalogueTrack(
        slug=source.slug,
        title=source.title,
        artist=source.artist,
        album=source.album,
        album_slug=source.album_slug,
        duration_ms=length_ms,
        file=_file(folder, source),
        artwork=_picture(folder, source),
        isrc=f"XXSEG26{number:05d}",
        tone_hz=source.hz if isinstance(source, Tone) else None,
    )
