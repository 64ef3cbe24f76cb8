"""Lets the api's requests share connections: opening one for each costs more than most of them.

Only there: other processes fork, and hold a connection only while they work.
"""

from __future__ import annotations

from typing import Any

from project import settings

POOL: dict[str, Any] = {"min_size": 0, "max_size": 16, "timeout": 3, "max_idle": 5}
"""psycopg_pool's. Idle connections go after five seconds: they would block a restore."""


def use_pool() -> None:
    """Called once, before Django reads its settings; connections are looked at before they are used again."""
    database = settings.DATABASES["default"]
    options = database["OPTIONS"]
    assert isinstance(options, dict)  # noqa: S101 # as settings made it
    options["pool"] = POOL
    database["CONN_HEALTH_CHECKS"] = True
