"""The player's routes: what is published, and how each outcome is answered."""

from __future__ import annotations

from typing import Any

import pytest
import redis

from apps.accounts.scopes import Scope
from apps.api import commands, throttles
from apps.playback.models import Command as Recorded
from apps.playback.models import Player, QueueEntry
from project.wire import keys
from project.wire.orders import Pause, Resume, Seek, SetFilters, SetLoop, SetVolume, Skip
from project.wire.publish import SyncPublisher
from tests.apps.api.conftest import ALICE, GUILD, OTHER, Api
from tests.ports import free_port

pytestmark = pytest.mark.django_db

TRACK = {"encoded": "only the node reads this", "identifier": "a", "title": "A", "author": "Someone", "length_ms": 9}


def plays(*queued: str, **state: Any) -> None:
    """A track plays and others wait."""
    Player.objects.create(guild_id=GUILD, rev=4, current_entry=1, voice_channel_id=50, **state)
    for entry, title in enumerate(("A", *queued), start=1):
        status = "current" if entry == 1 else "queued"
        track = {**TRACK, "title": title}
        QueueEntry.objects.create(
            guild_id=GUILD, entry=entry, rank=entry * 10, status=status, track=track, requester_id=ALICE
        )


def test_the_player_is_shown_without_what_only_the_node_reads(api: Api) -> None:
    plays("B", paused=True)
    answer, shown = api.guild("GET", "player", api.token(Scope.PLAYER_READ))
    assert answer.status_code == 200
    assert (shown["current"]["title"], shown["current"]["requester_id"], shown["paused"]) == ("A", "1", True)
    assert (shown["voice_channel_id"], shown["queue_length"]) == ("50", 1)
    assert "encoded" not in shown["current"]


def test_a_guild_that_never_played_has_a_silent_player(api: Api) -> None:
    _, shown = api.guild("GET", "player", api.token())
    assert (shown["current"], shown["volume"], shown["loop"], shown["rev"]) == (None, 100, "off", 0)


def test_how_it_sounds_and_how_fast_the_position_goes_on_is_shown(api: Api) -> None:
    plays(filters={"presets": ["nightcore"], "speed": 150, "pitch": 80, "equalizer": {"3": 40}}, fair_queue=True)
    _, shown = api.guild("GET", "player", api.token(Scope.PLAYER_READ))
    assert (shown["rate"], shown["speed"], shown["pitch"]) == (1.8, 150, 80)
    assert (shown["equalizer"], shown["fair_queue"]) == ({"3": 40}, True)


def test_what_nobody_tuned_sounds_as_it_is(api: Api) -> None:
    plays()
    _, shown = api.guild("GET", "player", api.token(Scope.PLAYER_READ))
    assert [shown[name] for name in ("rate", "speed", "pitch", "equalizer", "fair_queue")] == [1.0, 100, 100, {}, False]


def test_a_skip_is_the_tokens_command_and_its_outcome_is_the_answer(api: Api) -> None:
    api.will_answer("skip", {"type": "skipped", "entry": {"id": 1, "rank": 1, "track": TRACK}}, "Skipped *A*.")
    answer, said = api.guild("POST", "player/skip", api.token(Scope.PLAYER_CONTROL), {"entry": 1})
    (command,) = api.queued()
    assert (command.order, command.guild_id) == (Skip(entry=1), GUILD)
    assert (command.actor.kind, command.actor.user_id, command.actor.name) == ("token", ALICE, "Robot")
    assert (answer.status_code, said["command_id"], said["sentence"]) == (200, command.id, "Skipped *A*.")
    assert said["outcome"]["entry"]["title"] == "A"
    assert "encoded" not in said["outcome"]["entry"]


def test_a_refusal_is_a_problem_with_reason_and_sentence(api: Api) -> None:
    api.will_answer("skip", {"type": "refused", "reason": "nothing_playing"}, "Nothing is playing.", error=True)
    answer, problem = api.guild("POST", "player/skip", api.token())
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert (problem["reason"], problem["detail"]) == ("nothing_playing", "Nothing is playing.")


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ({"type": "refused", "reason": "busy"}, 429),
        ({"type": "refused", "reason": "store_away"}, 503),
        ({"type": "denied", "key": "volume.cap", "values": {"cap": 100}}, 409),
    ],
)
def test_the_reason_decides_the_status(api: Api, outcome: dict[str, Any], status: int) -> None:
    api.will_answer("stop", outcome, "So.", error=True)
    answer, _ = api.guild("POST", "player/stop", api.token())
    assert answer.status_code == status
    assert ("Retry-After" in answer) == (status in {429, 503})


