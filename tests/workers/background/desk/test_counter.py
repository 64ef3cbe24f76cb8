"""The desk serves each command once, in order, and nobody waits for an answer that never comes."""

from __future__ import annotations

import base64
import json

import msgspec
import pytest
import redis
from django.db import OperationalError, connection

from apps.guilds.models import GuildBlock, GuildSettings
from apps.guilds.selectors import guild_settings_get
from apps.playback.models import Command as RecordedCommand
from project.task_queues import DESK_QUEUE
from project.wire import keys
from project.wire.desk import (
    BLOCKLIST_PAGE,
    DESK_KINDS,
    AllowSource,
    ChangeSettings,
    EditBlocklist,
    ShowBlocklist,
    ShowSettings,
)
from project.wire.envelope import argument_of
from project.wire.library import SuggestPlaylists
from project.wire.messages import Actor, Ended, Order, desk_task_names, inbound_from_dict, to_dict
from project.wire.premium import ShowPremium
from tests.workers.background.desk.conftest import BOB, GUILD, Desk
from workers.background.desk.registry import HANDLERS

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_every_order_of_the_desk_has_a_handler_and_a_task() -> None:
    # A SuggestPlaylists has no ending: the counter answers it with choices.
    assert set(HANDLERS) == set(DESK_KINDS) - {SuggestPlaylists}
    assert len(DESK_KINDS) == len(desk_task_names())


def test_a_change_is_answered_recorded_and_struck_out(desk: Desk) -> None:
    command = desk.publish("1", ChangeSettings(leave_after_s=0))
    assert desk.owed() == {"1"}
    assert desk.counter.serve(command) == "SettingsEdited"
    assert guild_settings_get(GUILD).leave_after_s == 0
    assert RecordedCommand.objects.get(id="1").kind == "settings_set"
    (answer,) = desk.answers()
    assert "after 5 minutes → **at once**" in answer["payload"]["content"]
    assert (answer["command_id"], answer["ephemeral"], answer.get("error", False)) == ("1", True, False)
    assert desk.owed() == set()


@pytest.mark.parametrize("order", [ChangeSettings(leave_after_s=0), ShowSettings()])
def test_the_desk_of_a_blocked_guild_refuses_and_says_whom_to_ask(desk: Desk, order: Order) -> None:
    GuildBlock.objects.create(guild_id=GUILD, by="Sam", reason="spam")
    assert desk.counter.serve(desk.publish("1", order, BOB)) == "Denied"
    (answer,) = desk.answers()
    assert "equipo de soporte" in answer["payload"]["content"]
    assert "spam" not in str(answer)
    assert guild_settings_get(GUILD).leave_after_s == 300
    assert desk.owed() == set()


def test_a_blocked_guild_can_still_see_what_it_pays(desk: Desk) -> None:
    GuildBlock.objects.create(guild_id=GUILD, by="Sam", reason="spam")
    assert desk.counter.serve(desk.publish("1", ShowPremium())) == "PremiumShown"


def test_how_long_a_command_took_is_recorded(desk: Desk) -> None:
    desk.counter.serve(desk.publish("1", ChangeSettings(leave_after_s=0), late_ms=1_500))
    took_ms = RecordedCommand.objects.get(id="1").took_ms
    assert took_ms is not None
    assert took_ms >= 1_500


def test_a_command_that_comes_twice_changes_once_and_is_answered_the_same(desk: Desk) -> None:
    command = desk.publish("1", EditBlocklist(action="add", kind="word", text="Shark"))
    desk.counter.serve(command)
    desk.counter.serve(command)
    assert guild_settings_get(GUILD).blocklist == {"word": ["shark"]}
    first, second = desk.answers()
    assert first == second


def test_a_repeated_command_is_announced_again(desk: Desk) -> None:
    command = desk.publish("1", ChangeSettings(language="es"))
    desk.counter.serve(command)
    desk.redis.delete(keys.guild_ui(GUILD))
    desk.counter.serve(command)
    assert desk.redis.hget(keys.guild_ui(GUILD), "locale") == "es"


