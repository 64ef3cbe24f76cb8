"""Signing in at the desk: nobody gets in without the second factor, and nobody without a row in the staff's table."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.support.models import AuditEntry, StaffMember
from apps.support.roles import Role
from apps.support.services import staff_change, staff_create, staff_enrol_again
from apps.support.sign_in import FREE_TRIES, MARK, WRONG, password_check
from tests.apps.support.conftest import PASSWORD, SignedIn, code_of, employ, give_password, sign_in

pytestmark = pytest.mark.django_db

INDEX = "/admin/"


def is_in(client: Client) -> bool:
    """Whether the desk opens."""
    return client.get(INDEX).status_code == 200


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_the_first_sign_in_sets_up_an_authenticator_and_shows_recovery_codes_once() -> None:
    member, client = employ("support"), Client()
    page = give_password(client, member)
    assert page == "/admin/login/authenticator/"
    shown = client.get(page).content.decode()
    assert "<svg" in shown
    assert "http" not in re.sub(r"http://www.w3.org\S+", "", shown), "the picture is made here"
    answer = client.post(page, {"code": code_of(member)})
    assert len(re.findall(r"<li><code>[a-z2-7]{16}</code>", answer.content.decode())) == 10
    assert is_in(client)
    assert actions()[-2:] == ["set up authenticator", "sign in"]


def test_the_second_sign_in_asks_for_a_code() -> None:
    member = employ("support")
    sign_in(member)
    client = Client()
    assert give_password(client, member) == "/admin/login/code/"
    assert not is_in(client)
    client.post("/admin/login/code/", {"code": code_of(member)})
    assert is_in(client)


def test_a_recovery_code_is_good_once() -> None:
    member, client = employ("support"), Client()
    page = give_password(client, member)
    client.get(page)
    answer = client.post(page, {"code": code_of(member)}).content.decode()
    code = re.findall(r"<code>([a-z2-7]{16})</code>", answer)[0]
    for expected in (True, False):
        other = Client()
        give_password(other, member)
        other.post("/admin/login/code/", {"code": code.upper()})
        assert is_in(other) is expected


def test_a_code_of_the_authenticator_is_good_once() -> None:
    member = employ("support")
    sign_in(member)
    code = code_of(member)
    for expected in (True, False):
        client = Client()
        give_password(client, member)
        client.post("/admin/login/code/", {"code": code})
        assert is_in(client) is expected


def test_wrong_codes_are_paused_and_noted() -> None:
    member, client = employ("support"), Client()
    sign_in(member)
    give_password(client, member)
    for _ in range(2):
        client.post("/admin/login/code/", {"code": "000000"})
    TOTPDevice.objects.update(last_t=-1)
    assert "Too many wrong codes" in client.post("/admin/login/code/", {"code": "000000"}).content.decode()
    assert actions().count("sign-in refused") == 3


@pytest.mark.parametrize("page", ["login/code/", "login/authenticator/"])
def test_nobody_reaches_the_second_page_without_the_first(page: str) -> None:
    employ("support")
    client = Client()
    for method in (client.get, client.post):
        assert method(INDEX + page, {"code": "000000"}).headers["Location"] == "/admin/login/"


def test_who_has_an_authenticator_cannot_set_up_another_with_the_password_alone() -> None:
    member, client = employ("support"), Client()
    sign_in(member)
    give_password(client, member)
    assert client.get("/admin/login/authenticator/").headers["Location"] == "/admin/login/"
    client.post("/admin/login/authenticator/", {"code": code_of(member)})
    assert not is_in(client)


def test_a_session_of_djangos_own_making_opens_nothing() -> None:
    member, client = employ("admin"), Client()
    client.force_login(member.user)
    assert not is_in(client)
    stranger = User.objects.create_superuser("root", password=PASSWORD)
    client.force_login(stranger)
    assert not is_in(client)


def test_wrong_passwords_are_paused_even_for_the_right_one() -> None:
    member, client = employ("support"), Client()
    for _ in range(FREE_TRIES):
        assert give_password(client, member, "wrong") == ""
    assert give_password(client, member) == ""
    StaffMember.objects.update(locked_until=timezone.now())
    assert give_password(client, member) != ""
    assert actions().count("sign-in refused") == FREE_TRIES


def test_a_stranger_learns_nothing_about_names() -> None:
    member = employ("support")
    known = Client().post("/admin/login/", {"name": str(member), "password": "wrong"})
    unknown = Client().post("/admin/login/", {"name": "nobody", "password": "wrong"})
    StaffMember.objects.update(locked_until=timezone.now() + timedelta(minutes=1))
    paused = Client().post("/admin/login/", {"name": str(member), "password": PASSWORD})
    assert all(WRONG in answer.content.decode() for answer in (known, unknown, paused))


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(signed_in: SignedIn) -> None:
    client = signed_in("support")
    session = client.session
    session[MARK] = {**session[MARK], "since": session[MARK]["since"] - timedelta(hours=12).total_seconds()}
    session.save()
    assert not is_in(client)


def test_who_signs_out_is_out(signed_in: SignedIn) -> None:
    client = signed_in("support")
    assert client.get("/admin/logout/").status_code == 405, "no link of elsewhere signs anybody out"
    client.post("/admin/logout/")
    assert not is_in(client)


def test_a_change_of_role_ends_the_sessions() -> None:
    member = employ("support")
    client = sign_in(member)
    assert is_in(client)
    staff_change(member=member, role=Role.BILLING, discord_id=None, is_active=True, actor="operator")
    assert not is_in(client)


def test_who_leaves_is_out_at_once() -> None:
    member = employ("support")
    client = sign_in(member)
    staff_change(member=member, role=Role.SUPPORT, discord_id=None, is_active=False, actor="operator")
    assert not is_in(client)
    assert give_password(client, member) == ""


def test_who_lost_the_device_enrols_again_and_the_old_password_is_void() -> None:
    member = employ("support")
    client = sign_in(member)
    code = staff_enrol_again(member=member, actor="operator")
    assert not is_in(client)
    assert give_password(Client(), member) == ""
    other = Client()
    form = {"code": code, "password": "a new long password", "again": "a new long password"}
    assert other.post("/admin/enrol/", form).headers["Location"] == "/admin/login/authenticator/"
    assert "not valid any more" in Client().post("/admin/enrol/", form).content.decode()
    assert password_check(name=str(member), password="a new long password").pk == member.pk


def test_a_weak_password_is_refused_and_the_code_stays_good() -> None:
    _, code = staff_create(name="bob", role=Role.SUPPORT, discord_id=None, actor="operator")
    answer = Client().post("/admin/enrol/", {"code": code, "password": "short", "again": "short"})
    assert "too short" in answer.content.decode()
    form = {"code": code, "password": PASSWORD, "again": PASSWORD}
    assert Client().post("/admin/enrol/", form).status_code == 302


def test_a_page_of_elsewhere_is_not_where_one_goes_after_signing_in() -> None:
    member = employ("support")
    sign_in(member)
    far = f"/admin/{'x' * 1_000}"
    for wanted, goal in (
        ("//evil.example/admin/", INDEX),
        (far, INDEX),
        ("/admin/plans/?q=a%26b", "/admin/plans/?q=a&b"),
    ):
        client = Client()
        asked = f"/admin/login/?next={wanted}"
        assert 'method="post">' in client.get(asked).content.decode(), (
            "it goes back to the address with what was wanted"
        )
        client.post(asked, {"name": str(member), "password": PASSWORD})
        answer = client.post("/admin/login/code/", {"code": code_of(member)})
        assert answer.headers["Location"] == goal


def test_forms_of_signing_in_come_from_our_own_pages() -> None:
    client = Client(enforce_csrf_checks=True)
    for page in ("login/", "enrol/"):
        assert client.post(INDEX + page, {"name": "a", "password": "b"}).status_code == 403


def test_the_session_is_a_new_one_after_each_factor() -> None:
    member, client = employ("support"), Client()
    page = give_password(client, member)
    half_way = client.session.session_key
    client.get(page)
    client.post(page, {"code": code_of(member)})
    assert client.session.session_key not in (None, half_way)
