"""Which function carries out which order: each family says it of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from project.wire.orders import Jump, Order, Play, Previous, Resume, Skip, VoteSkip
from workers.player.blocking import refuses
from workers.player.orders import (
    arranging,
    autoplay,
    fairness,
    forgetting,
    listing,
    lyrics,
    play,
    position,
    presence,
    sound,
    staff,
    transport,
    tuning,
    voting,
)
from workers.player.permissions import refusal
from workers.player.turn import OrderTurn

FAMILIES = (
    play,
    transport,
    voting,
    position,
    presence,
    sound,
    tuning,
    autoplay,
    fairness,
    arranging,
    forgetting,
    listing,
    lyrics,
    staff,
)
ORDERS: dict[type[Order], Callable[[OrderTurn, Any], None]] = {
    order: function for family in FAMILIES for order, function in family.ORDERS.items()
}


BEGINNERS = (Play, Jump, Previous)
"""Orders of which a track begins, at once or later."""


def carry_out(turn: OrderTurn) -> None:
    """Do what the command asks, if its actor and the guild's plan may."""
    order, limits = turn.command.order, turn.limits
    if refuses(turn.rules, turn.actor):
        turn.deny("guild.blocked")
        return
    refused = refusal(turn.command, turn.memory, turn.rules)
    if refused is None and limits.month_used_up and _begins(turn, order):
        turn.deny("plan.month_used_up", limit=limits.tracks_per_month or 0, plan=limits.plan)
    elif refused is None:
        ORDERS[type(order)](turn, order)
    elif isinstance(order, Skip) and refused.reason == "not_allowed":
        voting.vote_skip(turn, VoteSkip(entry=order.entry))  # who may not skip alone has a vote
    else:
        turn.reply(refused)


def _begins(turn: OrderTurn, order: Order) -> bool:
    memory = turn.memory
    return isinstance(order, BEGINNERS) or (
        isinstance(order, Resume) and memory.state.stopped_by is not None and memory.current is None
    )