def test_what_the_guild_asked_before_is_done_before(desk: Desk) -> None:
    desk.publish("1", ChangeSettings(max_tracks_per_member=5))
    second = desk.publish("2", ChangeSettings(max_tracks_per_member=9))
    desk.counter.serve(second)
    assert guild_settings_get(GUILD).max_tracks_per_member == 9
    assert [answer["command_id"] for answer in desk.answers()] == ["1", "2"]


def test_a_lost_message_is_rung_for_again(desk: Desk) -> None:
    desk.publish("1", ChangeSettings(dj_only=True), late_ms=6_000)
    desk.lose_message()
    assert desk.journal.ring_again() == 1
    assert desk.journal.ring_again() == 0, "its message waits"
    raw = str(desk.redis.rpop(DESK_QUEUE))
    command = inbound_from_dict(argument_of(raw))
    desk.counter.serve(command)  # type: ignore[arg-type] # the journal holds commands only
    assert guild_settings_get(GUILD).dj_only


def test_a_command_that_is_young_is_not_rung_for(desk: Desk) -> None:
    desk.publish("1", ChangeSettings(dj_only=True))
    desk.lose_message()
    assert desk.journal.ring_again() == 0
    assert desk.owed() == {"1"}


def test_after_fifteen_minutes_nobody_can_be_told(desk: Desk) -> None:
    desk.publish("1", ChangeSettings(dj_only=True), late_ms=16 * 60_000)
    desk.lose_message()
    assert desk.journal.ring_again() == 0
    assert desk.owed() == set()


@pytest.mark.parametrize(
    "order",
    [
        ShowSettings(),
        ChangeSettings(dj_only=True),
        AllowSource(source="youtube", allowed=False),
        EditBlocklist(action="add", kind="word", text="shark"),
        ShowBlocklist(),
    ],
    ids=lambda order: str(order.__struct_config__.tag),
)
def test_members_who_do_not_manage_the_server_are_refused_in_their_language(desk: Desk, order: ChangeSettings) -> None:
    command = desk.publish("1", order, BOB)
    assert desk.counter.serve(command) == "Denied"
    (answer,) = desk.answers()
    assert answer["error"]
    assert "gestionan" in answer["payload"]["content"]
    assert guild_settings_get(GUILD).blocklist == {}
    assert not guild_settings_get(GUILD).dj_only


def test_a_value_out_of_range_is_refused_by_the_name_that_members_type(desk: Desk) -> None:
    desk.counter.serve(desk.publish("1", ChangeSettings(leave_after_s=9_999)))
    (answer,) = desk.answers()
    assert answer["error"]
    assert "leave\\-when\\-empty" in answer["payload"]["content"]


def test_the_guilds_language_answers_even_the_change_to_it(desk: Desk) -> None:
    desk.counter.serve(desk.publish("1", ChangeSettings(language="es")))
    (answer,) = desk.answers()
    assert "**español**" in answer["payload"]["content"]


def test_showing_is_neither_journalled_nor_recorded(desk: Desk) -> None:
    command = desk.publish("1", ShowSettings())
    assert desk.owed() == set()
    assert desk.counter.serve(command) == "SettingsShown"
    (answer,) = desk.answers()
    assert "/settings set dj-role" in answer["payload"]["embeds"][0]["description"]
    assert not RecordedCommand.objects.exists()


def test_the_blocklist_is_shown_page_by_page(desk: Desk) -> None:
    words = [f"word {number}" for number in range(BLOCKLIST_PAGE)]
    GuildSettings.objects.create(guild_id=GUILD, blocklist={"artist": ["the *last*"], "word": words})
    for page in (1, 99):
        desk.counter.serve(desk.publish(f"{page}", ShowBlocklist(page=page)))
    first, last = (answer["payload"]["embeds"][0] for answer in desk.answers())
    assert first["description"].count("\n") == BLOCKLIST_PAGE - 1
    assert last["description"] == "artist: *the \\*last\\**"
    assert last["footer"]["text"] == "Page 2 of 2"


