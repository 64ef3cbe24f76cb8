"""Volume and filters: what clients send, what is reported, and what it does to the sound."""

from pathlib import Path

import av
import numpy as np
import pytest

from simulator.catalogue.encoding import encode
from simulator.catalogue.melodies import Tone
from simulator.catalogue.synthesis import tone_sound
from simulator.lavalink_node.errors import ApiError
from simulator.lavalink_node.filters import NAMES, Filters, parse_filters
from simulator.lavalink_node.frame_source import PassThrough, Transcoder, open_source
from simulator.lavalink_node.tuning import Tuning, loudness

SECONDS = 2


@pytest.fixture(scope="module")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tuning") / "tone.opus"
    encode(tone_sound(Tone("t", "Tone", 440.0, SECONDS)), path, "opus", {})
    return path


def _heard(path: Path, tuning: Tuning) -> tuple[int, float, float]:
    """Return frames, loudness and pitch of a file played with a tuning."""
    with path.open("rb") as file:
        frames = open_source(file, tuning).read(1000)
    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate, decoder.layout = 48000, "stereo"
    decoded = [sound for frame in frames for sound in decoder.decode(av.Packet(frame.payload))]
    samples = np.concatenate([sound.to_ndarray().reshape(-1)[::2] for sound in decoded]).astype(float)
    middle = samples[len(samples) // 4 : len(samples) * 3 // 4]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    return len(frames), float(np.sqrt((middle**2).mean())), float(spectrum.argmax() * 48000 / len(middle))


def test_untouched_opus_passes_as_it_is(tone: Path) -> None:
    with tone.open("rb") as file:
        assert isinstance(open_source(file, Tuning()), PassThrough)


def test_volume_makes_it_quieter(tone: Path) -> None:
    _, loud, _ = _heard(tone, Tuning())
    frames, quiet, pitch = _heard(tone, Tuning(volume=50))
    assert quiet / loud == pytest.approx(loudness(50), rel=0.1)
    assert pitch == pytest.approx(440, abs=2)
    assert frames == SECONDS * 50


def test_double_speed_halves_the_time_and_keeps_the_pitch(tone: Path) -> None:
    frames, _, pitch = _heard(tone, Tuning(filters=parse_filters({"timescale": {"speed": 2.0}})))
    assert frames == pytest.approx(SECONDS * 25, abs=2)
    assert pitch == pytest.approx(440, abs=4)


def test_pitch_changes_the_tone_and_keeps_the_time(tone: Path) -> None:
    frames, _, pitch = _heard(tone, Tuning(filters=parse_filters({"timescale": {"pitch": 1.5}})))
    assert frames == pytest.approx(SECONDS * 50, abs=4)
    assert pitch == pytest.approx(660, abs=6)


@pytest.mark.parametrize("name", NAMES)
def test_every_filter_can_be_played(tone: Path, name: str) -> None:
    sent: Filters = {
        "volume": 0.5,
        "equalizer": [{"band": 0, "gain": 0.25}, {"band": 14, "gain": -0.25}],
        "rotation": {"rotationHz": 0.2},
    }
    filters = parse_filters({name: sent.get(name, {})})
    with tone.open("rb") as file:
        source = open_source(file, Tuning(filters=filters))
        assert isinstance(source, Transcoder)
        assert len(source.read(20)) >= 20


def test_speed_zero_is_accepted_and_still_ends(tone: Path) -> None:
    filters = parse_filters({"timescale": {"speed": 0}})
    assert filters == {"timescale": {"speed": 0.0, "pitch": 1.0, "rate": 1.0}}
    frames, _, _ = _heard(tone, Tuning(filters=filters))
    assert frames > SECONDS * 50


def test_unknown_filters_are_dropped_and_wrong_values_refused() -> None:
    assert parse_filters({"bogus": {}}) == {}
    with pytest.raises(ApiError) as refusal:
        parse_filters({"volume": "x"})
    assert refusal.value.status == 400


@pytest.mark.parametrize("start_ms", [0, 500, 1000])
@pytest.mark.parametrize("volume", [100, 50])
def test_seeking_leaves_what_is_left(tone: Path, start_ms: int, volume: int) -> None:
    with tone.open("rb") as file:
        source = open_source(file, Tuning(volume=volume))
        source.seek(start_ms)
        assert len(source.read(1000)) == pytest.approx((SECONDS * 1000 - start_ms) / 20, abs=2)
