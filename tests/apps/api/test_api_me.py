"""A person's own data through the API: handed out, and erased on request."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client

from apps.accounts.models import Login
from apps.billing.models import PayerCustomer, Subscription
from apps.library.models import Favourite
from apps.privacy import redis_traces
from apps.privacy.exporting import LOCK_CLASS
from apps.privacy.models import EraseRequest
from project import settings
from tests.apps.accounts.discord_fake import discord
from tests.apps.api.conftest import ALICE, GUILD, Api

__all__ = ["discord"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_redis(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_traces, "client", api.redis)


def like(title: str) -> None:
    Favourite.objects.create(member_id=ALICE, identity=title, rank=1, track={"title": title})


def test_a_person_downloads_what_is_held_of_them(api: Api) -> None:
    like("Mine")
    answer, export = api.ask("GET", "/api/v1/me/export", api.login())
    assert answer["Content-Disposition"] == 'attachment; filename="segue-my-data.json"'
    assert answer["Cache-Control"] == "no-store"
    assert (export["user_id"], export["favourites"][0]["track"]["title"]) == (str(ALICE), "Mine")


def test_who_asks_while_another_export_is_made_is_told_to_wait(api: Api) -> None:
    elsewhere = connection.copy()
    try:
        with elsewhere.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, 0)", [LOCK_CLASS])
        answer, problem = api.ask("GET", "/api/v1/me/export", api.login())
    finally:
        elsewhere.close()
    assert (answer.status_code, problem["reason"], int(answer["Retry-After"]) > 0) == (429, "busy", True)


def test_a_person_has_themselves_erased(api: Api) -> None:
    answer, body = api.ask("DELETE", "/api/v1/me", api.login())
    assert (answer.status_code, sorted(body)) == (202, ["requested_at"])
    request = EraseRequest.objects.get()
    assert (request.user_id, request.asked_by) == (ALICE, "api")


def test_who_pays_is_told_where(api: Api) -> None:
    PayerCustomer.objects.create(user_id=ALICE, stripe_customer_id="cus_1")
    Subscription.objects.filter(guild_id=GUILD).update(stripe_customer_id="cus_1", stripe_status="ACTIVE")
    answer, problem = api.ask("DELETE", "/api/v1/me", api.login())
    assert (answer.status_code, problem["reason"], problem["guild_ids"]) == (409, "still_paying", [str(GUILD)])
    assert not EraseRequest.objects.exists()


@pytest.mark.parametrize(("method", "path"), [("GET", "me/export"), ("DELETE", "me")])
def test_a_guilds_token_has_no_data_of_its_own(api: Api, method: str, path: str) -> None:
    answer, problem = api.ask(method, f"/api/v1/{path}", api.token())
    assert (answer.status_code, problem["reason"]) == (403, "people_only")
    assert not EraseRequest.objects.exists()


def test_who_signs_in_for_their_data_gets_it_and_no_token(
    api: Api, discord: dict[str, tuple[int, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DISCORD_CLIENT_SECRET", "of the tests")
    like("Mine")
    browser = Client()
    begun = browser.get("/api/v1/login", {"then": "export"})
    state = parse_qs(urlsplit(begun["Location"]).query)["state"][0]
    answer = browser.get("/api/v1/login/callback", {"code": "c", "state": state})
    assert "attachment" in answer["Content-Disposition"]
    assert json.loads(answer.content)["favourites"][0]["track"]["title"] == "Mine"
    assert "segue_p_" not in answer.content.decode()
    assert Login.objects.count() == 0
