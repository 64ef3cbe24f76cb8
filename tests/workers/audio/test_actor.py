"""A guild's actor: one letter at a time, commit before node before reply, once, and honest while a store is away."""

from __future__ import annotations

import asyncio

import pytest

from project.wire.messages import (
    ChannelDeleted,
    Leave,
    MoveVoice,
    Order,
    Pause,
    Play,
    Resume,
    ShowQueue,
    Skip,
    Stop,
    VoiceServerChanged,
)
from tests.workers.audio.fakes import track
from tests.workers.audio.slot_stage import EPOCH, GUILD, Stage, until
from tests.workers.audio.slot_stage import stage as stage
from workers.audio.actor import MAILBOX_MAX
from workers.player.facts import LivePlayer, TrackEnded, TrackStarted
from workers.player.limits import GuildRules
from workers.player.outcomes import Added, Said
from workers.player.track import Entry, PlayerState
from workers.ports import Away, Fenced, NodeFailed, NodeRefused, NotStored, SavedPlayer, VoiceCredentials


async def test_play_is_committed_started_and_answered(stage: Stage) -> None:
    assert await stage.command(Play(query="A")) == "Added"
    assert isinstance(stage.store.outcomes["c1"], Added)
    assert stage.started == ["A"]
    assert [outcome.command_id for outcome in stage.outcomes] == ["c1"]
    assert [channel_id for channel_id, _, _ in moves(stage)] == [50]
    assert GUILD in stage.mirror.active


async def test_a_command_is_carried_out_once(stage: Stage) -> None:
    await stage.command(Play(query="A"))
    await stage.command(Play(query="A"))
    assert len([save for save, _ in stage.store.log if save is not None and save.put]) == 1
    assert [outcome.payload for outcome in stage.outcomes] == [stage.outcomes[0].payload] * 2


def moves(stage: Stage) -> list[tuple[int | None, int, int]]:
    """What was asked of Discord: (channel, revision, epoch)."""
    sent = [message for message in stage.stream.sent if isinstance(message, MoveVoice)]
    return [(move.channel_id, move.rev, move.epoch) for move in sent]


@pytest.mark.parametrize("order", [Stop(), Play(query="A")])
async def test_an_owner_that_died_between_commit_and_op_4_has_left_all_the_same(stage: Stage, order: Order) -> None:
    stage.store.saved[GUILD] = SavedPlayer(PlayerState(guild_id=GUILD, rev=7), None, (), ())
    stage.store.outcomes["c1"] = Said(key="stopped")
    assert await stage.command(order) == "Said"
    assert moves(stage) == [(None, 7, EPOCH)]


async def test_what_is_answered_again_moves_nobody_who_plays_again(stage: Stage) -> None:
    await stage.command(Play(query="A"))
    before = moves(stage)
    stage.store.outcomes["c0"] = Said(key="stopped")
    assert await stage.command(Stop(), "c0") == "Said"
    assert moves(stage) == before


async def test_what_is_answered_again_is_answered_in_the_guilds_language(stage: Stage) -> None:
    stage.terms.rules = GuildRules(locale="es")
    for _ in range(2):
        await stage.command(Stop())
    first, again = stage.outcomes
    assert first.payload == again.payload
    assert "No suena nada" in first.payload["content"]


async def test_a_doubled_delivery_waits_for_the_same_outcome(stage: Stage) -> None:
    stage.finder.hold["A"] = asyncio.Event()
    first = asyncio.create_task(stage.command(Play(query="A")))
    second = asyncio.create_task(stage.command(Play(query="A")))
    await asyncio.sleep(0)
    stage.finder.hold["A"].set()
    assert list(await asyncio.gather(first, second)) == ["Added", "Added"]
    assert len(stage.outcomes) == 1


async def test_commands_run_in_arrival_order_even_if_a_search_takes_longer(stage: Stage) -> None:
    stage.finder.hold["A"] = asyncio.Event()
    first = asyncio.create_task(stage.command(Play(query="A"), "c1"))
    await asyncio.sleep(0)
    await stage.command(Play(query="B"), "c2")
    assert stage.started == []
    stage.finder.hold["A"].set()
    await first
    assert stage.started == ["A"]


async def test_reads_are_answered_and_not_recorded(stage: Stage) -> None:
    await stage.command(ShowQueue(), "c9")
    assert stage.store.outcomes == {}
    assert len(stage.outcomes) == 1


