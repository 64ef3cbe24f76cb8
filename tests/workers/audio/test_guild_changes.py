"""Listeners of the API hear every change of a player once, in order, also after Redis was away."""

from __future__ import annotations

import pytest

from project.wire.guild_events import PlayerChanged, QueueChanged
from project.wire.messages import Ended, Pause, Play, Remove, ShowQueue
from project.wire.orders import SetFairQueue
from project.wire.tuning import SetEqualizer, SetSpeed
from tests.workers.audio.slot_stage import GUILD, Stage, until

TOKEN_COMMAND = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
async def stage() -> Stage:
    made = Stage()
    await made.slot.take("test")
    await until(lambda: made.connected)
    return made


def players(stage: Stage) -> list[PlayerChanged]:
    return [change for _, change in stage.events.told if isinstance(change, PlayerChanged)]


def queues(stage: Stage) -> list[QueueChanged]:
    return [change for _, change in stage.events.told if isinstance(change, QueueChanged)]


async def test_a_track_that_begins_and_one_that_waits_are_told(stage: Stage) -> None:
    await stage.command(Play(query="A"))
    await stage.command(Play(query="B"), "c2")
    await until(lambda: bool(queues(stage)) and queues(stage)[-1].length == 1)
    latest = players(stage)[-1]
    assert latest.current is not None
    assert (latest.current.title, latest.current.requester_id, latest.queue_length) == ("A", "1", 1)
    assert [entry.title for entry in queues(stage)[-1].up_next] == ["B"]
    assert {guild for guild, _ in stage.events.told} == {GUILD}


async def test_what_changes_nothing_is_not_told(stage: Stage) -> None:
    await stage.command(Play(query="A"))
    await until(lambda: bool(players(stage)) and players(stage)[-1].current is not None)
    told = len(stage.events.told)
    await stage.command(ShowQueue(), "c2")
    await stage.command(Remove(first=7), "c3")
    assert len(stage.events.told) == told


async def test_another_speed_and_taking_turns_are_told(stage: Stage) -> None:
    await stage.command(Play(query="A"))
    await stage.command(SetSpeed(percent=150), "c2")
    await stage.command(SetEqualizer(band=3, gain=40), "c3")
    await stage.command(SetFairQueue(on=True), "c4")
    await until(lambda: bool(players(stage)) and players(stage)[-1].fair_queue)
    latest = players(stage)[-1]
    assert (latest.rate, latest.speed, latest.pitch, latest.equalizer) == (1.5, 150, 100, {"3": 40})


async def test_a_change_while_redis_is_away_is_told_later_and_in_order(stage: Stage) -> None:
    await stage.command(Play(query="A"))
    await until(lambda: bool(players(stage)) and players(stage)[-1].current is not None)
    stage.events.away = 2
    await stage.command(Pause(), "c2")
    await until(lambda: players(stage)[-1].paused)
    revisions = [change.rev for _, change in stage.events.told]
    assert revisions == sorted(revisions)


async def test_a_command_of_the_api_is_answered_there_in_structure_and_words(stage: Stage) -> None:
    await stage.command(Pause(), TOKEN_COMMAND)
    (ended,) = stage.stream.sent
    assert isinstance(ended, Ended)
    assert (ended.command_id, ended.error) == (TOKEN_COMMAND, True)
    assert ended.outcome == {"type": "refused", "reason": "nothing_playing"}
    assert ended.sentence.startswith("Nothing is playing.")
