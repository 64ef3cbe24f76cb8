"""The audit log: written once, by everybody, read by all of staff."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.urls import reverse

from apps.billing.models import BillingEvent
from apps.billing.services import audit
from apps.library.models import Playlist
from apps.support.audit import Intention, intend, record, record_once, settle, values_of
from apps.support.models import AuditEntry, AuditLine, AuditOutcome, Stage
from tests.apps.support.conftest import SignedIn, employ
from tests.workers.background.conftest import twice_at_once

pytestmark = pytest.mark.django_db

GUILD = 11 << 22


def note(action: str = "skip", guild_id: int | None = GUILD) -> None:
    record(actor="staff:sue", action=action, guild_id=guild_id, reason="asked to", before={}, after={"outcome": "ok"})


def ordered(once: str = "1") -> Intention:
    """Staff are about to order something."""
    return intend(
        once=once, actor="staff:sue", action="skip", guild_id=GUILD, reason="", after={"outcome": "not known"}
    )


def stories() -> list[Any]:
    """What the audit log says of the guild, the oldest first."""
    return list(AuditLine.objects.filter(guild_id=GUILD).order_by("at").values_list("after", flat=True))


@pytest.mark.parametrize("model", [AuditEntry, AuditOutcome, BillingEvent])
def test_nobody_changes_or_deletes_what_staff_did(model: type[Model]) -> None:
    settle(ordered(), Stage.ENDED, {"outcome": "Skipped."})
    audit(guild_id=GUILD, actor="staff:sue", action="grant", reason="")
    table = model._meta.db_table
    for statement in (f"UPDATE {table} SET after = '{{}}'", f"DELETE FROM {table}"):  # noqa: S608 # our own names
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert model._default_manager.count() == 1


@pytest.mark.parametrize("table", ["staff_audit", "staff_audit_outcomes", "billing_events"])
@pytest.mark.parametrize(
    "rights",
    [
        pytest.param("GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO segue_test", id="as an audio worker"),
        pytest.param("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO segue_test", id="as one who may empty tables"),
        pytest.param(
            "ALTER TABLE {table} OWNER TO segue_test; GRANT TRUNCATE ON staff_audit_outcomes TO segue_test",
            id="as the owner",
        ),
    ],
)
def test_nobody_empties_it(rights: str, table: str) -> None:
    settle(ordered(), Stage.ENDED, {"outcome": "Skipped."})
    audit(guild_id=GUILD, actor="staff:sue", action="grant", reason="")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # PostgreSQL empties no table that has something to check
        cursor.execute("CREATE ROLE segue_test NOSUPERUSER")
        cursor.execute(rights.format(table=table))
        cursor.execute("SET LOCAL ROLE segue_test")
        for statement in (f"TRUNCATE {table} CASCADE", "SET LOCAL session_replication_role = replica"):
            with pytest.raises(DatabaseError, match=r"append-only|permission denied"), transaction.atomic():
                cursor.execute(statement)
        cursor.execute("RESET ROLE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")  # as who may do anything
    assert AuditEntry.objects.count() == AuditOutcome.objects.count() == BillingEvent.objects.count() == 1


def test_an_order_and_what_became_of_it_are_one_story() -> None:
    intention = ordered()
    assert stories() == [{"outcome": "not known"}]
    settle(intention, Stage.OPEN, {"outcome": "not answered yet"})
    assert stories() == [{"outcome": "not answered yet"}]
    settle(intention, Stage.ENDED, {"outcome": "skipped", "track": "Ode"})
    settle(intention, Stage.OPEN, {"outcome": "not answered yet"})
    settle(ordered(), Stage.ENDED, {"outcome": "Nothing is playing."})
    assert stories() == [{"outcome": "skipped", "track": "Ode"}]


def test_an_order_that_could_not_be_given_is_another_one_when_it_is_tried_again() -> None:
    settle(ordered(), Stage.NOT_GIVEN, {"outcome": "not queued"})
    settle(ordered(), Stage.ENDED, {"outcome": "skipped"})
    assert stories() == [{"outcome": "not queued"}, {"outcome": "skipped"}]


def test_an_order_that_may_have_got_through_is_not_said_to_have_failed_by_a_later_try() -> None:
    ordered()  # and whoever gave it died
    settle(ordered(), Stage.NOT_GIVEN, {"outcome": "not queued"})
    assert stories() == [{"outcome": "not known"}]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_form_that_is_sent_twice_at_once_is_one_line_of_which_one_is_the_first() -> None:
    first, second = (one for one in twice_at_once(ordered) if isinstance(one, Intention))
    assert first.entry_id == second.entry_id
    assert {first.is_first, second.is_first} == {True, False}
    assert stories() == [{"outcome": "not known"}]


def test_what_names_a_member_can_be_forgotten() -> None:
    audit(guild_id=GUILD, actor="member:7", action="checkout", reason="")
    assert BillingEvent.objects.filter(actor="member:7").update(actor="member:0") == 1


def test_a_form_that_is_sent_twice_is_one_line() -> None:
    for outcome in ("Skipped.", "Nothing is playing."):
        record_once(
            once="1", actor="staff:sue", action="skip", guild_id=GUILD, reason="", before={}, after={"outcome": outcome}
        )
    assert AuditEntry.objects.get().after == {"outcome": "Skipped."}


def test_secrets_of_a_row_are_not_noted() -> None:
    row = Playlist(owner_id=1, name="Mine", guild_id=GUILD, share_code="abc123")
    assert values_of(row)["share_code"] == "set"
    assert values_of(employ("support"))["enrolment_digest"] is None


def test_both_logs_are_one_list_the_newest_first(signed_in: SignedIn) -> None:
    client = signed_in("support")
    note("heal")
    audit(guild_id=GUILD, actor="stripe", action="sync", reason="")
    shown = client.get(reverse("admin:support_auditline_changelist"), {"q": str(GUILD)}).content.decode()
    assert shown.index("sync") > 0
    assert "heal" in shown
    assert {line.id[0] for line in AuditLine.objects.filter(guild_id=GUILD)} == {"s", "b"}


@pytest.mark.parametrize(
    ("who", "shown"), [("staff", {"heal"}), ("stripe", {"sync"}), ("operator", set()), ("member", {"checkout"})]
)
def test_the_list_is_filtered_by_who(signed_in: SignedIn, who: str, shown: set[str]) -> None:
    client = signed_in("support")
    note("heal")
    audit(guild_id=GUILD, actor="stripe", action="sync", reason="")
    audit(guild_id=GUILD, actor="member:7", action="checkout", reason="")
    answer = client.get(reverse("admin:support_auditline_changelist"), {"who": who, "q": str(GUILD)})
    assert {line.action for line in answer.context["cl"].result_list} == shown


def test_a_line_of_either_log_has_a_page(signed_in: SignedIn) -> None:
    client = signed_in("support")
    note("heal")
    audit(guild_id=GUILD, actor="stripe", action="sync", reason="evt_1")
    for line in (f"s{AuditEntry.objects.latest('pk').pk}", f"b{BillingEvent.objects.latest('pk').pk}"):
        assert str(GUILD) in client.get(reverse("admin:support_auditline_change", args=[line])).content.decode()
    for none in ("s0", "x1", "s", "b99999999999", "s1 OR 1=1", "s" + "9" * 5_000):
        assert client.get(reverse("admin:support_auditline_change", args=[none])).status_code == 302


def test_what_members_write_is_shown_as_text(signed_in: SignedIn) -> None:
    client = signed_in("support")
    record(
        actor="staff:sue",
        action="skip",
        guild_id=GUILD,
        reason="<script>alert(1)</script>",
        before={},
        after={"title": "<img src=x onerror=alert(1)>"},
    )
    shown = client.get(reverse("admin:support_auditline_changelist")).content.decode()
    assert "<script>alert(1)" not in shown
    assert "<img src=x" not in shown


def test_the_page_of_a_line_tells_what_became_of_it(signed_in: SignedIn) -> None:
    intention = ordered()
    settle(intention, Stage.ENDED, {"outcome": "skipped", "track": "Ode"})
    where = reverse("admin:support_auditline_change", args=[f"s{intention.entry_id}"])
    assert "Ode" in signed_in("support").get(where).content.decode()
