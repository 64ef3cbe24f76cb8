"""PostgreSQL has connections for few, and the API's requests may wait for long."""

from __future__ import annotations

from django.db import connection


def give_back_connection() -> None:
    """Close this request's connection, if no transaction is open; the next statement opens one again."""
    if not connection.in_atomic_block:
        connection.close()
