"""The catalogue: made quickly, once, whole, and easy to search."""

import json
import time
from pathlib import Path

import av
import numpy as np
import pytest

from simulator.catalogue import Catalogue, ensure_catalogue
from simulator.catalogue.folder import _MARKER, _read_marker
from simulator.catalogue.melodies import MELODIES
from simulator.catalogue.synthesis import notes_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    return ensure_catalogue(shared / "catalogue")


def _tone_hz(path: Path) -> float:
    """Measure the strongest frequency of two seconds from the middle."""
    with av.open(str(path)) as container:
        container.seek(5_000_000)
        blocks = [frame.to_ndarray().reshape(frame.layout.nb_channels, -1)[0] for frame in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    samples = np.concatenate(blocks)[: 2 * rate].astype(float)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * rate / len(samples))


@pytest.mark.parametrize(("slug", "hz"), [("440-hz-test-tone", 440.0), ("short-interlude", 523.25)])
def test_the_tones_are_what_they_are_called(made: Catalogue, slug: str, hz: float) -> None:
    track = made.track(slug)
    assert track is not None
    assert track.tone_hz == hz
    assert _tone_hz(track.file) == pytest.approx(hz, abs=1)


def test_every_file_lasts_as_long_as_it_says_and_is_tagged(made: Catalogue) -> None:
    for track in made.tracks:
        with av.open(str(track.file)) as container:
            assert container.duration is not None
            assert container.duration / 1000 == pytest.approx(track.duration_ms, abs=100)
            tags = {**container.metadata, **container.streams.audio[0].metadata}
        assert {key.lower(): value for key, value in tags.items()}["title"] == track.title


def test_most_last_minutes_and_one_is_short(made: Catalogue) -> None:
    lengths = sorted(track.duration_ms for track in made.tracks)
    assert len(lengths) == 10
    assert 12_000 <= lengths[0] <= 15_000
    assert all(110_000 <= length <= 240_000 for length in lengths[1:])


def test_formats_are_mixed(made: Catalogue) -> None:
    suffixes = [track.file.suffix for track in made.tracks]
    assert suffixes.count(".mp3") == suffixes.count(".flac") == 1
    assert suffixes.count(".opus") == 8


def test_every_track_has_a_picture(made: Catalogue) -> None:
    for track in made.tracks:
        assert track.artwork.read_bytes().startswith(b"\x89PNG")
    assert len({track.artwork.read_bytes() for track in made.tracks}) == len(made.tracks)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("440", "440 Hz Test Tone"),
        ("tone", "440 Hz Test Tone"),
        ("440 Hz", "440 Hz Test Tone"),
        ("interlude", "Short Interlude"),
        ("ODE to joy", "Ode to Joy"),
        ("für elise", "Für Elise"),
        ("canon pachelbel", "Canon in D"),
        ("greensl", "Greensleeves"),
    ],
)
def test_words_find_the_best_match_first(made: Catalogue, words: str, title: str) -> None:
    assert made.search(words)[0].title == title


@pytest.mark.parametrize("words", ["", "   ", "zzz", "never gonna give you up"])
def test_strange_words_find_nothing(made: Catalogue, words: str) -> None:
    assert made.search(words) == []


def test_an_artist_finds_all_of_hers(made: Catalogue) -> None:
    assert {track.title for track in made.search("beethoven")} == {"Ode to Joy", "Für Elise"}


def test_a_second_call_makes_nothing_anew(made: Catalogue) -> None:
    before = {track.file: track.file.stat().st_mtime_ns for track in made.tracks}
    again = ensure_catalogue(made.folder)
    assert again == made
    assert {track.file: track.file.stat().st_mtime_ns for track in again.tracks} == before


def test_an_unfinished_or_older_folder_is_not_believed(tmp_path: Path, made: Catalogue) -> None:
    for track in made.tracks:
        (tmp_path / track.file.name).symlink_to(track.file)
        (tmp_path / track.artwork.name).symlink_to(track.artwork)
    marker = json.loads((made.folder / _MARKER).read_text())
    (tmp_path / _MARKER).write_text(json.dumps(marker))
    assert _read_marker(tmp_path) is not None
    (tmp_path / _MARKER).write_text(json.dumps(marker | {"version": 0}))
    assert _read_marker(tmp_path) is None
    (tmp_path / _MARKER).write_text(json.dumps(marker))
    (tmp_path / made.tracks[0].file.name).unlink()
    assert _read_marker(tmp_path) is None


def test_every_tune_is_spelt_right() -> None:
    started = time.process_time()
    for melody in MELODIES:
        notes = notes_of(melody)
        assert all(seconds > 0 for _, seconds in notes)
        assert all(hz is None or 100 < hz < 1100 for hz, _ in notes)
    assert time.process_time() - started < 1
