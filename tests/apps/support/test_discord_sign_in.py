"""Signing in at the desk with Discord: only accounts that a staff row names, only in the browser that began."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from apps.support.models import AuditEntry, StaffMember
from apps.support.sign_in_discord import COOKIE
from project import settings
from tests.apps.accounts.discord_fake import Discord, discord
from tests.apps.support.conftest import employ

__all__ = ["discord"]

pytestmark = pytest.mark.django_db

Answers = dict[str, tuple[int, Any]]
ALICE = 1
"""Whom the Discord of the tests names."""


@pytest.fixture(autouse=True)
def available(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DISCORD_CLIENT_SECRET", "of the tests")


def begin(client: Client, wanted: str = "") -> str:
    """The state that Discord will send back."""
    address = client.get(f"/admin/login/discord/{wanted}").headers["Location"]
    query = parse_qs(urlsplit(address).query)
    assert (query["code_challenge_method"], len(query["code_challenge"][0])) == (["S256"], 43)
    assert query["redirect_uri"] == [f"{settings.PUBLIC_URL}/admin/login/discord/callback/"]
    return query["state"][0]


def come_back(client: Client, state: str, code: str = "c") -> Any:
    return client.get("/admin/login/discord/callback/", {"code": code, "state": state})


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_an_account_that_staff_names_gets_in(discord: Answers) -> None:
    member = employ("support")
    StaffMember.objects.filter(pk=member.pk).update(discord_id=ALICE)
    client = Client()
    assert come_back(client, begin(client)).headers["Location"] == "/admin/"
    assert is_in(client)
    assert AuditEntry.objects.latest("pk").after == {"way": "discord"}


@pytest.mark.parametrize("whose", [None, 2])
def test_an_account_that_nobody_names_does_not(discord: Answers, whose: int | None) -> None:
    StaffMember.objects.filter(pk=employ("support").pk).update(discord_id=whose)
    client = Client()
    answer = come_back(client, begin(client))
    assert (answer.status_code, is_in(client)) == (403, False)
    assert "belongs to none of staff" in answer.content.decode()


def test_who_left_does_not(discord: Answers) -> None:
    member = employ("support")
    StaffMember.objects.filter(pk=member.pk).update(discord_id=ALICE)
    member.user.is_active = False
    member.user.save()
    client = Client()
    come_back(client, begin(client))
    assert not is_in(client)


def test_nobody_but_the_browser_that_began_comes_back_and_only_once(discord: Answers) -> None:
    StaffMember.objects.filter(pk=employ("support").pk).update(discord_id=ALICE)
    client, other = Client(), Client()
    state = begin(client)
    assert come_back(other, state).status_code == 403
    assert come_back(client, "another").status_code == 403
    assert come_back(client, state).status_code == 403, "a wrong state ends it"
    assert not is_in(client)


def test_who_wanted_to_see_a_page_sees_it(discord: Answers) -> None:
    StaffMember.objects.filter(pk=employ("support").pk).update(discord_id=ALICE)
    client = Client()
    page = client.get("/admin/login/?next=/admin/plans/").content.decode()
    assert 'href="/admin/login/discord/?next=%2Fadmin%2Fplans%2F"' in page
    assert come_back(client, begin(client, "?next=/admin/plans/")).headers["Location"] == "/admin/plans/"


def test_what_is_said_of_the_beginning_is_signed_and_ends(discord: Answers) -> None:
    StaffMember.objects.filter(pk=employ("support").pk).update(discord_id=ALICE)
    client = Client()
    state = begin(client)
    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 600)
    client.cookies[COOKIE] = cookie.value.swapcase()
    assert come_back(client, state).status_code == 403


@pytest.mark.parametrize(("said", "words"), [(400, "did not accept"), (503, "does not answer")])
def test_what_discord_says_is_passed_on(discord: Answers, said: int, words: str) -> None:
    discord["/oauth2/token"] = (said, {})
    client = Client()
    assert words in come_back(client, begin(client)).content.decode()


def test_discord_is_not_asked_while_it_wants_to_rest(discord: Answers) -> None:
    discord["/oauth2/token"] = (429, {})
    client = Client()
    for _ in range(2):
        assert "does not answer" in come_back(client, begin(client)).content.decode()
    assert Discord.asked == ["/oauth2/token"]


def test_it_is_offered_only_where_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Sign in with Discord" in Client().get("/admin/login/").content.decode()
    monkeypatch.setattr(settings, "DISCORD_CLIENT_SECRET", "")
    assert "Sign in with Discord" not in Client().get("/admin/login/").content.decode()
    assert Client().get("/admin/login/discord/").status_code == 403
