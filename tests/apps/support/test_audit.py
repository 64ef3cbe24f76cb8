"""The audit log: written once, by everybody, read by all of staff."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Model
from django.urls import reverse

from apps.billing.models import BillingEvent
from apps.billing.services import audit
from apps.library.models import Playlist
from apps.support.audit import record, record_once, values_of
from apps.support.models import AuditEntry, AuditLine
from tests.apps.support.conftest import SignedIn, employ

pytestmark = pytest.mark.django_db

GUILD = 11 << 22


def note(action: str = "skip", guild_id: int | None = GUILD) -> None:
    record(actor="staff:sue", action=action, guild_id=guild_id, reason="asked to", before={}, after={"outcome": "ok"})


@pytest.mark.parametrize("model", [AuditEntry, BillingEvent])
def test_nobody_changes_or_deletes_what_staff_did(model: type[Model]) -> None:
    note()
    audit(guild_id=GUILD, actor="staff:sue", action="grant", reason="")
    rows = model._default_manager.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(reason="never mind")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.delete()
    assert model._default_manager.count() == 1


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
    for none in ("s0", "x1", "s", "b99999999999", "s1 OR 1=1"):
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
