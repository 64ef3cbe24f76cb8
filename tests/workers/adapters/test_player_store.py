"""The player store against a real PostgreSQL: one statement changes all or nothing, once, and only for the owner."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from django.db import connection
from msgspec.structs import replace as replaced

from apps.playback.models import Command as RecordedCommand
from project.wire.messages import COMMAND_PATIENCE_MS, Actor, Command, Play
from workers.adapters.player_store import RESTED_SECONDS, PostgresPlayerStore
from workers.player.effects import Save
from workers.player.outcomes import Added, AddedMany, Conclusion, Joined, Refused
from workers.player.track import Entry, PlayerState, Track
from workers.ports import Away, Fenced, NotStored

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

GUILD = 3 << 22
SLOT = 3
EPOCH = 7


def entry(number: int, rank: int | None = None) -> Entry:
    track = Track(encoded=f"e{number}", identifier=str(number), title=f"Title {number}", author="A", length_ms=1000)
    return Entry(id=number, rank=rank if rank is not None else number * 10, track=track, requester_id=1)


def play(command_id: str = "c1") -> Command:
    actor = Actor(kind="member", user_id=1, name="Alice")
    return Command(id=command_id, guild_id=GUILD, order=Play(query="x"), actor=actor, issued_ms=1)


def saved(rev: int, *entries: Entry, removed: tuple[int, ...] = ()) -> Save:
    state = PlayerState(
        guild_id=GUILD,
        rev=rev,
        next_entry=9,
        voice_channel_id=5,
        filters={"presets": ["8d"]},
        loop="queue",
        volume=150,
        screen_channel_id=6,
        screen_message_id=2**62,
        votes=(2**62, 1),
        empty_since_ms=7,
        paused=True,
        paused_when_empty=True,
        autoplay="mixed",
        follow_up=2**40,
        fair_queue=True,
    )
    return Save(state, tuple((one, "queued") for one in entries), removed)


@pytest.fixture
async def store() -> AsyncIterator[PostgresPlayerStore]:
    options = connection.settings_dict
    url = f"postgresql://{options['USER']}:{options['PASSWORD']}@{options['HOST']}:{options['PORT']}/{options['NAME']}"
    opened = PostgresPlayerStore(url)
    await opened.open()
    assert await opened.take_slot(SLOT, EPOCH, "test")
    yield opened
    await opened.close()


async def test_a_change_is_read_back_as_it_was_saved(store: PostgresPlayerStore) -> None:
    save = saved(1, entry(1), entry(2))
    await store.commit(SLOT, EPOCH, save, play(), Added(entry=entry(1), position=0))
    loaded = await store.load_player(GUILD)
    assert loaded is not None
    assert loaded.state == save.state
    assert loaded.queued == (entry(1), entry(2))
    assert [player.state for player in await store.load_slot(SLOT, EPOCH)] == [save.state]


async def test_how_long_a_command_took_is_recorded_with_it(store: PostgresPlayerStore) -> None:
    received_ms = time.time_ns() // 1_000_000 - 1_500
    command = replaced(play("c2"), deadline_ms=received_ms + COMMAND_PATIENCE_MS)
    await store.commit(SLOT, EPOCH, None, play("c1"), Refused(reason="not_paused"))
    await store.commit(SLOT, EPOCH, None, command, Refused(reason="not_paused"))
    took = {row.id: row.took_ms async for row in RecordedCommand.objects.all()}
    assert took["c1"] is None, "nobody knows when it was received"
    assert took["c2"] is not None
    assert took["c2"] >= 1_500


async def test_entries_are_ordered_by_rank_and_removed_ones_are_gone(store: PostgresPlayerStore) -> None:
    await store.commit(SLOT, EPOCH, saved(1, entry(1), entry(2), entry(3)), None, None)
    await store.commit(SLOT, EPOCH, saved(2, entry(3, rank=1), removed=(2,)), None, None)
    loaded = await store.load_player(GUILD)
    assert loaded is not None
    assert [one.id for one in loaded.queued] == [3, 1]


async def test_a_command_is_carried_out_once(store: PostgresPlayerStore) -> None:
    first = Added(entry=entry(1), position=0)
    await store.commit(SLOT, EPOCH, saved(1, entry(1)), play(), first)
    again = await store.commit(SLOT, EPOCH, saved(2, entry(2)), play(), Added(entry=entry(2), position=1))
    assert again.already == first
    loaded = await store.load_player(GUILD)
    assert loaded is not None
    assert loaded.state.rev == 1
    assert [one.id for one in loaded.queued] == [1]


async def test_a_command_in_parts_goes_forward_until_its_end_and_never_back(store: PostgresPlayerStore) -> None:
    def added(count: int, asked: int | None) -> AddedMany:
        return AddedMany(playlist="list", count=count, first=entry(1), position=0, asked=asked, lines=9)

    async def commit(rev: int, conclusion: Conclusion) -> Conclusion | None:
        return (await store.commit(SLOT, EPOCH, saved(rev, entry(rev)), play(), conclusion)).already

    assert await commit(1, added(1, 4)) is None
    assert await commit(2, added(2, 4)) == added(1, 4), "the same part was added before"
    assert await commit(2, added(2, 8)) is None
    assert await commit(3, added(3, None)) is None
    assert await commit(4, added(4, 9)) == added(3, None)
    assert await commit(4, Refused(reason="cancelled")) == added(3, None)
    loaded = await store.load_player(GUILD)
    assert loaded is not None
    assert [one.id for one in loaded.queued] == [1, 2, 3]
    assert await store.outcome("c1") == added(3, None)


async def test_a_command_in_parts_may_end_without_having_added_all(store: PostgresPlayerStore) -> None:
    part = AddedMany(playlist="list", count=1, first=entry(1), position=0, asked=4, lines=9)
    await store.commit(SLOT, EPOCH, saved(1, entry(1)), play(), part)
    assert (await store.commit(SLOT, EPOCH, None, play(), Refused(reason="cancelled"))).already is None
    assert await store.outcome("c1") == Refused(reason="cancelled")


async def test_a_track_that_begins_is_counted_once_in_the_statement_that_saves_it(store: PostgresPlayerStore) -> None:
    began = [replace(saved(rev), began=True) for rev in (1, 2)]
    answers = [await store.commit(SLOT, EPOCH, began[0], play(), Joined(channel_id=5))]
    answers.append(await store.commit(SLOT, EPOCH, began[1], play(), Joined(channel_id=5)))
    answers.append(await store.commit(SLOT, EPOCH, began[1], None, None))
    answers.append(await store.commit(SLOT, EPOCH, saved(3), None, None))
    assert [answer.tracks for answer in answers] == [1, None, 2, None]
    assert answers[1].already == Joined(channel_id=5)


async def test_a_refusal_is_recorded_without_a_change(store: PostgresPlayerStore) -> None:
    refusal = Refused(reason="nothing_playing")
    await store.commit(SLOT, EPOCH, None, play("c2"), refusal)
    assert await store.outcome("c2") == refusal
    assert await store.load_player(GUILD) is None


async def test_an_owner_with_an_older_epoch_is_fenced(store: PostgresPlayerStore) -> None:
    assert await store.take_slot(SLOT, EPOCH + 1, "next")
    with pytest.raises(Fenced):
        await store.commit(SLOT, EPOCH, saved(1, entry(1)), play(), Added(entry=entry(1), position=0))
    with pytest.raises(Fenced):
        await store.save_session(SLOT, EPOCH, "n:1", "s")
    assert await store.load_player(GUILD) is None
    assert await store.outcome("c1") is None
    assert not await store.take_slot(SLOT, EPOCH, "late")


async def test_sessions_are_remembered_per_node(store: PostgresPlayerStore) -> None:
    assert await store.sessions(SLOT) == {}
    await store.save_session(SLOT, EPOCH, "n:1", "first")
    await store.save_session(SLOT, EPOCH, "n:1", "second")
    assert await store.sessions(SLOT) == {"n:1": "second"}


async def test_positions_only_move_forward_in_time(store: PostgresPlayerStore) -> None:
    await store.commit(SLOT, EPOCH, saved(1, entry(1)), None, None)
    await store.save_positions(SLOT, EPOCH, [(GUILD, 5000, 20)])
    await store.save_positions(SLOT, EPOCH, [(GUILD, 1000, 10)])
    loaded = await store.load_player(GUILD)
    assert loaded is not None
    assert (loaded.state.position_ms, loaded.state.position_at_ms) == (5000, 20)


async def test_text_that_postgresql_refuses_is_no_outage(store: PostgresPlayerStore) -> None:
    with pytest.raises(NotStored):
        await store.commit(SLOT, EPOCH, None, play("c3"), Refused(reason="nothing_found", detail="\x00"))
    assert await store.outcome("c3") is None


async def test_a_guild_that_was_left_in_mid_track_is_loaded_when_it_asks_and_not_with_its_slot(
    store: PostgresPlayerStore,
) -> None:
    state = PlayerState(guild_id=GUILD, rev=1, current_entry=1, stopped_by="left")
    await store.commit(SLOT, EPOCH, Save(state, ((entry(1), "current"),)), None, None)
    assert await store.load_slot(SLOT, EPOCH) == []
    loaded = await store.load_player(GUILD)
    assert loaded is not None
    assert loaded.current == entry(1)


@pytest.mark.parametrize("at_once", [2, 100])
async def test_a_slots_players_are_loaded_with_all_their_entries(
    store: PostgresPlayerStore, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("workers.adapters.player_store.LOADED_AT_ONCE", at_once)
    for number in range(5):
        state = PlayerState(guild_id=GUILD + (number * 8 << 22), rev=1, voice_channel_id=5)
        await store.commit(
            SLOT, EPOCH, Save(state, ((entry(number + 1), "queued"), (entry(90), "current"))), None, None
        )
    loaded = {player.state.guild_id: player for player in await store.load_slot(SLOT, EPOCH)}
    assert len(loaded) == 5
    for number in range(5):
        player = loaded[GUILD + (number * 8 << 22)]
        assert (player.queued, player.current) == ((entry(number + 1),), entry(90))


async def test_a_postgresql_that_is_away_says_so_within_its_patience() -> None:
    away = PostgresPlayerStore("postgresql://nobody@127.0.0.1:9/none")
    await away.open()
    with pytest.raises(Away):
        await away.load_player(GUILD)
    await away.close()


async def test_a_burst_waits_for_its_turns_and_nobody_is_told_that_postgresql_is_away(
    store: PostgresPlayerStore,
) -> None:
    slow = "SELECT pg_sleep(0.3)"
    answers = await asyncio.gather(*(store.rows(slow, {}) for _ in range(40)))
    assert len(answers) == 40


async def test_a_statement_whose_caller_was_cancelled_is_heard_of_no_more(
    store: PostgresPlayerStore, caplog: pytest.LogCaptureFixture
) -> None:
    asking = asyncio.create_task(store.rows("SELECT 1 / (SELECT 0 FROM pg_sleep(0.2))", {}))
    await asyncio.sleep(0.05)
    asking.cancel()
    assert await store.rows("SELECT 1 FROM pg_sleep(0.4)", {}) == [(1,)]
    gc.collect()
    assert "never retrieved" not in caplog.text


async def test_after_a_restart_of_postgresql_the_first_command_is_served(store: PostgresPlayerStore) -> None:
    await asyncio.gather(*(store.rows("SELECT pg_sleep(0.1)", {}) for _ in range(16)))
    ended = await store.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = 'segue-audio' AND pid <> pg_backend_pid()",
        {},
    )
    assert len(ended) == 7, "one was needed to end the others"
    await asyncio.sleep(RESTED_SECONDS + 0.1)
    assert await store.rows("SELECT 1", {}) == [(1,)]
