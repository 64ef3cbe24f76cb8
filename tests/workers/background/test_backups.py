"""The log says when there is no backup of today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from apps.jobs.models import Backup
from tests.workers.background.conftest import twice_at_once
from workers.background.backups import ROWS_KEPT, check

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def backup(age: timedelta, size: int = 1) -> None:
    Backup.objects.create(finished_at=timezone.now() - age, size_bytes=size, name="discord.dump", sha256="0" * 64)


def test_without_any_it_says_so() -> None:
    assert check() == "none"


@pytest.mark.parametrize(("hours", "size", "said"), [(25, 1, "fresh"), (27, 1, "late"), (1, 0, "empty")])
def test_it_has_to_be_of_today_and_not_empty(hours: int, size: int, said: str) -> None:
    backup(timedelta(hours=hours), size)
    assert check() == said


def test_a_row_that_the_backup_writes_with_psql_is_enough() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO backups (finished_at, size_bytes, name, sha256) VALUES (now(), 7, 'a.dump', 'ab')")
    assert check() == "fresh"


def test_rows_of_long_ago_go_and_two_workers_do_no_harm() -> None:
    backup(ROWS_KEPT + timedelta(days=1))
    backup(timedelta(hours=1))
    assert twice_at_once(check) == ["fresh", "fresh"]
    assert Backup.objects.count() == 1
