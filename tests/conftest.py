"""Settings and real stores for the tests: PostgreSQL as `make up` gives it, and a Redis of each test process's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from tests import quick_flush
from tests.one_process import ByFolder
from tests.ports import free_port
from tests.redis_server import start_redis

quick_flush.install()
# No test says how long something takes: the machine is shared.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    """What shares a Segue or a browser shares a test process."""
    return ByFolder(config, log)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """What a run of everything leaves out, aloud."""
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS and "not cluster" in config.option.markexpr:
        terminalreporter.write_line("NOT PROVEN here: the manifests on a Kubernetes API server (make k8s-verify)")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Hang up what a test's threads have left open: PostgreSQL drops no database that somebody is in."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a Redis that this test process has for itself."""
    port = free_port()
    process = start_redis(port, tmp_path_factory.mktemp("redis"))
    yield f"redis://127.0.0.1:{port}/0"
    process.kill()
    process.wait()


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """URL of an empty Redis."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server
