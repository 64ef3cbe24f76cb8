"""What an audio worker checks before it takes slots: who refuses us stops it, who is away is awaited."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from django.db import connection
from structlog.testing import capture_logs

from project.env import StartRefused
from simulator.lavalink_node.node import Node
from simulator.lavalink_node.routes import serve
from simulator.lavalink_node.settings import NodeSettings
from tests.ports import free_port
from tests.workers.audio.fake_session import Session
from tests.workers.audio.test_obedience import Board
from workers.adapters.lavalink_loader import LavalinkLoader
from workers.adapters.player_store import PostgresPlayerStore
from workers.audio.bootstrap import check_nodes, check_slot_count, heed
from workers.audio.fleet import Fleet
from workers.ports import NodeAddress
from workers.staff_ports import StaffWishes

USER_ID = 42


def database_url(port: str | None = None) -> str:
    options = connection.settings_dict
    host = f"{options['HOST']}:{port or options['PORT']}"
    return f"postgresql://{options['USER']}:{options['PASSWORD']}@{host}/{options['NAME']}"


async def checked(*nodes: NodeAddress) -> list[str]:
    """What the log says of the nodes; raises StartRefused."""
    loaders = [LavalinkLoader(node, user_id=USER_ID) for node in nodes]
    try:
        with capture_logs() as lines:
            await check_nodes(loaders)
    finally:
        for loader in loaders:
            await loader.close()
    return [str(line["error"]) for line in lines]


async def test_a_wrong_password_is_refused_with_the_setting_to_change(tmp_path: Path) -> None:
    runner, port = await serve(Node(NodeSettings(password="right")), "127.0.0.1", 0)
    with pytest.raises(StartRefused) as refused:
        await checked(NodeAddress("127.0.0.1", port, "wrong"))
    await runner.cleanup()
    assert "LAVALINK_PASSWORD" in refused.value.sentence
    assert "wrong" not in refused.value.sentence


async def test_one_node_that_takes_us_is_enough(tmp_path: Path) -> None:
    runner, port = await serve(Node(NodeSettings(password="right")), "127.0.0.1", 0)
    logged = await checked(NodeAddress("127.0.0.1", port, "wrong"), NodeAddress("127.0.0.1", port, "right"))
    await runner.cleanup()
    assert len(logged) == 1


async def test_a_node_that_is_away_is_only_named() -> None:
    port = free_port()
    logged = await checked(NodeAddress("127.0.0.1", port, "any"))
    assert len(logged) == 1
    assert f"127.0.0.1:{port}" in logged[0]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
async def test_another_count_of_slots_is_refused() -> None:
    store = PostgresPlayerStore(database_url())
    await store.open()
    try:
        await check_slot_count(store, 8)
        with pytest.raises(StartRefused) as refused:
            await check_slot_count(store, 64)
    finally:
        await store.close()
    assert "8 slots" in refused.value.sentence
    assert "64" in refused.value.sentence


async def test_what_staff_have_drained_is_known_before_the_first_slot_is_taken() -> None:
    node = NodeAddress("node", 2333, "secret")
    fleet = Fleet([node], lambda node, _changed: Session(node))
    await heed(Board(StaffWishes(drained=frozenset({node.name}))), fleet)
    assert fleet.choose() is None


async def test_a_start_does_not_wait_for_what_staff_wish() -> None:
    fleet = Fleet([NodeAddress("node", 2333, "secret")], lambda node, _changed: Session(node))
    await heed(Board(away=True), fleet)
    assert fleet.choose() is not None


async def test_postgresql_away_at_the_start_is_waited_for() -> None:
    store = PostgresPlayerStore(database_url(port=str(free_port())))
    await store.open()
    with capture_logs() as lines:
        waiting = asyncio.create_task(check_slot_count(store, 8))
        await asyncio.wait({waiting}, timeout=3)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.wait({waiting})
    await store.close()
    assert {line["event"] for line in lines} == {"Waiting for PostgreSQL"}
