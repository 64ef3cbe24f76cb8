"""What a stranger costs who knows no password: no row for half a day, no lock on a member, and few threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client, override_settings

from apps.support.models import StaffMember
from apps.support.sign_in import FREE_TRIES, password_check
from apps.support.sign_in_hashing import AT_ONCE, TooMany, is_password, room
from project import settings as ours
from tests.apps.support.conftest import PASSWORD, employ, give_password


class Watched(MD5PasswordHasher):
    """Looks, while it works, whether another sign-in could have the member's row."""

    algorithm = "watched"
    seen: list[int] = []  # noqa: RUF012 # emptied by the test

    def verify(self, password: str, encoded: str) -> bool:
        with ThreadPoolExecutor(1) as other:
            self.seen.append(other.submit(lock_all).result())
        return super().verify(password, encoded)


def lock_all() -> int:
    """How many members' rows can be locked at once; raises OperationalError if one is locked."""
    try:
        with transaction.atomic():
            return len(StaffMember.objects.select_for_update(nowait=True))
    finally:
        connection.close()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["login/?next=/admin/", "login/discord/?next=/admin/", "login/discord/callback/?state=a&code=b", "enrol/"],
)
def test_who_only_looks_leaves_no_session(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(ours, "DISCORD_CLIENT_SECRET", "of the tests")
    answer = Client().get(f"/admin/{address}")
    assert answer.status_code in (200, 302, 403)
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_a_wrong_password_leaves_no_session() -> None:
    give_password(Client(), employ("support"), "wrong")
    assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
@override_settings(PASSWORD_HASHERS=[f"{__name__}.Watched"])
def test_no_row_is_locked_while_a_password_is_looked_at() -> None:
    Watched.seen.clear()
    member = employ("support")
    assert password_check(name=str(member), password=PASSWORD).pk == member.pk
    assert Watched.seen == [1]


@pytest.mark.django_db
def test_when_enough_are_looked_at_the_next_is_told_to_come_back() -> None:
    member = employ("support")
    with room(), room():
        answer = Client().post("/admin/login/", {"name": str(member), "password": "wrong"})
        strange = Client().post("/admin/login/", {"name": "nobody", "password": "wrong"})
    assert (answer.status_code, answer.headers["Retry-After"], strange.status_code) == (429, "3", 429)
    assert "Wait some seconds" in answer.content.decode()
    member.refresh_from_db()
    assert member.failures == 0, "nothing was looked at"
    assert give_password(Client(), member) != ""


def test_a_place_is_free_again_whatever_became_of_it() -> None:
    for _ in range(AT_ONCE + 1):
        with pytest.raises(ZeroDivisionError), room():
            raise ZeroDivisionError
    with room(), room(), pytest.raises(TooMany):
        is_password("any", None)


@pytest.mark.django_db(transaction=True)
def test_wrong_passwords_of_several_browsers_at_once_are_all_counted() -> None:
    member = employ("support")
    barrier = threading.Barrier(AT_ONCE)

    def guess(_: int) -> None:
        barrier.wait()
        give_password(Client(), member, "wrong")
        connection.close()

    with ThreadPoolExecutor(AT_ONCE) as browsers:
        list(browsers.map(guess, range(AT_ONCE)))
    member.refresh_from_db()
    assert member.failures == AT_ONCE < FREE_TRIES


class Changing(MD5PasswordHasher):
    """While it works, the member chooses another password."""

    algorithm = "changing"

    def verify(self, password: str, encoded: str) -> bool:
        User.objects.update(password=make_password("another password"))
        return super().verify(password, encoded)


@pytest.mark.django_db
@override_settings(PASSWORD_HASHERS=[f"{__name__}.Changing"])
def test_a_password_that_is_changed_meanwhile_opens_nothing() -> None:
    assert give_password(Client(), employ("support")) == ""
