"""Both ways in which tests empty tables work also for the audit log, which nobody else may empty."""

from __future__ import annotations

import pytest
from django.core.management.color import no_style
from django.db import connection

from apps.support.audit import record
from apps.support.models import AuditEntry

TABLES = ["staff_audit_outcomes", "staff_audit", "billing_events"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("reset_sequences", [False, True])
def test_the_audit_log_is_emptied_between_tests(reset_sequences: bool) -> None:
    record(actor="staff:sue", action="skip", guild_id=1, reason="", before={}, after={})
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), TABLES, reset_sequences=reset_sequences))
    assert not AuditEntry.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",), "triggers are awake again"


def test_of_no_table_nothing_is_emptied() -> None:
    assert connection.ops.sql_flush(no_style(), [], reset_sequences=True) == []