def test_what_takes_longer_can_be_asked_for_later(api: Api) -> None:
    token = api.token()
    answer, said = api.guild("POST", "player/previous", token)
    assert (answer.status_code, said["status"]) == (202, "pending")
    assert answer["Location"] == f"/api/v1/commands/{said['command_id']}"
    again, _ = api.ask("GET", answer["Location"], token)
    assert again.status_code == 202
    foreign, _ = api.ask("GET", answer["Location"], api.token(guild_id=OTHER))
    assert foreign.status_code == 404
    api.will_answer("previous", {"type": "said", "key": "previous"}, "Again.")
    api.end(api.queued()[0])
    done, said = api.ask("GET", answer["Location"], token)
    assert (done.status_code, said["sentence"]) == (200, "Again.")


def test_an_outcome_that_is_no_longer_fresh_is_read_from_the_table(api: Api) -> None:
    token, identity = api.token(), "00000000-0000-4000-8000-00000000000a"
    Recorded.objects.create(
        id=identity, guild_id=GUILD, kind="skip", actor={}, outcome={"type": "refused", "reason": "busy"}
    )
    answer, problem = api.ask("GET", f"/api/v1/commands/{identity}", token)
    assert (answer.status_code, problem["reason"]) == (429, "busy")
    foreign, _ = api.ask("GET", f"/api/v1/commands/{identity}", api.token(guild_id=OTHER))
    assert foreign.status_code == 404


def test_a_change_becomes_the_orders_that_are_needed(api: Api) -> None:
    plays(filters={"presets": ["nightcore", "soft"]})
    for tag in ("filter", "volume", "loop", "seek", "pause"):
        api.will_answer(tag, {"type": "said", "key": "x"})
    body = {"paused": True, "volume": 50, "loop": "queue", "filters": ["soft", "8d"], "position_ms": 7}
    answer, said = api.guild("PATCH", "player", api.token(Scope.PLAYER_CONTROL), body)
    assert answer.status_code == 200
    assert api.carried_out == [
        SetFilters(preset="nightcore", on=False),
        SetFilters(preset="8d", on=True),
        SetVolume(level=50),
        SetLoop(mode="queue"),
        Seek(to_ms=7),
        Pause(),
    ]
    assert (len(said["commands"]), said["player"]["rev"]) == (6, 4)


def test_what_is_so_already_is_no_error(api: Api) -> None:
    api.will_answer("resume", {"type": "refused", "reason": "not_paused"}, error=True)
    answer, said = api.guild("PATCH", "player", api.token(), {"paused": False})
    assert (answer.status_code, said["commands"], api.carried_out) == (200, [], [Resume()])


def test_a_resume_says_where_to_go_on_after_the_bot_left(api: Api) -> None:
    token = api.token(Scope.PLAYER_CONTROL)
    api.guild("PATCH", "player", token, {"paused": False, "voice_channel_id": "50"})
    (command,) = api.queued()
    assert (command.order, command.actor.voice_channel_id) == (Resume(), 50)


@pytest.mark.parametrize("body", [{"voice_channel_id": "50"}, {"voice_channel_id": "50", "paused": True}])
def test_a_channel_without_a_resume_is_no_change(api: Api, body: Any) -> None:
    answer, problem = api.guild("PATCH", "player", api.token(), body)
    assert (answer.status_code, problem["errors"][0]["pointer"], api.queued()) == (422, "/voice_channel_id", [])


def test_a_change_that_is_refused_halfway_says_what_was_done(api: Api) -> None:
    api.will_answer("volume", {"type": "said", "key": "volume.set"})
    api.will_answer("seek", {"type": "refused", "reason": "nothing_playing"}, error=True)
    answer, problem = api.guild("PATCH", "player", api.token(), {"volume": 5, "position_ms": 1, "paused": True})
    assert (answer.status_code, len(problem["applied"])) == (409, 1)
    assert Pause() not in api.carried_out


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"volume": "50"}, 422),
        ({"volume": 201}, 422),
        ({"volume": 10**400}, 422),
        ({"paused": 1}, 422),
        ({"paused": None}, 422),
        ({"filters": ["Nightcore!"]}, 422),
        ({"filters": "8d"}, 422),
        ({"position_ms": -1}, 422),
        ({"position_ms": 1.5}, 422),
        ({"mute": True}, 422),
        ([], 422),
        ("nonsense", 400),
        (b"\xff", 400),
        ("NaN", 400),
        ("[" * 50_000, 400),
        ('{"volume": ' + "9" * 5_000 + "}", 400),
        ('"' + "a" * 70_000 + '"', 413),
    ],
)
def test_what_is_not_valid_is_refused_before_anything_happens(api: Api, body: Any, status: int) -> None:
    answer, problem = api.guild("PATCH", "player", api.token(), body)
    assert (answer.status_code, problem["status"], api.queued()) == (status, status, [])


def test_other_methods_types_and_paths_are_problems_too(api: Api) -> None:
    token = api.token()
    assert api.guild("PUT", "player", token)[1]["status"] == 405
    assert api.guild("GET", "nowhere", token)[1]["reason"] == "not_found"
    assert api.ask("GET", f"/api/v1/guilds/{2**63}/player", token)[1]["status"] == 404
    _, problem = api.guild("PATCH", "player", token, "volume=5", Content_Type="text/plain")
    assert problem["status"] in {415, 400}


