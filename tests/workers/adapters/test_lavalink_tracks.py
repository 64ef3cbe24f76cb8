"""Lavalink's tracks and loading results come in as ours, odd values smoothed."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from workers.adapters.lavalink_tracks import ADDRESS_LENGTH, ENCODED_LENGTH, TEXT_LENGTH, Loaded, loaded_of, track_of
from workers.player.track import Track

INFO: dict[str, Any] = {
    "identifier": "abc",
    "isSeekable": True,
    "author": "Sine",
    "length": 10032,
    "isStream": False,
    "position": 0,
    "title": "Tone 440",
    "uri": "https://music.example/abc",
    "sourceName": "http",
    "artworkUrl": "https://music.example/abc.png",
    "isrc": "XX0000000001",
}


def raw(**info: Any) -> dict[str, Any]:
    return {"encoded": "QAAA", "info": INFO | info, "pluginInfo": {"probeInfo": "mp3"}, "userData": {}}


def test_a_track_keeps_what_screens_show() -> None:
    assert track_of(raw()) == Track(
        encoded="QAAA",
        identifier="abc",
        title="Tone 440",
        author="Sine",
        length_ms=10032,
        is_stream=False,
        is_seekable=True,
        uri="https://music.example/abc",
        artwork_url="https://music.example/abc.png",
        isrc="XX0000000001",
        source="http",
    )


@pytest.mark.parametrize("info", [{"length": 2**63 - 1}, {"length": 2**63 - 1, "isStream": True}, {"isStream": True}])
def test_a_live_stream_has_no_length_and_no_seeking(info: dict[str, Any]) -> None:
    track = track_of(raw(**info))

    assert (track.is_stream, track.length_ms, track.is_seekable) == (True, 0, False)


def test_text_that_a_database_refuses_is_cleaned() -> None:
    track = track_of(raw(title="a\0b", author="half \ud83d surrogate"))

    assert track.title == "ab"
    assert track.author == "half ? surrogate"


LONG = "x" * 65_535
"""As long as a text in a file's tags can come through a node."""


@pytest.mark.parametrize(
    ("field", "ours", "most"),
    [
        ("title", "title", TEXT_LENGTH),
        ("author", "author", TEXT_LENGTH),
        ("sourceName", "source", TEXT_LENGTH),
        ("identifier", "identifier", ADDRESS_LENGTH),
    ],
)
def test_a_text_of_a_file_is_cut(field: str, ours: str, most: int) -> None:
    track = track_of(raw(**{field: LONG}))

    assert len(getattr(track, ours)) == most
    assert getattr(track, ours).startswith("xxx")


def test_a_title_that_is_just_short_enough_stays() -> None:
    assert track_of(raw(title="x" * TEXT_LENGTH)).title == "x" * TEXT_LENGTH


@pytest.mark.parametrize(("field", "ours"), [("artworkUrl", "artwork_url"), ("isrc", "isrc")])
def test_what_is_of_no_use_cut_is_left_out(field: str, ours: str) -> None:
    assert getattr(track_of(raw(**{field: LONG})), ours) is None


TOO_LONG = [raw() | {"encoded": "Q" * (ENCODED_LENGTH + 1)}, raw(uri="https://music.example/" + "x" * ADDRESS_LENGTH)]


@pytest.mark.parametrize("track", TOO_LONG, ids=["encoded", "uri"])
def test_a_track_that_no_store_should_hold_is_not_found(track: dict[str, Any]) -> None:
    playlist = {"info": {"name": LONG}, "tracks": [track, raw()]}

    assert loaded_of({"loadType": "track", "data": track}) == Loaded("empty")
    assert loaded_of({"loadType": "search", "data": [track, raw()]}) == Loaded("search", (track_of(raw()),))
    loaded = loaded_of({"loadType": "playlist", "data": playlist})
    assert loaded.tracks == (track_of(raw()),)
    assert len(loaded.playlist or "") == TEXT_LENGTH


def test_missing_texts_are_empty() -> None:
    track = track_of({"encoded": "Q", "info": {"identifier": "x", "title": None, "author": None, "uri": None}})

    assert (track.title, track.author, track.uri, track.source) == ("", "", None, "")


def test_results_of_every_kind() -> None:
    track = track_of(raw())

    assert loaded_of({"loadType": "track", "data": raw()}) == Loaded("track", (track,))
    assert loaded_of({"loadType": "search", "data": [raw(), raw()]}) == Loaded("search", (track, track))
    playlist = {"info": {"name": "Mix", "selectedTrack": -1}, "pluginInfo": {}, "tracks": [raw()]}
    assert loaded_of({"loadType": "playlist", "data": playlist}) == Loaded("playlist", (track,), "Mix")
    assert loaded_of({"loadType": "empty", "data": None}) == Loaded("empty")
    assert loaded_of({"loadType": "error", "data": {"message": "m"}}) == Loaded("error")


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"loadType": "song"}, {"loadType": "track", "data": None}, {"loadType": "search"}]
)
def test_other_forms_are_refused(answer: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        loaded_of(answer)
