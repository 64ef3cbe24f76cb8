"""Music plays in the cluster, and goes on while everything under it is rolled out anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from simulator.control_client import wait_for
from tests.cluster import Cluster
from tests.flows.conftest import Room, found_room

LONG, HZ = "440 Hz Test Tone", 440.0
GAP_MS = 60


@pytest.fixture
def room(cluster: Cluster) -> Iterator[Room]:
    """A guild in which Alice hears a long tone."""
    made = found_room(cluster.control)
    made.join("Alice")
    made.slash("Alice", "play", query=LONG)
    heard(made, 1_000)
    made.control.reset_ears(made.guild_id)
    heard(made, 500)
    yield made
    cluster.control.delete(f"/guilds/{made.guild_id}")


def heard(room: Room, ms: int) -> None:
    """So much more is heard."""
    wanted = room.ears()["heard_ms"] + ms
    wait_for(lambda: room.ears()["heard_ms"] >= wanted, "sound", seconds=60)


@pytest.mark.parametrize("name", ["discord-audio", "discord-gateway"])
def test_a_rollout_is_not_heard(cluster: Cluster, room: Room, name: str) -> None:
    cluster.run(f"kubectl rollout restart deployment/{name} -n discord-bot").check()
    cluster.run(f"kubectl rollout status deployment/{name} -n discord-bot --timeout=300s", seconds=320).check()
    cluster.wait_rolled_out()
    heard(room, 2_000)
    ears = room.ears()
    assert (ears["lost"], ears["max_gap_ms"] <= GAP_MS) == (0, True)


@pytest.mark.parametrize("name", ["redis-0", "postgres-0"])
def test_a_store_that_is_deleted_is_not_heard(cluster: Cluster, room: Room, name: str) -> None:
    cluster.run(f"kubectl delete pod {name} -n discord-bot").check()
    cluster.wait_rolled_out()
    heard(room, 2_000)
    ears = room.ears()
    assert (ears["lost"], ears["max_gap_ms"] <= GAP_MS) == (0, True)


def test_the_same_track_goes_on_elsewhere_when_every_node_is_replaced(
    cluster: Cluster, room: Room, record_property: Callable[[str, object], None]
) -> None:
    cluster.run("kubectl rollout restart deployment/lavalink -n discord-bot").check()
    cluster.run("kubectl rollout status deployment/lavalink -n discord-bot --timeout=300s", seconds=320).check()
    cluster.wait_rolled_out()
    heard(room, 2_000)
    ears = room.ears()
    record_property("max_gap_ms", ears["max_gap_ms"])
    assert abs(ears["tone_hz"] - HZ) < 2
