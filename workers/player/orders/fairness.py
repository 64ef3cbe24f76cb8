"""Whether those who asked for music take turns."""

from __future__ import annotations

from project.wire.orders import SetFairQueue
from workers.player.fairness import fair_order
from workers.player.track_queue import rearrange
from workers.player.turn import OrderTurn


def set_fair_queue(turn: OrderTurn, order: SetFairQueue) -> None:
    """Switching it on deals out what waits; switching it off leaves the order as it is."""
    memory = turn.memory
    if order.on and not memory.state.fair_queue:
        rearrange(memory, fair_order(memory))
    memory.set_state(fair_queue=order.on)
    if order.on:
        turn.say("fairqueue.on")
    else:
        turn.say("fairqueue.off")


ORDERS = {SetFairQueue: set_fair_queue}
