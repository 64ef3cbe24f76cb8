"""The history of what was played: written by the statement that saves that a track began, once each time it does."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async

from apps.library.models import HistoryEntry
from tests.workers.adapters.test_player_store import EPOCH, GUILD, SLOT, entry, play
from tests.workers.adapters.test_player_store import store as store
from workers.adapters.player_store import PostgresPlayerStore
from workers.player.effects import Save
from workers.player.outcomes import Added
from workers.player.track import Entry, EntryStatus, PlayerState
from workers.ports import Fenced

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def save(rev: int, *put: tuple[Entry, EntryStatus], whole: bool = False) -> Save:
    current = next((one.id for one, status in put if status == "current"), None)
    state = PlayerState(guild_id=GUILD, rev=rev, next_entry=9, current_entry=current)
    return Save(state, put, whole=whole, began=current is not None)


@sync_to_async
def history() -> list[tuple[str, int]]:
    """Title and member of all that was played, in order."""
    played = HistoryEntry.objects.filter(guild_id=GUILD).order_by("id")
    return [(one.track["title"], one.member_id) for one in played]


async def test_what_becomes_current_was_played_for_who_asked_and_what_waits_was_not(
    store: PostgresPlayerStore,
) -> None:
    put = save(1, (entry(1), "current"), (entry(2), "queued"))
    await store.commit(SLOT, EPOCH, put, play(), Added(entry=entry(1), position=0))
    assert await history() == [("Title 1", 1)]
    await store.commit(SLOT, EPOCH, save(2, (entry(1), "played"), (entry(2), "current")), None, None)
    assert await history() == [("Title 1", 1), ("Title 2", 1)]


async def test_what_is_saved_again_while_it_plays_is_not_played_again(store: PostgresPlayerStore) -> None:
    await store.commit(SLOT, EPOCH, save(1, (entry(1), "current")), None, None)
    await store.commit(SLOT, EPOCH, save(2, (entry(1, rank=7), "current")), None, None)
    await store.commit(SLOT, EPOCH, save(3, (entry(1), "current"), whole=True), None, None)
    assert await history() == [("Title 1", 1)]


async def test_what_was_passed_over_was_not_played(store: PostgresPlayerStore) -> None:
    await store.commit(SLOT, EPOCH, save(1, (entry(1), "queued"), (entry(2), "queued")), None, None)
    await store.commit(SLOT, EPOCH, save(2, (entry(1), "played"), (entry(2), "current")), None, None)
    assert await history() == [("Title 2", 1)]


async def test_a_command_that_is_done_already_and_a_former_owner_write_none(store: PostgresPlayerStore) -> None:
    conclusion = Added(entry=entry(1), position=0)
    await store.commit(SLOT, EPOCH, save(1, (entry(1), "current")), play(), conclusion)
    await store.commit(SLOT, EPOCH, save(2, (entry(2), "current")), play(), conclusion)
    with pytest.raises(Fenced):
        await store.commit(SLOT, EPOCH - 1, save(3, (entry(3), "current")), None, None)
    assert await history() == [("Title 1", 1)]
