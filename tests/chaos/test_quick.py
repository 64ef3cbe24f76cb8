"""The part of chaos that every test run affords: what `make demo CHECK=1` breaks, broken here, too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from simulator.scenario import Scenario, Strikes, Survival, Tracks, survival_verdict
from simulator.stack import CATALOGUE
from tests.chaos.stage import Stage, raise_stage
from tests.chaos.stores import OwnRedis


@pytest.fixture
def fresh_stage(tmp_path: Path) -> Iterator[Stage]:
    """Every process, on a database of its own in the tests' PostgreSQL."""
    base, name, store = os.environ["DATABASE_URL"], f"chaos_{os.getpid()}", OwnRedis()
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        store.start()
        url = urlunsplit(urlsplit(base)._replace(path=f"/{name}"))
        raised = raise_stage(tmp_path, url, store, {})
        try:
            yield raised
        finally:
            raised.stack.stop()
            store.close()
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    assert raised.settles_at(0), "a process is left over"


def test_processes_die_and_redis_is_emptied_unheard(fresh_stage: Stage) -> None:
    stack = fresh_stage.stack
    tracks = Tracks.of_catalogue(CATALOGUE, by_path=False)
    scenario = Scenario(
        control_url=stack.simulator["control_url"],
        database_url=stack.database_url,
        tracks=tracks,
        say=lambda _line: None,
        listen_seconds=0.5,
    )
    scenario.listen_only(None)
    survival = Survival(
        listener=scenario.listener, strikes=Strikes(stack), tracks=tracks, say=scenario.say, result=scenario.result
    )
    survival.run(None, own_redis=True)
    assert survival_verdict(scenario.result) == []
