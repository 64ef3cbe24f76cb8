"""PCM survives Opus, and packets tell how long they last."""

import pytest

from simulator.discord_voice.opus import (
    BLOCK_BYTES,
    SILENCE_FRAME,
    BadOpusError,
    OpusDecoder,
    OpusEncoder,
    frame_samples,
)


def test_each_block_becomes_one_frame_and_one_block_again() -> None:
    encoder, decoder = OpusEncoder(), OpusDecoder()
    for _ in range(10):
        frame = encoder.encode(bytes(BLOCK_BYTES))
        assert frame_samples(frame) == 960
        assert decoder.decode(frame) == bytes(BLOCK_BYTES)


def test_a_block_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="3840"):
        OpusEncoder().encode(bytes(100))


@pytest.mark.parametrize(
    ("payload", "samples"),
    [
        (SILENCE_FRAME, 960),
        (bytes([0 << 3]), 480),
        (bytes([11 << 3]), 2880),
        (bytes([13 << 3]), 960),
        (bytes([16 << 3 | 1]), 240),
        (bytes([31 << 3 | 2]), 1920),
        (bytes([31 << 3 | 3, 0x83]), 2880),
    ],
)
def test_length_is_read_from_the_first_bytes(payload: bytes, samples: int) -> None:
    assert frame_samples(payload) == samples


@pytest.mark.parametrize("payload", [b"", b"\x03"])
def test_a_stump_has_no_length(payload: bytes) -> None:
    with pytest.raises(BadOpusError):
        frame_samples(payload)


@pytest.mark.parametrize("payload", [b"", b"\x03\x00\x01junk"])
def test_junk_is_refused_and_does_no_harm(payload: bytes) -> None:
    decoder = OpusDecoder()
    with pytest.raises(BadOpusError):
        decoder.decode(payload)
    assert len(decoder.decode(SILENCE_FRAME)) == BLOCK_BYTES
