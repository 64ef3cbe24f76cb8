"""Encoded tracks: ours read like lavaplayer's, byte for byte, and junk fails as it does there."""

import pytest

from simulator.lavalink_node.errors import ApiError
from simulator.lavalink_node.track_codec import LIVE_LENGTH, Track, decode_track, encode_track

RECORDED = (
    "QAAAdAMACFRvbmUgNDQwAARTaW5lAAAAAAAAJzAAIGh0dHA6Ly8xMjcuMC4wLjE6ODA5OS90b25lMTAubXAzAAEAIGh0dHA6Ly8xMjcu"
    "MC4wLjE6ODA5OS90b25lMTAubXAzAAAABGh0dHAAA21wMwAAAAAAAAAA"
)
SOURCES = ("local", "http", "segue")


def test_a_recorded_track_is_read() -> None:
    track, position = decode_track(RECORDED, SOURCES)
    assert (track.title, track.author, track.length, track.probe) == ("Tone 440", "Sine", 10032, "mp3")
    assert (track.source, track.identifier) == ("http", "http://127.0.0.1:8099/tone10.mp3")
    assert position == 0


def test_what_was_read_is_written_the_same() -> None:
    track, position = decode_track(RECORDED, SOURCES)
    assert encode_track(track, position) == RECORDED


@pytest.mark.parametrize("title", ["", "Für Elise", "𝄞 clef", "nul\0inside", "日本"])
def test_every_text_survives(title: str) -> None:
    track = Track("segue", "slug", title, "é", LIVE_LENGTH, is_stream=True, artwork="https://x/y.png", isrc="XX")
    assert decode_track(encode_track(track, 1234), SOURCES) == (track, 1234)


def test_the_position_changes_what_a_client_would_compare() -> None:
    track, _ = decode_track(RECORDED, SOURCES)
    assert track.to_json(5000)["encoded"] != RECORDED


@pytest.mark.parametrize(
    ("junk", "message"),
    [
        ("!!!", "Request processing failed: java.lang.IllegalArgumentException: Illegal base64 character 21"),
        ("AAAA", "No message available"),
        ("bad", "No message available"),
        (RECORDED[:80], "No message available"),
    ],
)
def test_junk_is_a_500_without_the_version_header(junk: str, message: str) -> None:
    with pytest.raises(ApiError) as refusal:
        decode_track(junk, SOURCES)
    assert (refusal.value.status, refusal.value.message, refusal.value.foreseen) == (500, message, False)


def test_a_source_the_node_has_not_is_refused() -> None:
    encoded = encode_track(Track("deezer", "1", "t", "a", 1), 0)
    with pytest.raises(ApiError, match="missing source manager"):
        decode_track(encoded, SOURCES)
