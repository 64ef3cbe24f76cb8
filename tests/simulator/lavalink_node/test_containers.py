"""Only what lavaplayer would play is taken for music."""

import random

import pytest

from simulator.lavalink_node.containers import HEAD_BYTES, container_of


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_are_no_music(seed: int) -> None:
    assert container_of(random.Random(seed).randbytes(HEAD_BYTES)) is None


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"fLaC\0\0", "flac"),
        (b"OggS\0\2", "ogg"),
        (b"ID3\4\0", "mp3"),
        (b"RIFF\0\0\0\0WAVEfmt ", "wav"),
        (b"\0\0\0\x20ftypM4A ", "mp4"),
        (b"\x1a\x45\xdf\xa3", "matroska/webm"),
        (b"#EXTM3U\n", "m3u"),
        (b"", None),
        (b"\xff\xfb\x90\x00", None),
    ],
)
def test_known_beginnings(head: bytes, name: str | None) -> None:
    assert container_of(head) == name


def test_two_frames_in_a_row_are_an_mp3() -> None:
    frame = b"\xff\xfb\x90\x00".ljust(417, b"\0")
    assert container_of(frame * 2) == "mp3"
