"""A database in which the plan FREE is no hindrance, for tests that play more than any guild does in a month."""

from __future__ import annotations

import psycopg


def lift_free_plan(database_url: str) -> None:
    """Before any process reads the plans: as many tracks, as long, as often as one likes."""
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "UPDATE plans SET queue_size = 1000, import_size = 500, tracks_per_month = NULL, track_length_s = NULL, "
            "volume_cap = 200, filters = 'all' WHERE tier = 'FREE'"
        )
