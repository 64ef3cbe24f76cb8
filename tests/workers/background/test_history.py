"""A guild's history ends where the guild says, in short statements, also when two workers are at it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.guilds.models import GuildSettings
from apps.jobs import retention
from apps.library.models import HistoryEntry
from tests.workers.background.conftest import twice_at_once
from workers.background import history
from workers.background.history import forget

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

GUILD, SHORT, NEVER, LONG = (n << 22 for n in (7, 8, 9, 10))
ALICE = 1


def played(guild_id: int, *days_ago: float) -> None:
    now = timezone.now()
    HistoryEntry.objects.bulk_create(
        HistoryEntry(guild_id=guild_id, member_id=ALICE, track={"title": "T"}, at=now - timedelta(days=days))
        for days in days_ago
    )


def keeps(guild_id: int, days: int) -> None:
    GuildSettings.objects.create(guild_id=guild_id, history_days=days)


def left(guild_id: int) -> list[int]:
    now = timezone.now()
    return sorted((now - row.at).days for row in HistoryEntry.objects.filter(guild_id=guild_id))


def test_each_guild_keeps_as_long_as_it_says_and_ninety_days_if_it_says_nothing() -> None:
    for guild_id, days in {SHORT: 10, NEVER: 0, LONG: 365}.items():
        keeps(guild_id, days)
    for guild_id in (GUILD, SHORT, NEVER, LONG):
        played(guild_id, 1, 11, 89, 91, 364, 366)
    assert forget() == "15 rows"
    assert left(GUILD) == [1, 11, 89]
    assert left(SHORT) == [1]
    assert left(NEVER) == []
    assert left(LONG) == [1, 11, 89, 91, 364]


def test_two_workers_at_once_forget_each_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 10)
    for guild_id in (GUILD, SHORT, NEVER):
        played(guild_id, *[91.0] * 95, 1)
    answers = twice_at_once(forget)
    assert sum(int(str(answer).split()[0]) for answer in answers) == 3 * 95
    assert HistoryEntry.objects.count() == 3


def test_what_is_not_managed_in_time_is_done_in_the_next_round(monkeypatch: pytest.MonkeyPatch) -> None:
    played(GUILD, 91, 92)
    monkeypatch.setattr(history, "SECONDS", -1.0)
    assert forget() == "0 rows, more wait"
    monkeypatch.undo()
    assert forget() == "2 rows"


def test_it_goes_through_more_guilds_than_fit_one_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "GUILDS_AT_ONCE", 2)
    for guild_id in range(5):
        played(guild_id, 91)
    assert forget() == "5 rows"


def test_a_row_that_somebody_has_locked_is_left_to_them() -> None:
    played(GUILD, 91, 92)
    locked = HistoryEntry.objects.order_by("at")[0].pk
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT id FROM history WHERE id = %s FOR UPDATE", [locked])
        answers: list[Any] = twice_at_once(forget)
        cursor.execute("ROLLBACK")
    assert sorted(answers) == ["0 rows", "1 rows"]
    assert HistoryEntry.objects.get().pk == locked


@pytest.mark.parametrize("part", ["_OLDEST", "_FORGET"])
def test_no_statement_reads_the_whole_table(part: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO history (guild_id, member_id, track, at)"
            " SELECT 7 + n %% 20, 1, '{}', now() - n * interval '1 minute' FROM generate_series(1, 20000) n",
            [],
        )
        cursor.execute("ANALYZE history")
        statement = getattr(retention, part).format(table="history")
        values: dict[str, Any] = {"after": -1, "many": 5, "guild": 7, "before": timezone.now() - timedelta(days=13)}
        cursor.execute("EXPLAIN " + statement, values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "history_guild_recent" in plan
    assert "Seq Scan on history" not in plan
