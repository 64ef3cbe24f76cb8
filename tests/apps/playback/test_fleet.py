"""What staff see of slots and nodes: owners, loads and drains, in a fixed number of statements."""

from __future__ import annotations

import time

import pytest
import redis
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.playback.fleet import FORGOTTEN_MS, NAMED_MS, nodes_overview, slots_overview
from apps.playback.models import NodeDrain, Slot, SlotSession
from project.task_queues import slot_queue
from project.wire import keys
from project.wire.fleet_reports import NodeReport, NodeShare, SlotReport
from project.wire.messages import to_json

pytestmark = pytest.mark.django_db

A, B = "a:2333", "b:2333"


@pytest.fixture
def told(store: redis.Redis) -> redis.Redis:
    """Two slots are served, from two nodes; A tells of itself."""
    for slot in (0, 1):
        Slot.objects.filter(slot=slot).update(epoch=9, owner="worker:1")
        SlotSession.objects.create(slot=slot, node=A, session_id=f"s{slot}")
        shares = {A: NodeShare(players=3, playing=2), B: NodeShare(players=1)}
        report = SlotReport(owner="worker:1", epoch=9, at_ms=1, primary=A, nodes=shares, open_commands=4)
        store.set(keys.slot_report(slot), to_json(report))
        store.hset(keys.slot_lease(slot), mapping={"owner": "worker:1", "token": "9"})
    SlotSession.objects.create(slot=0, node=B, session_id="s2")
    store.lpush(slot_queue(0), "x", "y")
    store.hset(keys.journal(0), mapping={"1": "a", "2": "b", "3": "c"})
    seen = NodeReport(seen_ms=time.time_ns() // 1_000_000, lavalink_load=0.25, version="4.2.2")
    store.hset(keys.NODE_REPORTS, A, to_json(seen))
    return store


def test_slots_are_seen_with_owner_and_what_waits(told: redis.Redis) -> None:
    first, second, third, *_ = slots_overview()
    assert (first.slot, first.epoch, first.owner, first.lease_holder) == (0, 9, "worker:1", "worker:1")
    assert (first.players, first.playing, first.open_commands) == (4, 2, 4)
    assert (first.queue_length, first.journal_length, first.nodes) == (2, 3, (A, B))
    assert second.queue_length == 0
    assert (third.lease_holder, third.players) == ("", None), "nobody serves it"


def test_nodes_are_seen_with_what_all_slots_have_there(told: redis.Redis) -> None:
    NodeDrain.objects.create(node=B, by="Sam", reason="kernel")
    a, b = nodes_overview()
    assert (a.node, a.slots, a.players, a.playing, a.lavalink_load, a.version) == (A, 2, 6, 4, 0.25, "4.2.2")
    assert not a.draining
    assert (b.node, b.slots, b.players, b.last_seen_ms) == (B, 1, 2, None)
    assert (b.draining, b.drained_by, b.drain_reason) == (True, "Sam", "kernel")


def test_a_node_that_nobody_uses_is_seen_as_long_as_it_is_named(store: redis.Redis) -> None:
    now_ms = time.time_ns() // 1_000_000
    store.zadd(keys.NODES_KNOWN, {B: now_ms, "gone:1": now_ms - NAMED_MS - 1_000})
    (node,) = nodes_overview()
    assert (node.node, node.slots, node.players, node.last_seen_ms) == (B, 0, 0, None)


def test_a_node_that_nobody_has_heard_for_long_is_forgotten(store: redis.Redis) -> None:
    gone = NodeReport(seen_ms=time.time_ns() // 1_000_000 - FORGOTTEN_MS - 1)
    store.hset(keys.NODE_REPORTS, "gone:1", to_json(gone))
    assert nodes_overview() == []


def test_without_redis_what_postgresql_knows_is_seen(no_redis: None) -> None:
    SlotSession.objects.create(slot=0, node=A, session_id="s")
    (node,) = nodes_overview()
    assert (node.node, node.slots, node.players) == (A, 1, None)
    assert {slot.lease_holder for slot in slots_overview()} == {None}


def test_the_number_of_statements_does_not_grow(told: redis.Redis) -> None:
    with CaptureQueriesContext(connection) as asked:
        slots_overview()
        nodes_overview()
    assert len(asked) == 5