# -- once --------------------------------------------------------------------------------------------------------------


def test_the_same_key_is_the_same_command(api: Api) -> None:
    api.will_answer("skip", {"type": "said", "key": "x"}, "Once.")
    token = api.token()
    first = api.guild("POST", "player/skip", token, {}, Idempotency_Key="k1")[1]
    second = api.guild("POST", "player/skip", token, {}, Idempotency_Key="k1")[1]
    assert first == second
    assert len(api.queued()) == 1
    third = api.guild("POST", "player/skip", token, {}, Idempotency_Key="k2")[1]
    assert third["command_id"] != first["command_id"]


def test_the_same_key_for_something_else_is_refused(api: Api) -> None:
    token = api.token()
    api.guild("POST", "player/skip", token, {}, Idempotency_Key="k1")
    answer, problem = api.guild("POST", "player/skip", token, {"entry": 2}, Idempotency_Key="k1")
    assert (answer.status_code, problem["reason"]) == (422, "idempotency_key_reused")
    answer, problem = api.guild("POST", "player/stop", token, {}, Idempotency_Key="k1")
    assert problem["reason"] == "idempotency_key_reused"


def test_two_tokens_may_use_the_same_key(api: Api) -> None:
    for token in (api.token(), api.token()):
        assert api.guild("POST", "player/stop", token, {}, Idempotency_Key="k1")[0].status_code == 202
    assert len({command.id for command in api.queued()}) == 2


def test_a_key_outlives_the_fresh_outcome(api: Api) -> None:
    token = api.token()
    identity = api.guild("POST", "player/skip", token, {}, Idempotency_Key="k1")[1]["command_id"]
    Recorded.objects.create(id=identity, guild_id=GUILD, kind="skip", actor={}, outcome={"type": "said", "key": "x"})
    api.redis.flushall()
    answer, said = api.guild("POST", "player/skip", token, {}, Idempotency_Key="k1")
    assert (answer.status_code, said["outcome"]["key"], api.queued()) == (200, "x", [])


@pytest.mark.parametrize("key", ["", "ü", "a" * 201, "a b"])
def test_a_key_has_a_form(api: Api, key: str) -> None:
    assert api.guild("POST", "player/stop", api.token(), {}, Idempotency_Key=key)[0].status_code in {400, 422}
    assert api.queued() == []


# -- how often, and without Redis --------------------------------------------------------------------------------------


def test_the_plan_says_how_many_requests_a_minute_has(api: Api) -> None:
    token = api.token(guild_id=OTHER)  # FREE: 10
    path = f"/api/v1/guilds/{OTHER}/player"
    answers = [api.ask("GET", path, token)[0] for _ in range(21)]
    allowed = [answer for answer in answers if answer.status_code == 200]
    assert 10 <= len(allowed) <= 20, "two minutes at most were touched"
    assert (answers[0]["RateLimit-Limit"], answers[0]["RateLimit-Remaining"]) == ("10", "9")
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 1 <= int(refused["Retry-After"]) <= 60


@pytest.fixture
def no_redis(api: Api, monkeypatch: pytest.MonkeyPatch) -> redis.Redis:
    away: redis.Redis = redis.Redis(port=free_port(), socket_connect_timeout=0.2)
    for module in (throttles, commands):
        monkeypatch.setattr(module, "client", away)
    return away


def test_without_redis_reads_pass_and_writes_do_not(api: Api, no_redis: redis.Redis) -> None:
    token = api.token(guild_id=OTHER)
    assert api.ask("GET", f"/api/v1/guilds/{OTHER}/player", token)[0].status_code == 200
    answer, problem = api.ask("POST", f"/api/v1/guilds/{OTHER}/player/stop", token, {})
    assert (answer.status_code, problem["reason"], answer["Retry-After"]) == (503, "store_away", "2")


def test_an_unlimited_plan_does_not_write_without_redis_either(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    away: redis.Redis = redis.Redis(port=free_port(), socket_connect_timeout=0.2)
    monkeypatch.setattr(commands, "client", away)
    monkeypatch.setattr(commands, "_publisher", SyncPublisher(away))
    answer, problem = api.guild("POST", "player/stop", api.token(), {})
    assert (answer.status_code, problem["reason"]) == (503, "store_away")


def test_no_key_of_the_requests_holds_the_token(api: Api) -> None:
    token = api.token()
    api.guild("POST", "player/stop", token, {}, Idempotency_Key="k1")
    everything = " ".join(str(key) for key in api.redis.keys("*")) + " ".join(map(repr, api.queued()))
    assert token not in everything
    assert keys.asked(api.queued()[0].id) in everything
