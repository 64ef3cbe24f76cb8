"""A PostgreSQL database and a Redis of the bench's own, given back at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.bench.partner import ROOT
from tests.plans import lift_free_plan
from tests.ports import free_port
from tests.redis_server import start_redis

SANDBOX = {
    "SANDBOX": "1",
    "SMALL": "1",
    "DISCORD_API_URL": "http://127.0.0.1:8900/api/v10",
    "DISCORD_GATEWAY_URL": "ws://127.0.0.1:8900/gateway",
}
"""What the migrations need to know."""


@dataclass(frozen=True, slots=True)
class Stores:
    """Where they are."""

    database_url: str
    redis_url: str
    redis_pid: int


@contextmanager
def fresh_stores() -> Iterator[Stores]:
    """An empty, migrated database beside the one that DATABASE_URL names, and an empty Redis."""
    base = os.environ["DATABASE_URL"]
    name = f"bench_{os.getpid()}"
    url = urlunsplit(urlsplit(base)._replace(path=f"/{name}"))
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, psycopg.connect(base, autocommit=True) as connection:
        redis_server = start_redis(port, Path(folder))
        try:
            connection.execute(f"CREATE DATABASE {name}")
            redis_url = f"redis://127.0.0.1:{port}/0"
            environment = {**os.environ, **SANDBOX, "DATABASE_URL": url, "REDIS_URL": redis_url}
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
            lift_free_plan(url)
            yield Stores(url, redis_url, redis_server.pid)
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            redis_server.kill()
            redis_server.wait()
