"""The gateways' words about guilds are noted with their moment, and departed guilds are forgotten by the job."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import redis
from celery import signals
from django.db import close_old_connections, connection
from django.utils import timezone

from apps.billing.models import Subscription
from apps.guilds import announcement
from apps.guilds.models import GuildPresence, GuildSettings
from tests.apps.privacy.conftest import store as store
from workers.background.guilds import forget, joined, left, listed

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

GUILD, OTHER = 4 << 22, 6 << 22


def ms(days_ago: float) -> int:
    return int((timezone.now() - timedelta(days=days_ago)).timestamp() * 1000)


def departed() -> list[int]:
    return list(GuildPresence.objects.exclude(left_at=None).values_list("guild_id", flat=True).order_by("guild_id"))


def test_who_joins_has_a_row_for_a_plan_and_is_known_to_be_there() -> None:
    at_ms = ms(2)
    assert joined({"guilds": [str(GUILD)], "at_ms": at_ms}) == 1
    assert Subscription.objects.get().guild_id == GUILD
    assert GuildPresence.objects.get().seen_at == datetime.fromtimestamp(at_ms / 1000, UTC)


def test_a_gateway_of_the_release_before_says_no_moment() -> None:
    joined({"guilds": [str(GUILD)]})
    assert departed() == []


@pytest.fixture
def restarting() -> Iterator[None]:
    """PostgreSQL ends the connection of the first task as it begins; a worker makes a new one for the next."""
    beginning = iter([_end_connection])

    def begin(**_: Any) -> None:
        next(beginning, close_old_connections)()

    signals.task_prerun.connect(begin)
    yield
    signals.task_prerun.disconnect(begin)
    connection.close()


def _end_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with psycopg.connect(**connection.get_connection_params()) as operator:
        operator.execute("SELECT pg_terminate_backend(%s)", [pid])


@pytest.mark.usefixtures("restarting")
@pytest.mark.parametrize("task", [joined, left, listed])
def test_a_word_that_came_while_postgresql_restarted_is_not_lost(task: Any) -> None:
    joined({"guilds": [str(GUILD)], "at_ms": ms(2)})
    at_ms = ms(1)
    task.apply(args=[{"guilds": [str(GUILD)], "shard": 0, "shards": 1, "at_ms": at_ms}])
    known = GuildPresence.objects.get()
    assert max(known.seen_at, known.left_at or known.seen_at) == datetime.fromtimestamp(at_ms / 1000, UTC)


def test_who_left_is_forgotten_after_a_month(store: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcement, "_client", store)
    joined({"guilds": [str(GUILD), str(OTHER)], "at_ms": ms(90)})
    left({"guilds": [str(GUILD)], "at_ms": ms(31)})
    left({"guilds": [str(OTHER)], "at_ms": ms(29)})
    GuildSettings.objects.bulk_create([GuildSettings(guild_id=GUILD), GuildSettings(guild_id=OTHER)])
    assert forget() == 1
    assert GuildSettings.objects.get().guild_id == OTHER


def test_who_is_on_no_list_has_left() -> None:
    joined({"guilds": [str(GUILD), str(OTHER)], "at_ms": ms(2)})
    joined({"guilds": [str(OTHER)], "at_ms": ms(1)})
    assert listed({"shard": 0, "shards": 2, "at_ms": ms(1)}) in (1, 2)
    joined({"guilds": [str(OTHER)], "at_ms": ms(0.5)})
    assert departed() == [GUILD]
