"""Support has a guild heard again, moves it, or blocks it."""

from __future__ import annotations

from typing import Literal

import pytest

from project.wire.messages import Actor, Order, Pause, Play, Resume, ShowQueue, Skip, Stop
from project.wire.staff import ChangeNode, Heal, HealStep
from tests.workers.player.cast import ALICE, LOUNGE, TOKEN, Stage, all_of, kinds, only, saved, song
from workers.player.announcements import PlaybackStopped
from workers.player.effects import Announce, MoveNode, MoveTo, Reply
from workers.player.facts import Woken
from workers.player.limits import GuildRules
from workers.player.outcomes import Denied, Refused, Said, Skipped

STAFF = Actor(kind="staff", user_id=0, name="Support")


@pytest.fixture
def blocked(concert: Stage) -> Stage:
    """Support blocks the guild while One plays, and the player has heard of it."""
    concert.rules = GuildRules(blocked=True)
    concert.handle(Woken("empty", concert.now_ms))
    return concert


def said(conclusion: object) -> str:
    assert isinstance(conclusion, Said)
    return conclusion.key


@pytest.mark.parametrize(
    ("step", "does"), [("voice", ["ConnectVoice"]), ("rejoin", ["Save", "MoveTo", "MoveTo"]), ("node", ["MoveNode"])]
)
def test_each_step_of_healing_can_be_had(concert: Stage, step: HealStep, does: list[str]) -> None:
    assert [kind for kind in kinds(concert.order(Heal(step=step), STAFF)) if kind != "Reply"] == does


def test_healing_reaches_further_each_time_and_begins_anew_after_a_while(concert: Stage) -> None:
    def tried() -> str:
        effects = concert.order(Heal(), STAFF)
        return "node" if all_of(effects, MoveNode) else said(only(effects, Reply).conclusion)

    assert [tried() for _ in range(4)] == ["heal.voice", "heal.rejoin", "node", "node"]
    concert.wait(60_001)
    assert tried() == "heal.voice"


def test_staff_may_rejoin_more_often_than_the_player_would_by_itself(concert: Stage) -> None:
    for _ in range(6):
        assert said(concert.ask(Heal(step="rejoin"), STAFF)) == "heal.rejoin"
    assert concert.player.playing


def test_a_move_names_the_node_and_is_answered_from_outside(concert: Stage) -> None:
    effects = concert.order(ChangeNode(node="b:2333"), STAFF)
    assert kinds(effects) == ["MoveNode"]
    assert only(effects, MoveNode).node == "b:2333"


@pytest.mark.parametrize("order", [Heal(), ChangeNode()])
def test_without_a_channel_there_is_nothing_to_heal_or_move(stage: Stage, order: Order) -> None:
    assert stage.refusal(order, STAFF) == "not_connected"


@pytest.mark.parametrize("actor", [ALICE, TOKEN])
@pytest.mark.parametrize("order", [Heal(), ChangeNode()])
def test_only_staff_heal_and_move(concert: Stage, actor: Actor, order: Order) -> None:
    assert concert.refusal(order, actor) == "not_allowed"


def test_staff_pass_the_guilds_rules_and_are_answered_in_their_language(concert: Stage) -> None:
    concert.rules = GuildRules(dj_role_id=77, dj_only=True, locale="es")
    effects = concert.order(Skip(entry=concert.current_id), STAFF)
    reply = only(effects, Reply)
    assert isinstance(reply.conclusion, Skipped)
    assert reply.locale == "en-US"


def test_a_blocked_guild_falls_silent_is_left_and_told_so(concert: Stage) -> None:
    concert.rules = GuildRules(blocked=True)
    effects = concert.handle(Woken("empty", concert.now_ms))
    assert only(effects, MoveTo).channel_id is None
    assert only(effects, Announce).notice == PlaybackStopped(cause="blocked", kept=3)
    assert saved(effects).state.stopped_by == "blocked"


@pytest.mark.parametrize("order", [Play(query="x"), Resume(), Pause(), Stop(), ShowQueue()])
@pytest.mark.parametrize("actor", [ALICE, TOKEN])
def test_nobody_is_obeyed_in_a_blocked_guild(blocked: Stage, order: Order, actor: Actor) -> None:
    conclusion = blocked.ask(order, actor)
    assert isinstance(conclusion, Denied)
    assert conclusion.key == "guild.blocked"
    assert conclusion.values == {}


def test_staff_are_obeyed_in_a_blocked_guild(blocked: Stage) -> None:
    assert not isinstance(blocked.ask(Stop(), STAFF), Denied | Refused)
    assert blocked.titles == []


def test_what_was_being_searched_when_the_block_came_does_not_play(concert: Stage) -> None:
    searched = concert.reserve()
    concert.rules = GuildRules(blocked=True)
    concert.handle(Woken("empty", concert.now_ms))
    assert "StartTrack" not in kinds(concert.found(searched, song("Late")))


def test_after_the_block_a_resume_brings_back_what_was_kept(blocked: Stage) -> None:
    blocked.rules = GuildRules()
    effects = blocked.order(Resume())
    assert only(effects, MoveTo).channel_id == LOUNGE
    assert blocked.current_title == "One"
    assert blocked.titles == ["Two", "Three"]


Kind = Literal["staff", "system"]


@pytest.mark.parametrize("kind", ["staff", "system"])
def test_what_the_system_orders_is_done_in_a_blocked_guild_as_well(blocked: Stage, kind: Kind) -> None:
    assert not isinstance(blocked.ask(Stop(), Actor(kind=kind, user_id=0)), Denied)
