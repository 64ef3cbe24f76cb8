"""Playlists that others see, copy, export and import."""

from __future__ import annotations

import pytest

from apps.library.models import Playlist
from project.wire.library import (
    AddToPlaylist,
    CreatePlaylist,
    DeletePlaylist,
    ExportPlaylist,
    ImportPlaylist,
    ListPlaylists,
    SharePlaylist,
    ShowPlaylist,
)
from tests.workers.background.desk.test_library import ALICE_2, Visit, titles
from tests.workers.background.desk.test_library import visit as visit

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.usefixtures("store")]


def test_what_is_shared_is_seen_by_others_and_stays_its_owners(visit: Visit) -> None:
    visit.says(CreatePlaylist(name="Party"))
    assert "no playlist *Party*" in visit.denied(ShowPlaylist(name="Party"), ALICE_2)
    visit.says(SharePlaylist(name="Party"))
    assert "Party, by Alice" in visit.says(ShowPlaylist(name="party"), ALICE_2)
    assert "by Alice" in visit.says(ListPlaylists(), ALICE_2)
    assert "have no playlist" in visit.denied(DeletePlaylist(name="Party"), ALICE_2)


def test_a_code_lets_somebody_copy_a_playlist(visit: Visit) -> None:
    visit.says(CreatePlaylist(name="Party"))
    visit.says(AddToPlaylist(name="Party", query="album"))
    told = visit.says(SharePlaylist(name="Party", sharing="code"))
    code = Playlist.objects.get(name="Party").share_code
    assert f"`{code}`" in told
    assert f"`{code}`" in visit.says(ListPlaylists())
    assert "of 3 tracks" in visit.says(ImportPlaylist(name="Copy", code=code), ALICE_2)
    assert titles("Copy", owner=22) == ["album 1", "album 2", "album 3"]
    assert "Nobody shares" in visit.denied(ImportPlaylist(name="Other", code="guess"), ALICE_2)


def test_an_export_can_be_imported(visit: Visit) -> None:
    visit.says(CreatePlaylist(name="Mix"))
    for title in ("A", "B"):
        visit.says(AddToPlaylist(name="Mix", query=title))
    exported = visit.says(ExportPlaylist(name="Mix"))
    assert "```\nhttps://music.example/A\nhttps://music.example/B\n```" in exported
    text = exported.split("```")[1]
    assert "of 2 tracks" in visit.says(ImportPlaylist(name="Again", text=text.replace("\n", ";")))
    assert visit.nodes.asked[-2:] == ["https://music.example/A", "https://music.example/B"]


def test_an_import_says_what_was_not_found(visit: Visit) -> None:
    said = visit.says(ImportPlaylist(name="Mix", text="Song A; unknown one;; Song B ;unknown two"))
    assert "of 2 tracks. For 2 lines I found nothing." in said
    assert titles("Mix") == ["Song A", "Song B"]


@pytest.mark.parametrize("text", ["", " ; ;", "unknown"])
def test_an_import_that_brings_nothing_makes_nothing(visit: Visit, text: str) -> None:
    visit.denied(ImportPlaylist(name="Mix", text=text))
    assert not Playlist.objects.exists()
