"""Searches and links find the synthesised tracks, as they would find music on the web."""

from urllib.parse import quote

import pytest

from simulator.catalogue import Catalogue
from tests.contract.client import NodeClient


async def _load(client: NodeClient, identifier: str) -> dict[str, object]:
    answer = await client.request("GET", f"/v4/loadtracks?identifier={quote(identifier, safe='')}")
    assert answer.status == 200
    loaded: dict[str, object] = answer.body
    return loaded


@pytest.mark.parametrize(
    ("prefix", "source"),
    [("ytsearch", "youtube"), ("scsearch", "soundcloud"), ("spsearch", "spotify"), ("dzsearch", "deezer")],
)
async def test_every_search_finds_the_tone_first(client: NodeClient, prefix: str, source: str) -> None:
    loaded = await _load(client, f"{prefix}:440 Hz")
    assert loaded["loadType"] == "search"
    first = loaded["data"][0]["info"]  # type: ignore[index]
    assert (first["title"], first["sourceName"]) == ("440 Hz Test Tone", source)
    assert first["artworkUrl"].endswith(".png")


async def test_a_search_without_match_is_empty(client: NodeClient) -> None:
    assert await _load(client, "ytsearch:zzz qqq") == {"loadType": "empty", "data": None}


async def test_a_very_long_search_is_empty_as_well(client: NodeClient) -> None:
    assert await _load(client, "x" * 5000) == {"loadType": "empty", "data": None}


async def test_an_album_link_loads_all_its_tracks(client: NodeClient, catalogue: Catalogue) -> None:
    loaded = await _load(client, "https://music.segue.example/album/masters")
    assert loaded["loadType"] == "playlist"
    data: dict[str, object] = loaded["data"]  # type: ignore[assignment]
    assert data["info"] == {"name": "Masters", "selectedTrack": -1}
    assert len(data["tracks"]) == len(catalogue.album("masters")) == 3  # type: ignore[arg-type]


async def test_a_track_link_loads_it(client: NodeClient) -> None:
    loaded = await _load(client, "https://music.segue.example/track/ode-to-joy")
    assert loaded["loadType"] == "track"
    assert loaded["data"]["info"]["title"] == "Ode to Joy"  # type: ignore[index]


async def test_a_found_track_can_be_decoded_and_played(client: NodeClient) -> None:
    loaded = await _load(client, "scsearch:elise")
    encoded = loaded["data"][0]["encoded"]  # type: ignore[index]
    decoded = await client.request("GET", f"/v4/decodetrack?encodedTrack={quote(encoded, safe='')}")
    assert decoded.body["info"]["title"] == "Für Elise"
    listener = await client.ready()
    played = await client.player(listener.session_id, "1", {"track": {"encoded": encoded}})
    assert played.body["track"]["info"]["title"] == "Für Elise"
