"""Which function carries out which order: each family says it of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from project.wire.messages import Order
from workers.player.orders import arranging, listing, play, position, presence, sound, transport
from workers.player.permissions import refusal
from workers.player.turn import OrderTurn

FAMILIES = (play, transport, position, presence, sound, arranging, listing)
ORDERS: dict[type[Order], Callable[[OrderTurn, Any], None]] = {
    order: function for family in FAMILIES for order, function in family.ORDERS.items()
}


def carry_out(turn: OrderTurn) -> None:
    """Do what the command asks, if its actor may."""
    refused = refusal(turn.command, turn.memory, turn.rules)
    if refused is not None:
        turn.reply(refused)
    else:
        ORDERS[type(turn.command.order)](turn, turn.command.order)
