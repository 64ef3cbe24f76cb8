"""Staff of each role at the desk, signed in as they would be by the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.support.models import StaffMember
from apps.support.roles import Role
from apps.support.services import staff_create, staff_set_password

PASSWORD = "correct horse battery staple"

SignedIn = Callable[[str], Client]


def employ(role: str, name: str | None = None) -> StaffMember:
    """A member with PASSWORD and no authenticator yet."""
    member, _ = staff_create(name=name or f"{role}-person", role=Role(role), discord_id=None, actor="operator")
    staff_set_password(member=member, password=PASSWORD, actor="operator")
    return StaffMember.objects.select_related("user").get(pk=member.pk)


def code_of(member: StaffMember) -> str:
    """What the member's authenticator shows next; each code is good once, so the clock of the device is set back."""
    device = TOTPDevice.objects.get(user=member.user)
    TOTPDevice.objects.filter(pk=device.pk).update(last_t=-1, throttling_failure_count=0)
    code: int = totp(device.bin_key, device.step, device.t0, device.digits, device.drift)  # type: ignore[no-untyped-call]
    return f"{code:06d}"


def give_password(client: Client, member: StaffMember, password: str = PASSWORD) -> str:
    """The first page; where it leads."""
    answer = client.post("/admin/login/", {"name": str(member), "password": password})
    return answer.headers.get("Location", "")


def sign_in(member: StaffMember) -> Client:
    """Through all pages, setting up the authenticator at the first time."""
    client = Client()
    page = give_password(client, member)
    client.get(page)
    client.post(page, {"code": code_of(member)})
    return client


@pytest.fixture
def signed_in(db: None) -> SignedIn:
    """`signed_in("support")`: a browser of one of that role."""
    return lambda role: sign_in(employ(role))