async def test_too_many_waiting_commands_are_refused_at_once(stage: Stage) -> None:
    stage.finder.hold["A"] = asyncio.Event()
    waiting = [asyncio.create_task(stage.command(Play(query="A"), f"w{number}")) for number in range(MAILBOX_MAX)]
    await asyncio.sleep(0)
    assert await stage.command(Pause(), "late") == "busy"
    stage.finder.hold["A"].set()
    assert set(await asyncio.gather(*waiting)) == {"Added"}


async def test_while_postgresql_is_away_commands_hear_so_and_nothing_changes(stage: Stage) -> None:
    await stage.command(Play(query="A"))
    stage.store.failing = Away("frozen")
    assert await stage.command(Play(query="B"), "c2") == "Refused"
    assert stage.outcomes[-1].error
    stage.store.failing = None
    assert await stage.command(Play(query="C"), "c3") == "Added"
    last, _ = stage.store.log[-1]
    assert last is not None
    assert last.whole
    assert [entry.track.title for entry, _status in last.put] == ["C", "A"]


async def test_while_postgresql_is_away_the_next_track_starts_and_is_saved_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.audio.ledger.RESAVE_SECONDS", 0.01)
    await stage.command(Play(query="A"), "c1")
    await stage.command(Play(query="B"), "c2")
    stage.store.failing = Away("frozen")
    stage.fact(TrackEnded(1, "finished", stage.now_ms))
    await asyncio.sleep(0.05)
    assert stage.started == ["A", "B"]
    stage.store.failing = None
    await until(lambda: bool(stage.store.log[-1][0] and stage.store.log[-1][0].whole))
    saved = stage.store.log[-1][0]
    assert saved is not None
    assert {entry.track.title: status for entry, status in saved.put} == {"A": "played", "B": "current"}
    revisions = [save.state.rev for save, _ in stage.store.log if save]
    assert revisions == sorted(set(revisions))


async def test_an_owner_that_was_fenced_lets_go_and_leaves_the_command_to_the_next(stage: Stage) -> None:
    stage.store.epoch = EPOCH + 1
    with pytest.raises(Fenced):
        await stage.command(Play(query="A"))
    assert stage.outcomes == []
    assert stage.started == []
    assert stage.slot.lost


async def test_voice_credentials_reach_the_node_when_discord_gives_them(stage: Stage) -> None:
    await stage.command(Play(query="A"))
    stage.mirror.known = VoiceCredentials("s", 50, "t", "localhost:1")
    await stage.slot.event(VoiceServerChanged(guild_id=GUILD, at_ms=stage.now_ms))
    assert ("voice", 50) in stage.session.done


