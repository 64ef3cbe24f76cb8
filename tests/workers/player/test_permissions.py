"""Who may do what: the bot's channel, managers, DJ rules and their exceptions."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from project.wire.messages import Actor, Join, Leave, Order, Pause, Play, Resume, ShowQueue, Skip, Stop
from tests.workers.player.cast import ALICE, BOB, CHARLIE, DJ_ROLE, DORA, LOUNGE, TOKEN, Stage, kinds
from workers.player.limits import GuildRules
from workers.player.outcomes import Refused

CONTROLS: list[Order] = [Pause(), Resume(), Skip(), Stop(), Leave(), Join(), Play(query="x")]


@pytest.mark.parametrize("order", CONTROLS, ids=lambda order: type(order).__name__)
def test_control_is_for_members_in_the_bots_channel(concert: Stage, order: Order) -> None:
    assert concert.ask(order, DORA) == Refused(reason="not_in_voice")
    assert concert.ask(order, CHARLIE) == Refused(reason="other_channel", detail=f"<#{LOUNGE}>")


@pytest.mark.parametrize(
    "actor",
    [replace(DORA, permissions=1 << 3), replace(CHARLIE, permissions=1 << 5), TOKEN, replace(TOKEN, kind="staff")],
    ids=["administrator", "manager", "token", "staff"],
)
def test_the_trusted_may_from_anywhere(concert: Stage, actor: Actor) -> None:
    concert.rules = GuildRules(dj_role_id=DJ_ROLE, dj_only=True)
    assert "SetPaused" in kinds(concert.order(Pause(), actor))


def test_even_a_manager_must_be_somewhere_to_be_joined(stage: Stage) -> None:
    manager = replace(DORA, permissions=1 << 5)
    assert stage.refusal(Play(query="x"), manager) == stage.refusal(Join(), manager) == "not_in_voice"


@pytest.mark.parametrize("order", [Pause(), Stop(), Leave(), Play(query="x", position="now")])
def test_with_a_dj_role_controls_need_it(concert: Stage, order: Order) -> None:
    concert.rules = GuildRules(dj_role_id=DJ_ROLE)
    assert concert.ask(order, BOB) == Refused(reason="not_allowed", detail=f"<@&{DJ_ROLE}>")
    assert "Refused" not in str(concert.order(order, ALICE))


def test_adding_to_the_end_needs_no_role_unless_djs_alone_decide(concert: Stage) -> None:
    concert.rules = GuildRules(dj_role_id=DJ_ROLE)
    assert kinds(concert.order(Play(query="x"), BOB)) == ["Search"]
    concert.rules = GuildRules(dj_role_id=DJ_ROLE, dj_only=True)
    assert concert.refusal(Play(query="x"), BOB) == "not_allowed"


def test_alone_with_the_bot_everybody_is_dj(concert: Stage) -> None:
    concert.rules = GuildRules(dj_only=True)
    assert concert.refusal(Stop(), BOB) == "not_allowed"
    concert.arrive(listeners=1)
    assert "MoveTo" in kinds(concert.order(Stop(), BOB))


def test_the_requester_may_skip_and_pause_what_they_asked_for(stage: Stage) -> None:
    stage.play("Bobs", actor=BOB)
    stage.arrive(listeners=2)
    stage.rules = GuildRules(dj_role_id=DJ_ROLE)
    assert stage.refusal(Stop(), BOB) == "not_allowed"
    assert "SetPaused" in kinds(stage.order(Pause(), BOB))
    assert "StopTrack" in kinds(stage.order(Skip(), BOB))


def test_everybody_may_look(concert: Stage) -> None:
    concert.rules = GuildRules(dj_role_id=DJ_ROLE, dj_only=True)
    assert concert.ask(ShowQueue(), DORA).error is False
