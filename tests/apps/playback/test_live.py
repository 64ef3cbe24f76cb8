"""What staff see of a guild: where it plays and how far, what was asked, what went wrong, in few statements."""

from __future__ import annotations

import time
from typing import Any

import pytest
import redis
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.playback.live import QUEUE_PAGE, commands_recent, errors_recent, guild_live, queue_page
from apps.playback.models import Command, PlaybackError, Player, QueueEntry, Slot, SlotSession
from project.wire import keys
from project.wire.fleet_reports import SlotReport
from project.wire.messages import to_json

pytestmark = pytest.mark.django_db

GUILD, OTHER = 3 << 22, 11 << 22
SLOT = 3


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def track(title: str, length_ms: int = 180_000) -> dict[str, Any]:
    return {"encoded": "e", "identifier": title, "title": title, "author": "A", "length_ms": length_ms}


def plays(guild_id: int = GUILD, **changes: Any) -> None:
    """One plays since 10 s, Two waits."""
    state = {
        "rev": 7,
        "voice_channel_id": 50,
        "current_entry": 1,
        "position_ms": 0,
        "position_at_ms": now_ms() - 10_000,
    }
    Player.objects.create(guild_id=guild_id, **{**state, **changes})
    for number, (title, status) in enumerate((("One", "current"), ("Two", "queued")), start=1):
        QueueEntry.objects.create(
            guild_id=guild_id, entry=number, rank=number, status=status, track=track(title), requester_id=1
        )


def owned(store: redis.Redis, primary: str = "a:2333") -> None:
    """The slot has an owner that tells where it plays, and sessions on two nodes."""
    Slot.objects.filter(slot=SLOT).update(epoch=9, owner="worker:1")
    SlotSession.objects.create(slot=SLOT, node="a:2333", session_id="sa")
    SlotSession.objects.create(slot=SLOT, node="b:2333", session_id="sb")
    store.hset(keys.slot_lease(SLOT), mapping={"owner": "worker:1", "token": "9"})
    store.set(keys.slot_report(SLOT), to_json(SlotReport(owner="worker:1", epoch=9, at_ms=1, primary=primary)))


def test_a_playing_guild_is_seen_with_its_node_and_owner(store: redis.Redis) -> None:
    plays()
    owned(store)
    seen = guild_live(GUILD)
    assert (seen.slot, seen.epoch, seen.owner, seen.lease_live) == (SLOT, 9, "worker:1", True)
    assert (seen.node, seen.session_id) == ("a:2333", "sa")
    assert seen.current is not None
    assert (seen.current.title, seen.queue_length, seen.voice_channel_id) == ("One", 1, "50")
    assert seen.playing
    assert 10_000 <= seen.position_ms < 180_000


def test_a_guild_that_moved_alone_is_seen_where_it_is(store: redis.Redis) -> None:
    plays()
    owned(store)
    store.hset(keys.slot_elsewhere(SLOT), str(GUILD), "b:2333")
    assert (guild_live(GUILD).node, guild_live(GUILD).session_id) == ("b:2333", "sb")


@pytest.mark.parametrize("changes", [{"paused": True}, {"stopped_by": "left"}, {"voice_channel_id": None}])
def test_the_position_of_what_is_not_heard_stands_still(store: redis.Redis, changes: dict[str, Any]) -> None:
    plays(position_ms=42_000, **changes)
    seen = guild_live(GUILD)
    assert not seen.playing
    assert seen.position_ms == 42_000


def test_the_position_is_never_beyond_the_end(store: redis.Redis) -> None:
    plays(position_at_ms=now_ms() - 10_000_000)
    assert guild_live(GUILD).position_ms == 180_000


def test_a_guild_that_never_played_is_silent(store: redis.Redis) -> None:
    seen = guild_live(GUILD)
    assert (seen.current, seen.playing, seen.node, seen.queue_length, seen.volume) == (None, False, None, 0, 100)
    assert seen.lease_live is False


def test_without_redis_the_rest_is_seen(no_redis: None) -> None:
    plays()
    SlotSession.objects.create(slot=SLOT, node="a:2333", session_id="sa")
    seen = guild_live(GUILD)
    assert seen.playing
    assert seen.lease_live is None
    assert seen.node == "a:2333", "the slot has only one"


def test_the_queue_is_seen_page_by_page(store: redis.Redis) -> None:
    plays()
    for number in range(10, 10 + QUEUE_PAGE):
        QueueEntry.objects.create(guild_id=GUILD, entry=number, rank=number, track=track(f"T{number}"), requester_id=1)
    first, last = queue_page(GUILD), queue_page(GUILD, 99)
    assert (first.page, first.pages, first.total, len(first.entries), first.first) == (
        1,
        2,
        QUEUE_PAGE + 1,
        QUEUE_PAGE,
        1,
    )
    assert (last.page, last.first, [entry.title for entry in last.entries]) == (2, QUEUE_PAGE + 1, ["T34"])


def test_commands_are_seen_with_outcome_and_latency() -> None:
    actor = {"kind": "member", "user_id": 1, "name": "Alice"}
    Command.objects.create(id="1", guild_id=GUILD, kind="skip", actor=actor, outcome={"type": "skipped"}, took_ms=12)
    refused = {"type": "refused", "reason": "nothing_playing"}
    Command.objects.create(id="2", guild_id=GUILD, kind="skip", actor=actor, outcome=refused)
    Command.objects.create(id="3", guild_id=OTHER, kind="skip", actor=actor, outcome={"type": "skipped"})
    newest, oldest = commands_recent(GUILD)
    assert (newest.outcome, newest.refused, newest.took_ms) == ("refused: nothing_playing", True, None)
    assert (oldest.outcome, oldest.refused, oldest.took_ms, oldest.actor_name) == ("skipped", False, 12, "Alice")


def test_everything_of_a_guild_is_few_statements_that_an_index_answers(store: redis.Redis) -> None:
    plays()
    owned(store)
    PlaybackError.objects.create(guild_id=GUILD, kind="voice closed", close_code=4006)
    many = "INSERT INTO {} SELECT {} FROM generate_series(100::bigint, 100000) AS n"
    with connection.cursor() as cursor:
        cursor.execute(many.format("players (guild_id, voice_channel_id)", "n * 4194304, 5"))
        columns = "queue_entries (guild_id, entry, rank, track, requester_id)"
        cursor.execute(many.format(columns, "n * 4194304, 1, 1, '{}', 1"))
        columns = "commands (id, guild_id, kind, actor, outcome)"
        cursor.execute(many.format(columns, "'m' || n, n * 4194304, 'skip', '{}', '{}'"))
        cursor.execute(many.format("playback_errors (guild_id, kind)", "n * 4194304, 'not heard'"))
        cursor.execute("ANALYZE players, queue_entries, commands, playback_errors")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        guild_live(GUILD)
        queue_page(GUILD)
        commands_recent(GUILD)
        errors_recent(GUILD)
    assert len(asked) <= 8
    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            cursor.execute("EXPLAIN " + query["sql"])
            plan = "\n".join(line for (line,) in cursor.fetchall())
            for table in ("players", "queue_entries", "commands", "playback_errors"):
                assert f"Seq Scan on {table}" not in plan, plan
