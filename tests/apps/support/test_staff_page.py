"""Staff let others in, give them another role, and let them go; each is noted, and the last admin stays."""

from __future__ import annotations

import io
import re
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from apps.support.models import AuditEntry, StaffMember
from apps.support.services import staff_enrol
from apps.support.sign_in import Refused
from tests.apps.support.conftest import PASSWORD, SignedIn, employ, sign_in

pytestmark = pytest.mark.django_db


def change(client: Client, member: StaffMember, **fields: str) -> None:
    form = {"role": member.role, "discord_id": "", "is_active": "on", "reason": "ticket 9", **fields}
    client.post(reverse("admin:support_staffmember_change", args=[member.pk]), form)
    member.refresh_from_db()
    member.user.refresh_from_db()


def test_somebody_joins_by_a_code_that_is_shown_once(signed_in: SignedIn) -> None:
    form = {"name": "bob", "role": "support", "discord_id": "7"}
    answer = signed_in("admin").post(reverse("admin:support_staffmember_add"), form).content.decode()
    found = re.search(r'<code class="break-all">([\w-]{32})</code>', answer)
    assert found
    member = staff_enrol(code=found[1], password=PASSWORD)
    assert (str(member), member.role, member.discord_id) == ("bob", "support", 7)
    line = AuditEntry.objects.get(action="add staff", actor="staff:admin-person")
    assert "7" not in str(line.after), "an account at Discord is personal data"
    assert found[1] not in str(list(AuditEntry.objects.values()))


def test_a_name_is_given_once(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    client.post(reverse("admin:support_staffmember_add"), {"name": "admin-person", "role": "support"})
    assert StaffMember.objects.count() == 1


def test_a_role_is_changed_with_a_reason(signed_in: SignedIn) -> None:
    client, member = signed_in("admin"), employ("support")
    theirs = sign_in(member)
    change(client, member, role="billing", reason="")
    assert member.role == "support"
    change(client, member, role="billing")
    assert member.role == "billing"
    assert theirs.get("/admin/").status_code == 302, "the session was made for another role"
    line = AuditEntry.objects.get(action="change staff")
    assert (line.before["role"], line.after["role"], line.reason) == ("support", "billing", "ticket 9")


def test_the_last_admin_stays(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    member = StaffMember.objects.select_related("user").get()
    change(client, member, role="support")
    change(client, member, is_active="")
    assert (member.role, member.user.is_active) == ("admin", True)
    with pytest.raises(CommandError, match="last admin"):
        call_command("staff", str(member), "--leave")


def test_who_lost_a_device_gets_a_new_code_from_an_admin(signed_in: SignedIn) -> None:
    member = employ("support")
    theirs = sign_in(member)
    form = {"reason": "lost phone", "once": str(uuid.uuid4())}
    where = reverse("admin:support_staffmember_enrol", args=[member.pk])
    answer = signed_in("admin").post(where, form).content.decode()
    found = re.search(r'<code class="break-all">([\w-]{32})</code>', answer)
    assert found
    assert staff_enrol(code=found[1], password=PASSWORD).pk == member.pk
    assert theirs.get("/admin/").status_code == 302
    assert AuditEntry.objects.get(action="enrol again").reason == "lost phone"


def test_an_operator_lets_somebody_in_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("staff", "eve", "--role", "admin", "--discord", "7")
    code = capsys.readouterr().out.splitlines()[-1]
    call_command("staff", "eve")
    with pytest.raises(Refused):
        staff_enrol(code=code, password=PASSWORD)
    assert staff_enrol(code=capsys.readouterr().out.splitlines()[-1], password=PASSWORD).role == "admin"


def test_an_operator_gives_a_password_by_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", iter_lines(PASSWORD))
    call_command("staff", "eve", "--role", "support", "--password-stdin")
    member = StaffMember.objects.select_related("user").get()
    assert member.user.check_password(PASSWORD)
    monkeypatch.setattr("sys.stdin", iter_lines("short"))
    with pytest.raises(CommandError, match="too short"):
        call_command("staff", "eve", "--password-stdin")


def iter_lines(line: str) -> io.StringIO:
    """Stands in for stdin."""
    return io.StringIO(line + "\n")
