"""What a member is handed: all that is theirs, and nobody else's."""

from __future__ import annotations

import json

import pytest
import redis
from django.contrib.auth.models import User
from django.db import connection

from apps.privacy.exporting import LOCK_CLASS, ExportBusy, member_export
from apps.support.models import StaffMember
from tests.apps.privacy.conftest import ALICE, BOB, GUILD, NAME, leave_traces, pay

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_everything_that_is_held_is_in_it(store: redis.Redis) -> None:
    leave_traces()
    pay("cus_1")
    export = member_export(ALICE)
    assert [one["name"] for one in export["playlists"]] == ["Mine"]
    assert export["favourites"][0]["track"]["title"] == "liked"
    assert export["history"][0]["track"]["title"] == "heard"
    assert export["queued"][0]["track"]["title"] == "queued"
    assert export["votes_in_guilds"] == [str(GUILD)]
    assert [one["kind"] for one in export["commands"]] == ["play"]
    assert export["api_tokens"][0]["name"] == "Robot"
    assert export["logins"][0]["name"] == NAME
    assert export["billing"]["stripe_customer_id"] == "cus_1"
    assert export["billing"]["actions"][0]["action"] == "checkout"


def test_it_is_json_without_secrets_and_without_others(store: redis.Redis) -> None:
    leave_traces(BOB, "Bob")
    leave_traces()
    text = json.dumps(member_export(ALICE))
    assert "Bob" not in text
    assert str(BOB) not in text
    assert "digest" not in text


def test_a_stranger_gets_an_empty_one(store: redis.Redis) -> None:
    leave_traces()
    export = member_export(BOB)
    lists = ("playlists", "favourites", "history", "queued", "commands", "api_tokens", "logins", "votes_in_guilds")
    assert {name: export[name] for name in lists} == {name: [] for name in lists}


def test_who_works_at_the_desk_sees_that_as_well(store: redis.Redis) -> None:
    StaffMember.objects.create(user=User.objects.create(username="sue"), role="support", discord_id=ALICE)
    assert member_export(ALICE)["staff"] == [{"name": "sue", "role": "support", "signed_in_at": None}]


def test_one_at_a_time_is_made(store: redis.Redis) -> None:
    elsewhere = connection.copy()
    try:
        with elsewhere.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, 0)", [LOCK_CLASS])
        with pytest.raises(ExportBusy):
            member_export(ALICE)
    finally:
        elsewhere.close()
    assert [member_export(user_id)["user_id"] for user_id in (ALICE, BOB)] == [str(ALICE), str(BOB)]
