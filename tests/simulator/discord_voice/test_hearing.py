"""Sound is measured in its last second, and listeners get all of it, or the newest of it."""

import gc

import numpy as np
import pytest

from simulator.discord_voice.hearing import Hearing
from simulator.discord_voice.opus import BLOCK_BYTES, SILENCE_FRAME
from simulator.discord_voice.tone import analyse, as_samples
from tests.simulator.discord_voice.tones import opus_tone


def play(hearing: Hearing, frames: list[bytes], pitch: float = 1.0) -> None:
    for payload in frames:
        hearing.hear(payload, pitch)


async def test_a_listener_hears_every_frame(tone: list[bytes]) -> None:
    hearing = Hearing()
    listener = hearing.listen()
    play(hearing, tone[:40])
    blocks = [await anext(listener) for _ in range(40)]
    assert {len(block) for block in blocks} == {BLOCK_BYTES}
    assert analyse(as_samples(b"".join(blocks))).tone_hz == pytest.approx(440, abs=2)


async def test_a_slow_listener_hears_the_newest(tone: list[bytes]) -> None:
    hearing = Hearing()
    slow, other = hearing.listen(), hearing.listen()
    for payload in tone:
        hearing.hear(payload, 1.0)
        await anext(other)
    assert (slow.dropped, other.dropped) == (len(tone) - 50, 0)
    await slow.aclose()
    assert len([block async for block in slow]) == 50


async def test_a_listener_hears_nothing_from_before(tone: list[bytes]) -> None:
    hearing = Hearing()
    play(hearing, tone[:20])
    listener = hearing.listen()
    play(hearing, tone[20:21])
    await listener.aclose()
    assert len([block async for block in listener]) == 1


async def test_listeners_that_left_cost_nothing(tone: list[bytes]) -> None:
    hearing = Hearing()
    closed, forgotten = hearing.listen(), hearing.listen()
    await closed.aclose()
    del forgotten
    gc.collect()
    play(hearing, tone[:2])
    assert hearing.listeners == 0
    assert closed.dropped == 0


def test_only_the_last_second_is_measured(tone: list[bytes]) -> None:
    hearing = Hearing()
    play(hearing, tone)
    play(hearing, opus_tone(1000.0, 1.2))
    assert hearing.last_second().tone_hz == pytest.approx(1000, abs=2)


def test_measuring_often_gives_the_same(tone: list[bytes]) -> None:
    often, once = Hearing(), Hearing()
    for payload in tone[:50]:
        often.hear(payload, 1.0)
        often.last_second()
    play(once, tone[:50])
    assert often.last_second() == once.last_second()


def test_silence_after_a_tone_is_silent(tone: list[bytes]) -> None:
    hearing = Hearing()
    play(hearing, tone)
    play(hearing, [SILENCE_FRAME] * 60)
    assert hearing.last_second().tone_hz is None
    assert hearing.heard_ms == 2000


def test_what_is_no_opus_is_counted(tone: list[bytes]) -> None:
    hearing = Hearing()
    play(hearing, [b"", b"\x03\x00\x01junk", *tone])
    assert hearing.last_second().tone_hz == pytest.approx(440, abs=2)
    play(hearing, [b"\x03\x00\x01junk"])
    hearing.last_second()
    assert hearing.undecodable >= 1


async def test_a_detuned_frame_still_comes_in_whole_blocks(tone: list[bytes]) -> None:
    hearing = Hearing()
    listener = hearing.listen()
    play(hearing, tone[:50], pitch=2.0)
    await listener.aclose()
    blocks = [block async for block in listener]
    assert [len(block) for block in blocks] == [BLOCK_BYTES] * 25
    assert analyse(as_samples(b"".join(blocks))).tone_hz == pytest.approx(880, abs=3)


def test_forgetting_leaves_no_scrap_behind(tone: list[bytes]) -> None:
    """Two thirds of a block are too little to be heard, before and after."""
    hearing = Hearing()
    for payload in tone[10:12]:
        play(hearing, [payload], pitch=1.5)
        assert hearing.last_second().rms == 0.0
        hearing.forget()


def test_forgetting_starts_the_measure_anew(tone: list[bytes]) -> None:
    hearing = Hearing()
    play(hearing, tone)
    assert hearing.last_second().rms > 0.1
    hearing.forget()
    assert (hearing.heard_ms, hearing.last_second().rms) == (0, 0.0)
    play(hearing, tone[:5])
    assert hearing.heard_ms == 100


@pytest.mark.parametrize("hertz", [60.0, 261.63, 439.5, 440.25, 5000.0])
def test_pitch_is_measured_between_the_bins(hertz: float) -> None:
    time = np.arange(48_000) / 48_000
    wave = (np.sin(2 * np.pi * hertz * time) * 3000).astype("<i2")
    sound = analyse(np.stack([wave, np.zeros_like(wave)], axis=1))
    assert sound.tone_hz == pytest.approx(hertz, abs=0.1)


def test_channels_in_counterphase_do_not_cancel() -> None:
    time = np.arange(48_000) / 48_000
    wave = (np.sin(2 * np.pi * 440 * time) * 3000).astype("<i2")
    assert analyse(np.stack([wave, -wave], axis=1)).tone_hz == pytest.approx(440, abs=0.1)


def test_a_whisper_is_no_tone() -> None:
    sound = analyse(np.tile(np.array([[16, 16], [-16, -16]], dtype=np.int16), (24_000, 1)))
    assert sound.tone_hz is None
    assert 0 < sound.rms < 0.001


@pytest.mark.parametrize("length", [0, 1, 2, 3, 100])
def test_a_snippet_is_too_short_for_a_tone_but_no_error(length: int) -> None:
    samples = np.full((length, 2), 9000, dtype=np.int16)
    assert analyse(samples).rms >= 0
