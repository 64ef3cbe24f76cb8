"""What members keep, read for the player: the same that the library's own selectors find."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from apps.library.services import favourite_add, playlist_add, playlist_create, playlist_share
from project.wire.library import Sharing
from project.wire.orders import FAVOURITES, PlaySaved
from workers.adapters.player_store import PostgresPlayerStore
from workers.adapters.saved_tracks import PostgresSavedTracks
from workers.ports import Away

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ALICE, BOB = 1, 2
GUILD, ELSEWHERE = 7 << 22, 8 << 22


def track(title: str) -> dict[str, Any]:
    return {"encoded": "e", "identifier": title, "title": title, "author": "A", "length_ms": 1000}


@sync_to_async
def keep(name: str, *titles: str, owner: int = ALICE, sharing: Sharing | None = None) -> str | None:
    """A playlist; its share code."""
    playlist_create(owner_id=owner, owner_name="A", guild_id=GUILD, name=name, limit=lambda: None)
    if titles:
        playlist_add(owner_id=owner, name=name, tracks=[track(title) for title in titles])
    if sharing is None:
        return None
    return playlist_share(owner_id=owner, owner_name="A", guild_id=GUILD, name=name, sharing=sharing).share_code


@pytest.fixture
async def saved() -> AsyncIterator[PostgresSavedTracks]:
    options = connection.settings_dict
    url = f"postgresql://{options['USER']}:{options['PASSWORD']}@{options['HOST']}:{options['PORT']}/{options['NAME']}"
    store = PostgresPlayerStore(url)
    await store.open()
    yield PostgresSavedTracks(store.rows)
    await store.close()


async def meant(saved: PostgresSavedTracks, name: str, member: int = ALICE, guild: int = GUILD) -> str:
    """Titles, or why there are none."""
    found = await saved.fetch("c1", guild, member, PlaySaved(query=name))
    return found.failure or " ".join(one.title for one in found.tracks)


async def test_ones_own_comes_first_then_the_servers_then_a_code(saved: PostgresSavedTracks) -> None:
    await keep("Party", "A1", "A2", sharing="server")
    code = await keep("Secret", "S1", sharing="code")
    assert code is not None
    assert await meant(saved, " PARTY ", BOB) == "A1 A2"
    assert await meant(saved, "Party", BOB, ELSEWHERE) == "playlist_unknown"
    assert await meant(saved, "Secret", BOB) == "playlist_unknown"
    assert await meant(saved, code, BOB, ELSEWHERE) == "S1"
    await keep("party", "B1", owner=BOB)
    assert await meant(saved, "Party", BOB) == "B1"


async def test_the_answer_calls_it_by_its_own_name(saved: PostgresSavedTracks) -> None:
    await keep("Party", "A1")
    found = await saved.fetch("c1", GUILD, ALICE, PlaySaved(query="PARTY"))
    assert (found.command_id, found.playlist) == ("c1", "Party")


async def test_an_empty_one_is_not_an_unknown_one(saved: PostgresSavedTracks) -> None:
    await keep("Empty")
    assert await meant(saved, "Empty") == "playlist_empty"
    assert await meant(saved, "Other") == "playlist_unknown"


async def test_favourites_are_all_or_one(saved: PostgresSavedTracks) -> None:
    async def favourites(number: int | None, member: int = ALICE) -> tuple[list[str], str | None, str | None]:
        order = PlaySaved(query=FAVOURITES, kind="favourites", number=number)
        found = await saved.fetch("c1", GUILD, member, order)
        return [one.title for one in found.tracks], found.playlist, found.failure

    for title in ("A", "B", "C"):
        await sync_to_async(favourite_add)(member_id=ALICE, track=track(title))
    assert await favourites(None) == (["A", "B", "C"], FAVOURITES, None)
    assert await favourites(2) == (["B"], None, None)
    assert await favourites(4) == ([], None, "no_favourites")
    assert await favourites(None, BOB) == ([], None, "no_favourites")


async def test_a_store_that_is_away_is_said_so() -> None:
    async def away(_statement: str, _params: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
        raise Away("no PostgreSQL")

    assert await meant(PostgresSavedTracks(away), "Party") == "store_away"


async def test_a_track_that_cannot_be_read_is_no_crash() -> None:
    async def odd(_statement: str, _params: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
        return [("Party", {"title": 7})]

    assert await meant(PostgresSavedTracks(odd), "Party") == "failed"