async def test_an_answer_is_repeated_while_redis_is_away(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.audio.speaker.REPEAT_SECONDS", 0.01)
    stage.stream.away = 3
    await stage.command(Skip())
    assert len(stage.outcomes) == 1


async def test_a_word_that_cannot_be_said_does_not_silence_the_others(stage: Stage) -> None:
    stage.stream.broken = 1
    await stage.command(Skip(), "c1")
    await stage.command(Skip(), "c2")
    assert [outcome.command_id for outcome in stage.outcomes] == ["c2"]


async def test_a_node_that_does_not_answer_is_looked_at_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.audio.node_link.LOOK_SECONDS", 0.01)
    stage.session.failing = Away("no answer")
    assert await stage.command(Play(query="A")) == "Added"
    stage.session.failing = None
    await until(lambda: bool(stage.started))
    assert stage.started == ["A"]


async def test_a_track_that_the_node_refuses_is_passed_over(stage: Stage) -> None:
    await stage.command(Play(query="A"), "c1")
    await stage.command(Play(query="B"), "c2")
    stage.session.failing = NodeRefused("bad track")
    await stage.command(Skip(), "c3")
    await asyncio.sleep(0.05)
    saved = stage.store.log[-1][0]
    assert saved is not None
    assert saved.state.current_entry is None


async def test_a_node_that_fails_for_a_moment_does_not_cost_the_track(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.audio.node_link.LOOK_SECONDS", 0.01)
    stage.session.failing = NodeFailed("500")
    await stage.command(Play(query="A"), "c1")
    stage.session.failing = None
    await until(lambda: stage.started == ["A"])


async def test_a_pause_that_the_node_failed_to_take_is_compared_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.audio.node_link.LOOK_SECONDS", 0.01)
    await stage.command(Play(query="A"), "c1")
    stage.fact(TrackStarted(1, stage.now_ms))
    stage.session.failing = NodeFailed("500")
    await stage.command(Pause(), "c2")
    stage.session.failing = None
    stage.session.living = (LivePlayer(GUILD, 1, 1, EPOCH, 0, 1, paused=False, volume=100, connected=True),)
    await until(lambda: ("paused", True) in stage.session.done)


async def test_released_slots_keep_the_music_and_give_waiting_commands_back(stage: Stage) -> None:
    stage.finder.hold["A"] = asyncio.Event()
    waiting = asyncio.create_task(stage.command(Play(query="A")))
    await asyncio.sleep(0)
    await stage.slot.release()
    with pytest.raises(Fenced):
        await waiting
    assert ("close", True) in stage.session.done


async def test_a_change_that_the_store_refuses_is_undone_and_does_not_stop_the_guild(stage: Stage) -> None:
    stage.store.failing = NotStored("a fault of ours")
    assert await stage.command(Play(query="A"), "c1") == "Refused"
    assert stage.started == []
    stage.store.failing = None
    assert await stage.command(Play(query="B"), "c2") == "Added"
    assert stage.started == ["B"]


async def test_an_event_that_meets_a_newer_owner_goes_back_as_well(stage: Stage) -> None:
    await stage.command(Play(query="A"))
    stage.store.epoch = EPOCH + 1
    with pytest.raises(Fenced):
        await stage.slot.event(ChannelDeleted(guild_id=GUILD, channel_id=50, at_ms=stage.now_ms))


async def test_a_fact_after_the_end_starts_nothing(stage: Stage) -> None:
    await stage.command(Play(query="A"), "c1")
    await stage.command(Play(query="B"), "c2")
    actor = stage.slot.actors[0]
    commits = len(stage.store.log)
    await stage.slot.release()
    actor.fact(TrackEnded(1, "finished", stage.now_ms))
    await asyncio.sleep(0.02)
    assert stage.started == ["A"]
    assert len(stage.store.log) == commits


async def test_credentials_that_could_not_be_given_are_given_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.audio.node_link.LOOK_SECONDS", 0.01)
    await stage.command(Play(query="A"))
    stage.mirror.known = VoiceCredentials("s", 50, "t", "localhost:1")
    stage.session.failing = Away("no answer")
    await stage.slot.event(VoiceServerChanged(guild_id=GUILD, at_ms=stage.now_ms))
    stage.session.failing = None
    stage.session.living = (LivePlayer(GUILD, 1, 2, EPOCH, 0, 1, paused=False, volume=100, connected=True),)
    await until(lambda: ("voice", 50) in stage.session.done)


async def test_without_credentials_the_bot_joins_anew(stage: Stage) -> None:
    await stage.command(Play(query="A"))
    stage.now_ms += 10_000
    await stage.slot.event(VoiceServerChanged(guild_id=GUILD, at_ms=stage.now_ms))
    await asyncio.sleep(0.02)
    moves = [message.channel_id for message in stage.stream.sent if isinstance(message, MoveVoice)]
    assert moves == [50, None, 50]


async def test_while_the_lease_is_uncertain_only_silence_is_filled(stage: Stage) -> None:
    await stage.command(Play(query="A"), "c1")
    await stage.command(Play(query="B"), "c2")
    stage.trusted = False
    stage.fact(TrackEnded(1, "finished", stage.now_ms))
    await until(lambda: ("start if silent", "B") in stage.session.done)


async def test_a_play_that_was_done_before_brings_nobody_back(stage: Stage) -> None:
    await stage.command(Play(query="A"), "c1")
    await stage.command(Stop(), "c2")
    assert await stage.command(Play(query="A"), "c1") == "Added"
    assert [channel_id for channel_id, _, _ in moves(stage)] == [50, None, None]


async def test_a_guild_that_was_left_in_mid_track_is_forgotten_and_goes_on_when_it_is_asked_to(stage: Stage) -> None:
    await stage.command(Play(query="A"), "c1")
    stage.now_ms += 60_000
    await stage.command(Leave(), "c2")
    await until(lambda: stage.slot.actors == () and GUILD not in stage.mirror.active)
    kept = next(save for save, command_id in stage.store.log if command_id == "c2")
    assert kept is not None
    entry = Entry(id=1, rank=1, track=track("A"), requester_id=1)
    stage.store.saved[GUILD] = SavedPlayer(kept.state, entry, (), ())
    await stage.command(Resume(), "c3")
    assert stage.started == ["A", "A"]


async def test_a_guild_with_nothing_to_play_is_forgotten_once_its_node_is_clear(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.audio.node_link.LOOK_SECONDS", 0.05)
    await stage.command(Play(query="A"), "c1")
    stage.session.failing = Away("no answer")
    await stage.command(Stop(), "c2")
    assert len(stage.slot.actors) == 1
    stage.session.failing = None
    await until(lambda: stage.slot.actors == () and GUILD not in stage.mirror.active)
