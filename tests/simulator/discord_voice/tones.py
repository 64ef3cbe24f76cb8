"""Sounds to send, already encoded."""

import numpy as np

from simulator.discord_voice.opus import BLOCK_BYTES, SAMPLE_HZ, OpusEncoder


def opus_tone(hertz: float, seconds: float) -> list[bytes]:
    """Encode a sine at a third of full scale."""
    time = np.arange(int(SAMPLE_HZ * seconds)) / SAMPLE_HZ
    wave = np.round(np.sin(2 * np.pi * hertz * time) * 10_000).astype("<i2")
    pcm = np.repeat(wave, 2).tobytes()
    encoder = OpusEncoder()
    return [encoder.encode(pcm[start : start + BLOCK_BYTES]) for start in range(0, len(pcm), BLOCK_BYTES)]
