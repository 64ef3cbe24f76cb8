"""A slot on several nodes: guilds leave one that fails or is drained; a frozen owner's session is asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import cast

import pytest

from project.wire.messages import Actor, Pause, Play
from project.wire.staff import ChangeNode, Heal
from tests.workers.audio.fake_session import Session
from tests.workers.audio.fakes import track
from tests.workers.audio.slot_stage import EPOCH, GUILD, Stage, until
from tests.workers.audio.test_owned_slot import living, playing
from workers.audio import node_link
from workers.audio.ear import UNHEARD_MS
from workers.audio.slot_nodes import Resident, turn_to_move
from workers.player.facts import TrackStarted
from workers.player.outcomes import Said
from workers.player.track import Entry
from workers.ports import Away, Mark, SavedPlayer

STAFF = Actor(kind="staff", user_id=0)


@pytest.fixture
async def concert(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A guild plays on the first node, taken over from an owner before."""
    monkeypatch.setattr(node_link, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(node_link, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(node_link, "REOPEN_SECONDS", 0.01)
    stage = Stage()
    stage.store.saved[GUILD] = playing()
    stage.store.known_sessions[0, "node:2333"] = "old"
    stage.session.living = (replace(living(), at_ms=stage.now_ms),)
    return stage


async def taken(stage: Stage) -> None:
    await stage.slot.take("test")
    await until(lambda: ("mark", Mark(1, 3, EPOCH)) in stage.session.done)


async def moved(stage: Stage) -> None:
    """The process looks after its nodes until the other one plays."""

    def plays() -> bool:
        stage.slot.nodes.check()
        return ("start", "A") in stage.other.done

    await until(plays)


async def cleared(stage: Stage) -> None:
    """The process looks after its nodes until the first one is left for good."""

    def closed() -> bool:
        stage.slot.nodes.check()
        return ("close", False) in stage.session.done

    await until(closed)


async def test_a_node_that_is_not_heard_is_left_from_where_it_was_last_heard(concert: Stage) -> None:
    await taken(concert)
    concert.now_ms += 5_000
    concert.session.away_for = 2.0
    await moved(concert)
    assert concert.other.positions == [9_000 + 3_000]
    assert ("destroy", GUILD) not in concert.session.done


async def test_a_drained_node_is_left_while_it_plays(concert: Stage) -> None:
    await taken(concert)
    concert.fleet.drain("node:2333", "an operator wants it")
    await moved(concert)
    await cleared(concert)
    assert ("destroy", GUILD) in concert.session.done
    await until(lambda: (0, "node:2333") not in concert.store.known_sessions)
    assert concert.written.known == {(0, "other:2333"): "new-session"}


async def test_without_another_node_a_failed_one_is_waited_for(concert: Stage) -> None:
    await taken(concert)
    concert.fleet.failed("other:2333")
    concert.session.away_for = 60.0
    concert.slot.nodes.check()
    await asyncio.sleep(0.02)
    assert concert.other.done == []
    assert concert.slot.link_of(GUILD).session is concert.session


async def test_facts_of_a_node_that_was_left_are_not_heard(concert: Stage) -> None:
    await taken(concert)
    old = concert.slot.link_of(GUILD)
    concert.session.away_for = 2.0
    await moved(concert)
    concert.slot.heard(old, GUILD, TrackStarted(1, concert.now_ms, EPOCH - 1))
    assert not concert.slot.looks_for(GUILD)
    assert not old.looks_for(GUILD)


async def test_a_failed_node_that_comes_back_is_cleared(concert: Stage) -> None:
    await taken(concert)
    concert.session.away_for = 2.0
    await moved(concert)
    concert.session.away_for = 0.0
    await cleared(concert)
    assert [link.name for link in concert.slot.nodes.links] == ["other:2333"]


async def test_a_guild_that_is_not_heard_moves_alone(concert: Stage) -> None:
    await taken(concert)
    concert.slot.play_elsewhere(GUILD)
    await until(lambda: ("start", "A") in concert.other.done)
    await until(lambda: ("destroy", GUILD) in concert.session.done)
    assert concert.slot.link_of(GUILD + 1).session is concert.session


async def test_staff_hear_where_a_guild_goes_and_it_is_recorded(concert: Stage) -> None:
    await taken(concert)
    assert await concert.command(ChangeNode(node="other:2333"), "s1", STAFF) == "Said"
    assert concert.store.outcomes["s1"] == Said(key="node.moving", values={"node": "other:2333"})
    await until(lambda: ("start", "A") in concert.other.done)
    assert await concert.command(ChangeNode(node="other:2333"), "s2", STAFF) == "Denied"


async def test_staff_may_have_a_guild_leave_a_node_that_is_not_heard(concert: Stage) -> None:
    await taken(concert)
    concert.slot.link_of(GUILD).connected = False
    assert await concert.command(Heal(step="node"), "s1", STAFF) == "Said"
    await until(lambda: ("start", "A") in concert.other.done)


async def test_a_node_that_cannot_be_met_at_the_start_is_replaced(concert: Stage) -> None:
    concert.session.failing = Away("unreachable")
    await concert.slot.take("test")
    await moved(concert)


async def test_a_slot_without_guilds_goes_where_the_fewest_are(concert: Stage) -> None:
    concert.store.saved.clear()
    concert.session.living = ()
    await concert.slot.take("test")
    await until(lambda: concert.connected)
    concert.fleet.moved(None, "node:2333")
    concert.slot.nodes.rebalance()
    await until(lambda: concert.slot.link_of(GUILD).session is concert.other)
    await cleared(concert)


async def test_a_player_is_found_on_whichever_node_it_lives(concert: Stage) -> None:
    concert.store.known_sessions[0, "other:2333"] = "second"
    concert.session.living, concert.other.living = (), (living(),)
    await concert.slot.take("test")
    await until(lambda: ("mark", Mark(1, 3, EPOCH)) in concert.other.done)
    assert ("start", "A") not in concert.session.done


async def test_a_players_double_on_a_second_node_is_destroyed(concert: Stage) -> None:
    concert.store.known_sessions[0, "other:2333"] = "second"
    concert.other.living = (living(),)
    await concert.slot.take("test")
    await until(lambda: len(told(concert.session, "destroy") + told(concert.other, "destroy")) == 1)


async def test_a_held_session_is_asked_and_the_next_track_follows_a_silent_one(concert: Stage) -> None:
    concert.session.held = True
    following = Entry(id=2, rank=2, track=track("B"), requester_id=1)
    saved = playing()
    concert.store.saved[GUILD] = SavedPlayer(saved.state, saved.current, (following,), ())
    await taken(concert)
    mine = replace(living(), epoch=EPOCH)
    concert.session.living = (mine,)
    await asyncio.sleep(0.05)
    assert concert.started == []
    concert.session.living = (replace(mine, entry=None),)
    await until(lambda: concert.started == ["B"])
    await concert.slot.release()


async def test_every_word_to_the_node_carries_entry_revision_and_epoch() -> None:
    stage = Stage()
    await stage.slot.take("test")
    await stage.command(Play(query="A"), "c1")
    await stage.command(Pause(), "c2")
    revisions = [save.state.rev for save, _command in stage.store.log if save is not None]
    assert stage.session.marks == [Mark(1, revisions[-1], EPOCH)]


async def test_what_a_former_owner_tells_the_node_is_set_right(concert: Stage) -> None:
    await taken(concert)
    concert.session.living = (replace(living(), entry=7, rev=9, epoch=EPOCH - 1),)
    concert.fact(TrackStarted(7, concert.now_ms, EPOCH - 1))
    await until(lambda: concert.started == ["A"])


async def test_a_guild_that_is_not_heard_is_compared_with_its_node(concert: Stage) -> None:
    await taken(concert)
    concert.session.living = (replace(living(), paused=True, epoch=EPOCH),)
    concert.slot.actors[0].listen()
    concert.now_ms += UNHEARD_MS
    concert.slot.actors[0].listen()
    await until(lambda: ("paused", False) in concert.session.done)


async def test_sessions_are_mirrored_again_after_redis_was_emptied(concert: Stage) -> None:
    await taken(concert)
    await until(lambda: concert.written.known == {(0, "node:2333"): "old"})
    concert.written.known.clear()
    await concert.slot.link_of(GUILD).mirror()
    assert concert.written.known == {(0, "node:2333"): "old"}


async def test_what_a_former_owner_told_the_node_shows_in_the_next_sweep(concert: Stage) -> None:
    await taken(concert)
    link = concert.slot.link_of(GUILD)
    await until(lambda: not link._unclaimed)
    concert.session.living = (replace(living(), volume=7, epoch=EPOCH - 1),)
    await link.sweep()
    await until(lambda: ("volume", 100) in concert.session.done)


def told(session: Session, what: str) -> list[object]:
    return [detail for kind, detail in session.done if kind == what]


@dataclass
class Guild:
    """A resident as far as its turn to move depends on it."""

    name: str
    listeners: int
    priority: int


def test_guilds_leave_a_node_people_first_then_by_plan() -> None:
    guilds = [Guild("empty premium", 0, 2), Guild("free", 9, 0), Guild("small premium", 1, 2), Guild("premium", 5, 2)]
    turns = sorted(guilds, key=lambda guild: turn_to_move(cast(Resident, guild)))
    assert [guild.name for guild in turns] == ["premium", "small premium", "free", "empty premium"]
