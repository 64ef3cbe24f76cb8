"""A job's row is made once, also while a restore puts the table together."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from apps.jobs.models import JobRun
from apps.jobs.services import job_began, jobs_know

pytestmark = pytest.mark.django_db


def test_a_job_is_known_from_its_first_word_on_and_once() -> None:
    jobs_know(jobs=["backup", "retention"])
    known = JobRun.objects.get(job="backup").known_since
    jobs_know(jobs=["backup"])
    assert JobRun.objects.get(job="backup").known_since == known
    assert JobRun.objects.count() == 2


def test_in_a_table_without_its_key_nothing_is_written() -> None:
    """`psql < backup.sql` makes the table, then its rows, then its key: a row of ours would be there twice."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE job_runs DROP CONSTRAINT job_runs_pkey")
    with pytest.raises(ProgrammingError), transaction.atomic():
        job_began(job="backup")
    assert JobRun.objects.count() == 0