def test_the_api_gets_its_outcome_where_it_waits_for_it(desk: Desk) -> None:
    token = Actor(kind="token", user_id=0)
    desk.counter.serve(desk.publish("api-1", ChangeSettings(ephemeral=True), token))
    assert desk.answers() == []
    assert 0 < int(str(desk.redis.ttl(keys.outcome("api-1")))) <= 60
    ended = msgspec.json.decode(str(desk.redis.lpop(keys.outcome("api-1"))), type=Ended)
    assert ended.outcome == {
        "type": "settings_edited",
        "changes": [{"setting": "ephemeral", "before": False, "after": True}],
    }
    assert (ended.command_id, ended.error, bool(ended.sentence)) == ("api-1", False, True)


def test_without_postgresql_the_member_hears_that_nothing_changed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    command = desk.publish("1", ChangeSettings(dj_only=True))
    with monkeypatch.context() as away:
        away.setattr(connection, "ensure_connection", _away)
        assert desk.counter.serve(command) == "Refused"
    assert desk.answers()[0]["error"]
    assert desk.owed() == set()


def test_a_command_that_may_have_been_committed_stays_owed_until_postgresql_tells(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = desk.publish("1", ChangeSettings(dj_only=True), late_ms=6_000)
    with monkeypatch.context() as away:
        away.setattr(connection, "ensure_connection", _away)
        with pytest.raises(OperationalError):
            desk.counter.serve(command)
    assert (desk.answers(), desk.owed()) == ([], {"1"})
    desk.counter.serve(command)
    assert len(desk.answers()) == 1


def test_a_fault_of_ours_is_told_and_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_command: object, order: ChangeSettings) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(HANDLERS, ChangeSettings, broken)
    assert desk.counter.serve(desk.publish("1", ChangeSettings(dj_only=True))) == "Refused"
    assert desk.answers()[0]["error"]
    assert not RecordedCommand.objects.exists()


def test_an_answer_that_redis_does_not_take_stays_owed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    command = desk.publish("1", ChangeSettings(dj_only=True))
    monkeypatch.setattr("workers.background.desk.replies.PAUSE_SECONDS", 0.0)
    with monkeypatch.context() as away:
        away.setattr(desk.redis, "xadd", _gone)
        with pytest.raises(redis.ConnectionError):
            desk.counter.serve(command)
    assert desk.owed() == {"1"}
    desk.counter.serve(command)
    assert [answer["command_id"] for answer in desk.answers()] == ["1"]
    assert RecordedCommand.objects.count() == 1


def test_an_order_only_a_newer_process_knows_does_not_hold_up_the_others(desk: Desk) -> None:
    first = desk.publish("1", ChangeSettings(dj_only=True))
    desk.redis.flushall()
    unknown = json.loads(json.dumps(to_dict(first)))
    unknown["order"]["type"] = "from_the_future"
    second = desk.publish("2", ChangeSettings(dj_only=True))
    journal = keys.desk_journal(GUILD >> 22)
    seq, _, raw = str(desk.redis.hget(journal, "2")).partition("|")
    assert desk.redis.hset(journal, "1", f"{int(seq) - 1}|{_with_argument(raw, unknown)}")
    desk.counter.serve(second)
    assert desk.owed() == {"1"}


def _with_argument(raw: str, argument: object) -> str:
    message = json.loads(raw)
    body = json.loads(base64.b64decode(message["body"]))
    body[0] = [argument]
    return json.dumps({**message, "body": base64.b64encode(json.dumps(body).encode()).decode()})


def _away() -> None:
    raise OperationalError("no route")


def _gone(*_args: object, **_kwargs: object) -> None:
    raise redis.ConnectionError("gone")
