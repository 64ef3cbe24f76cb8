"""Which function carries out which order; a new order is added here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from project.wire.messages import Join, Leave, Order, Pause, Play, Resume, ShowQueue, Skip, Stop
from workers.player.orders.listing import show_queue
from workers.player.orders.play import play
from workers.player.orders.presence import join, leave
from workers.player.orders.transport import pause, resume, skip, stop
from workers.player.permissions import refusal
from workers.player.turn import OrderTurn

ORDERS: dict[type[Order], Callable[[OrderTurn, Any], None]] = {
    Play: play,
    Pause: pause,
    Resume: resume,
    Skip: skip,
    Stop: stop,
    Join: join,
    Leave: leave,
    ShowQueue: show_queue,
}


def carry_out(turn: OrderTurn) -> None:
    """Do what the command asks, if its actor may."""
    refused = refusal(turn.command, turn.memory, turn.rules)
    if refused is not None:
        turn.reply(refused)
    else:
        ORDERS[type(turn.command.order)](turn, turn.command.order)
