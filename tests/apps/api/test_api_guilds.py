"""Guilds, settings, plans, usage."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import ApiToken
from apps.accounts.scopes import Scope
from apps.billing.models import Subscription, Usage
from apps.billing.selectors import month_of
from apps.guilds.models import GuildSettings
from project.wire.desk import SOURCES, AllowSource, ChangeSettings, EditBlocklist
from tests.apps.api.conftest import GUILD, OTHER, Api

pytestmark = pytest.mark.django_db


def test_a_token_sees_its_guild(api: Api) -> None:
    _, guilds = api.ask("GET", "/api/v1/guilds/", api.token(Scope.PLAYLISTS))
    assert guilds == [{"id": str(GUILD), "name": None, "tier": "ENTERPRISE"}]


def test_a_person_sees_the_guilds_that_they_manage_and_the_bot_is_in(api: Api) -> None:
    token = api.login(GUILD, OTHER)
    _, guilds = api.ask("GET", "/api/v1/guilds/", token)
    assert [guild["id"] for guild in guilds] == [str(GUILD)]
    assert api.guild("GET", "", token)[1]["name"] == f"Guild {GUILD}"


def test_settings_are_shown_with_ids_as_text(api: Api) -> None:
    GuildSettings.objects.create(guild_id=GUILD, dj_role_id=77, language="es")
    _, settings = api.guild("GET", "settings", api.token(Scope.ADMIN))
    assert (settings["dj_role_id"], settings["language"], settings["dj_only"]) == ("77", "es", False)


def test_a_change_goes_to_the_desk_as_one_command(api: Api) -> None:
    body = {"dj_role_id": "77", "default_volume": None, "dj_only": True}
    answer, _ = api.guild("PATCH", "settings", api.token(Scope.ADMIN), body)
    (command,) = api.queued()
    assert (answer.status_code, command.actor.kind) == (202, "token")
    assert command.order == ChangeSettings(dj_role_id=77, default_volume=None, dj_only=True)


def test_sources_and_blocklist_are_shown(api: Api) -> None:
    token = api.token(Scope.ADMIN)
    _, settings = api.guild("GET", "settings", token)
    assert (settings["allowed_sources"], settings["blocklist"]) == (None, {"word": [], "url": [], "artist": []})
    GuildSettings.objects.create(guild_id=GUILD, allowed_sources=["http"], blocklist={"word": ["joy"]})
    _, settings = api.guild("GET", "settings", token)
    assert (settings["allowed_sources"], settings["blocklist"]["word"]) == (["http"], ["joy"])


def test_other_sources_and_blocked_words_become_the_orders_that_are_needed(api: Api) -> None:
    GuildSettings.objects.create(
        guild_id=GUILD, allowed_sources=["http", "vimeo"], blocklist={"word": ["joy", "ode"], "artist": ["them"]}
    )
    for tag in ("settings_set", "settings_source", "settings_blocklist"):
        api.will_answer(tag, {"type": "settings_edited", "changes": []})
    body = {"dj_only": True, "allowed_sources": ["vimeo", "twitch"], "blocklist": {"word": ["Ode", " new  Word "]}}
    answer, settings = api.guild("PATCH", "settings", api.token(Scope.ADMIN), body)
    assert answer.status_code == 200
    assert api.carried_out == [
        ChangeSettings(dj_only=True),
        AllowSource(source="twitch", allowed=True),
        AllowSource(source="http", allowed=False),
        EditBlocklist(action="remove", kind="word", text="joy"),
        EditBlocklist(action="add", kind="word", text="new word"),
    ]
    assert settings["blocklist"]["artist"] == ["them"]


def test_null_allows_all_sources_and_empties_the_blocklist(api: Api) -> None:
    GuildSettings.objects.create(guild_id=GUILD, allowed_sources=list(SOURCES[1:]), blocklist={"word": ["joy"]})
    for tag in ("settings_source", "settings_blocklist"):
        api.will_answer(tag, {"type": "settings_edited", "changes": []})
    answer, _ = api.guild("PATCH", "settings", api.token(), {"allowed_sources": None, "blocklist": None})
    assert answer.status_code == 200
    assert api.carried_out == [
        AllowSource(source="youtube", allowed=True),
        EditBlocklist(action="remove", kind="word", text="joy"),
    ]


def test_what_was_done_before_a_refusal_is_told(api: Api) -> None:
    api.will_answer("settings_set", {"type": "settings_edited", "changes": []})
    outcome = {"type": "denied", "key": "settings.refused.blocklist_full", "values": {"high": 200}}
    api.will_answer("settings_blocklist", outcome, "Full.", error=True)
    body = {"dj_only": True, "blocklist": {"word": ["joy"]}}
    answer, problem = api.guild("PATCH", "settings", api.token(), body)
    assert (answer.status_code, problem["reason"], len(problem["applied"])) == (
        422,
        "settings.refused.blocklist_full",
        1,
    )


def test_a_refused_setting_is_a_problem(api: Api) -> None:
    outcome = {"type": "denied", "key": "settings.refused.everyone", "values": {}}
    api.will_answer("settings_set", outcome, "Not everyone.", error=True)
    answer, problem = api.guild("PATCH", "settings", api.token(), {"dj_role_id": str(GUILD)})
    assert (answer.status_code, problem["detail"]) == (422, "Not everyone.")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"language": "fr"},
        {"default_volume": 0},
        {"dj_only": "yes"},
        {"history_days": 366},
        {"loudness": 1},
        {"dj_role_id": -1},
        {"allowed_sources": []},
        {"allowed_sources": ["tape"]},
        {"allowed_sources": "http"},
        {"blocklist": []},
        {"blocklist": {}},
        {"blocklist": {"words": []}},
        {"blocklist": {"word": ["x"]}},
        {"blocklist": {"word": ["joy\x00"]}},
        {"blocklist": {"word": [f"word {number}" for number in range(26)]}},
    ],
)
def test_what_is_no_setting_is_refused(api: Api, body: Any) -> None:
    assert api.guild("PATCH", "settings", api.token(), body)[0].status_code == 422
    assert api.queued() == []


def test_subscription_and_usage(api: Api) -> None:
    Usage.objects.create(guild_id=GUILD, month=month_of(timezone.now()), tracks=7)
    token = api.token(Scope.BILLING_READ)
    assert api.guild("GET", "subscription", token)[1]["tier"] == "ENTERPRISE"
    usage = api.guild("GET", "usage", token)[1]
    assert (usage["tracks"], usage["tracks_per_month"]) == (7, None)


def test_plans_are_listed_with_their_prices(api: Api) -> None:
    _, plans = api.ask("GET", "/api/v1/plans/", api.token(Scope.PLAYER_READ))
    assert [plan["tier"] for plan in plans] == ["FREE", "BASIC", "PREMIUM", "ENTERPRISE"]
    assert {"interval": "month", "amount": 499, "currency": "usd"} in plans[1]["prices"]


def test_a_token_is_shown_once_and_made_by_people_alone(api: Api) -> None:
    person = api.login(GUILD)
    answer, made = api.guild("POST", "tokens/", person, {"name": "Robot", "scopes": ["player:read"]})
    assert answer.status_code == 201
    assert api.guild("GET", "player", made["token"])[0].status_code == 200
    (known,) = api.guild("GET", "tokens/", person)[1]
    assert {**known, "token": made["token"], "used_at": None} == {**made, "used_at": None}
    assert api.guild("POST", "tokens/", api.token(), {"name": "x", "scopes": ["admin"]})[1]["reason"] == "people_only"


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["root"]},
        {"name": "", "scopes": ["admin"]},
        {"name": "x\x00", "scopes": ["admin"]},
        {"name": "x", "scopes": ["admin"], "expires_at": "2020-01-01T00:00:00Z"},
        {"name": "x", "scopes": ["admin"], "expires_at": "9999-12-31T23:59:59-23:59"},
    ],
)
def test_what_is_no_token_is_not_made(api: Api, body: Any) -> None:
    assert api.guild("POST", "tokens/", api.login(GUILD), body)[0].status_code == 422
    assert ApiToken.objects.count() == 0


def test_a_manager_of_another_guild_revokes_nothing(api: Api) -> None:
    token = api.token()
    path = f"tokens/{ApiToken.objects.get().pk}"
    answer, _ = api.ask("DELETE", f"/api/v1/guilds/{OTHER}/{path}", api.login(OTHER))
    assert answer.status_code == 404
    assert api.guild("GET", "player", token)[0].status_code == 200
    assert api.guild("DELETE", path, api.login(GUILD))[0].status_code == 204
    assert api.guild("GET", "player", token)[0].status_code == 401


def test_a_guild_without_a_row_is_free(api: Api) -> None:
    Subscription.objects.all().delete()
    assert api.guild("GET", "", api.token())[1]["tier"] == "FREE"
