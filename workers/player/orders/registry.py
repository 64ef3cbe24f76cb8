"""Which function carries out which order: each family says it of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from project.wire.orders import Order, Skip, VoteSkip
from workers.player.orders import arranging, listing, play, position, presence, sound, transport, voting
from workers.player.permissions import refusal
from workers.player.turn import OrderTurn

FAMILIES = (play, transport, voting, position, presence, sound, arranging, listing)
ORDERS: dict[type[Order], Callable[[OrderTurn, Any], None]] = {
    order: function for family in FAMILIES for order, function in family.ORDERS.items()
}


def carry_out(turn: OrderTurn) -> None:
    """Do what the command asks, if its actor may."""
    order = turn.command.order
    refused = refusal(turn.command, turn.memory, turn.rules)
    if refused is None:
        ORDERS[type(order)](turn, order)
    elif isinstance(order, Skip) and refused.reason == "not_allowed":
        voting.vote_skip(turn, VoteSkip(entry=order.entry))  # who may not skip alone has a vote
    else:
        turn.reply(refused)
