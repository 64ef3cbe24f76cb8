"""Signing in: nobody but the browser that began ends it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from apps.accounts.models import Login
from apps.accounts.selectors import caller_of
from apps.api.views import login
from project import settings
from tests.apps.accounts.discord_fake import Discord, discord

__all__ = ["discord"]
Answers = dict[str, tuple[int, Any]]

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(settings, "DISCORD_CLIENT_SECRET", "of the tests")
    return Client(raise_request_exception=False)


def begin(browser: Client) -> str:
    """The state that Discord will send back."""
    answer = browser.get("/api/v1/login")
    query = parse_qs(urlsplit(answer["Location"]).query)
    assert (query["code_challenge_method"], len(query["code_challenge"][0])) == (["S256"], 43)
    return query["state"][0]


def test_who_began_gets_a_token_for_the_guilds_that_they_manage(browser: Client, discord: Answers) -> None:
    answer = browser.get("/api/v1/login/callback", {"code": "c", "state": begin(browser)})
    assert caller_of(answer.json()["token"]).guilds == {7: "Owned", 8: "Managed"}
    assert answer["Cache-Control"] == "no-store"
    assert browser.cookies[login.COOKIE].value == "", "it is good once"


@pytest.mark.parametrize("query", [{}, {"code": "c"}, {"code": "c", "state": "other"}, {"code": "a" * 201}])
def test_what_was_not_begun_here_makes_no_login(browser: Client, discord: Answers, query: dict[str, str]) -> None:
    state = begin(browser)
    assert browser.get("/api/v1/login/callback", query).status_code == 422
    assert Client().get("/api/v1/login/callback", {"code": "c", "state": state}).status_code == 422
    browser.cookies[login.COOKIE] = "forged:1:x"
    assert browser.get("/api/v1/login/callback", {"code": "c", "state": state}).status_code == 422
    assert Login.objects.count() == 0


def test_who_comes_while_discord_wants_to_rest_hears_for_how_long(browser: Client, discord: Answers) -> None:
    discord["/oauth2/token"], Discord.wait = (429, {}), "30"
    for _ in range(2):
        answer = browser.get("/api/v1/login/callback", {"code": "c", "state": begin(browser)})
        assert (answer.status_code, answer.json()["reason"]) == (503, "discord_away")
    assert 28 <= int(answer["Retry-After"]) <= 31
    assert Discord.asked == ["/oauth2/token"], "it is asked once"


@pytest.mark.parametrize(("said", "status"), [(400, 422), (503, 503)])
def test_what_discord_says_is_passed_on(browser: Client, discord: Answers, said: int, status: int) -> None:
    discord["/oauth2/token"] = (said, {})
    answer = browser.get("/api/v1/login/callback", {"code": "c", "state": begin(browser)})
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_who_does_not_agree_hears_so(browser: Client) -> None:
    answer = browser.get("/api/v1/login/callback", {"error": "access_denied", "state": begin(browser)})
    assert answer.json()["reason"] == "login_declined"


def test_without_a_client_secret_nobody_can_sign_in(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DISCORD_CLIENT_SECRET", "")
    assert browser.get("/api/v1/login").json()["reason"] == "login_unavailable"
