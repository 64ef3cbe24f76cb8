"""Tokens that were good a moment ago are not looked up again, and what is revoked here opens nothing at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import ApiToken
from apps.accounts.secret import digest_of
from apps.api import known_callers
from tests.apps.api.conftest import GUILD, OTHER, Api

pytestmark = pytest.mark.django_db


def lookups(api: Api, token: str) -> int:
    """How often a request looks for its token."""
    with CaptureQueriesContext(connection) as seen:
        assert api.guild("GET", "usage", token)[0].status_code == 200
    return sum("api_tokens" in query["sql"] and "SELECT" in query["sql"] for query in seen)


def test_a_program_that_asks_again_is_known(api: Api) -> None:
    token = api.token()
    assert (lookups(api, token), lookups(api, token)) == (1, 0)


def test_after_a_moment_it_is_looked_up_again(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    token = api.token()
    monkeypatch.setattr(known_callers, "KNOWN_SECONDS", 0.0)
    assert (lookups(api, token), lookups(api, token)) == (1, 1)


def test_one_guilds_token_is_never_taken_for_anothers(api: Api) -> None:
    mine, other = api.token(), api.token(guild_id=OTHER)
    answers: list[Any] = [api.guild("GET", "usage", token)[0].status_code for token in (mine, other, mine, other)]
    assert answers == [200, 403, 200, 403]


def test_what_is_revoked_or_signed_out_opens_nothing_at_once(api: Api) -> None:
    token, person = api.token(), api.login(GUILD)
    assert lookups(api, token) == 1
    number = ApiToken.objects.get().pk
    assert api.guild("DELETE", f"tokens/{number}", person)[0].status_code == 204
    assert api.guild("GET", "usage", token)[1]["reason"] == "token_revoked"
    assert api.ask("POST", "/api/v1/logout", person)[0].status_code == 204
    assert api.ask("GET", "/api/v1/guilds/", person)[1]["reason"] == "token_revoked"


def test_what_is_refused_is_not_remembered(api: Api) -> None:
    unknown = "segue_g_" + "a" * 43
    for _ in range(2):
        assert api.guild("GET", "usage", unknown)[1]["reason"] == "token_unknown"
    assert digest_of(unknown) not in known_callers._known
