"""Taking a slot: fence, load, adopt, let events through; and a node that is away does not hold the slot back."""

from __future__ import annotations

import asyncio

import pytest

from project.wire.messages import COMMAND_PATIENCE_MS, Choice, Command, Order, Play, ShowQueue, Suggest
from tests.workers.audio.fakes import track
from tests.workers.audio.slot_stage import ALICE, EPOCH, GUILD, Stage, until
from workers.player.facts import LivePlayer
from workers.player.limits import GuildRules
from workers.player.outcomes import Denied
from workers.player.track import Entry, PlayerState
from workers.ports import Away, Fenced, Mark, SavedPlayer


def playing(rev: int = 3) -> SavedPlayer:
    entry = Entry(id=1, rank=1, track=track("A"), requester_id=1)
    state = PlayerState(guild_id=GUILD, rev=rev, next_entry=2, voice_channel_id=50, current_entry=1, position_ms=7_000)
    return SavedPlayer(state, entry, (), ())


def living(guild_id: int = GUILD, rev: int = 3) -> LivePlayer:
    return LivePlayer(guild_id, 1, rev, EPOCH - 1, 9_000, 1, paused=False, volume=100, connected=True)


async def test_a_player_that_plays_on_is_only_marked_and_strays_are_destroyed() -> None:
    stage = Stage()
    stage.store.saved[GUILD] = playing()
    stage.store.known_sessions[0, "node:2333"] = "old"
    stage.session.living = (living(), living(guild_id=GUILD + 1))
    await stage.slot.take("test")
    await asyncio.sleep(0.05)
    assert stage.session.done[0] == ("release_events", None)
    assert set(stage.session.done[1:]) == {("mark", Mark(1, 3, EPOCH)), ("destroy", GUILD + 1)}
    assert GUILD in stage.mirror.active


def typed(guild_id: int = GUILD, received_ms: int | None = None) -> Command:
    """Alice types."""
    deadline = 0 if received_ms is None else received_ms + COMMAND_PATIENCE_MS
    order = Suggest(words="sea")
    return Command(id="c1", guild_id=guild_id, order=order, actor=ALICE, issued_ms=1, deadline_ms=deadline)


async def test_who_types_is_offered_what_the_guild_wants_and_needs_no_player() -> None:
    stage = Stage()
    stage.terms.rules = GuildRules(blocked_words=("shark",))
    await stage.slot.take("test")
    assert await stage.slot.suggest(typed(), "sea") == (Choice(name="Sea", value="sea"),)
    assert stage.suggestions.rules == [stage.terms.rules]
    assert stage.slot.actors == ()


async def test_what_a_guild_wants_is_known_at_the_next_keystroke_and_forgotten_when_others_type(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workers.audio.owned_slot.TYPING_MAX", 1)
    stage = Stage()
    await stage.slot.take("test")
    await stage.slot.suggest(typed(), "s")
    assert set(stage.terms.refreshed) == {GUILD}
    await stage.slot.suggest(typed(GUILD + 1), "s")
    assert set(stage.terms.refreshed) == {GUILD + 1}
    await stage.slot.release()
    assert stage.terms.refreshed == []


async def test_a_keystroke_that_waited_too_long_is_answered_by_nobody() -> None:
    stage = Stage()
    await stage.slot.take("test")
    assert await stage.slot.suggest(typed(received_ms=stage.now_ms - 1_500), "sea") is None
    assert (stage.suggestions.rules, stage.terms.refreshed) == ([], [])


async def test_who_types_where_something_plays_takes_no_rules_from_its_player(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    stage.store.saved[GUILD] = playing()
    await stage.slot.take("test")
    monkeypatch.setattr("workers.audio.owned_slot.TYPING_MAX", 0)
    await stage.slot.suggest(typed(), "sea")
    assert GUILD in stage.terms.refreshed


async def test_a_player_that_the_node_lost_is_started_again() -> None:
    stage = Stage()
    stage.store.saved[GUILD] = playing()
    await stage.slot.take("test")
    await until(lambda: bool(stage.started))
    assert stage.started == ["A"]
    assert stage.store.known_sessions[0, "node:2333"] == "new-session"


async def test_a_newer_owner_keeps_the_slot() -> None:
    stage = Stage()
    stage.store.epoch = EPOCH
    with pytest.raises(Fenced):
        await stage.slot.take("test")


async def test_a_node_that_is_away_is_reached_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.audio.node_link.REOPEN_SECONDS", 0.01)
    stage = Stage()
    stage.store.saved[GUILD] = playing()
    stage.session.failing = Away("unreachable")
    await stage.slot.take("test")
    assert stage.started == []
    stage.session.failing = None
    await until(lambda: bool(stage.started))
    assert stage.started == ["A"]
    await stage.slot.release()


def of_long_ago(order: Order, command_id: str = "c1") -> Command:
    """Received an hour before the audio workers came back, on Redis's clock."""
    hour_ms, now_ms = 3_600_000, Stage().now_ms
    return Command(
        id=command_id,
        guild_id=GUILD,
        order=order,
        actor=ALICE,
        text_channel_id=9,
        issued_ms=now_ms - hour_ms,
        deadline_ms=now_ms - hour_ms + COMMAND_PATIENCE_MS,
    )


async def test_what_was_asked_before_a_long_outage_is_not_done_after_it() -> None:
    stage = Stage()
    await stage.slot.take("test")
    await until(lambda: stage.connected)
    assert await stage.slot.command(of_long_ago(Play(query="A"))) == "Denied"
    assert stage.store.outcomes == {"c1": Denied(key="command.too_late")}
    assert (stage.started, stage.stream.sent, stage.slot.actors) == ([], [], ())


async def test_a_question_of_long_ago_is_not_even_recorded() -> None:
    stage = Stage()
    await stage.slot.take("test")
    assert await stage.slot.command(of_long_ago(ShowQueue())) == "Denied"
    assert (stage.store.outcomes, stage.stream.sent) == ({}, [])


async def test_what_was_asked_before_a_long_outage_is_struck_out_though_postgresql_is_still_away() -> None:
    stage = Stage()
    await stage.slot.take("test")
    stage.store.failing = Away("unreachable")
    assert await stage.slot.command(of_long_ago(Play(query="A"))) == "Denied"


async def test_a_session_that_could_not_be_saved_is_saved_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.audio.node_link.SAVE_AGAIN_SECONDS", 0.01)
    stage = Stage()
    await stage.slot.take("test")
    await until(lambda: stage.connected)
    stage.store.known_sessions.clear()
    stage.store.failing = Away("frozen")
    stage.slot.link_of(GUILD)._session_changed("later")
    await asyncio.sleep(0.03)
    stage.store.failing = None
    await until(lambda: stage.store.known_sessions.get((0, "node:2333")) == "later")


async def test_a_slot_that_could_not_be_loaded_leaves_no_session_open() -> None:
    stage = Stage()
    stage.store.failing = Away("frozen")
    with pytest.raises(Away):
        await stage.slot.take("test")
    await stage.slot.release()
    assert stage.session.done == []
