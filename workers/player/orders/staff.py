"""What only staff order: have a guild heard again, or played elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from project.wire.orders import Order
from project.wire.staff import HEAL_STEPS, ChangeNode, Heal, HealStep
from workers.player.effects import ConnectVoice, MoveNode
from workers.player.events.voice import leave_and_join
from workers.player.memory import Memory
from workers.player.turn import OrderTurn

SAME_TROUBLE_MS = 60_000
"""Staff who try again within this want the next step."""


def heal(turn: OrderTurn, order: Heal) -> None:
    """Credentials again, leave and join, or another node, without the patience that the player has by itself."""
    memory = turn.memory
    if memory.state.voice_channel_id is None:
        turn.refuse("not_connected")
        return
    step = order.step or _next_step(memory, turn.now_ms)
    memory.healed = (step, turn.now_ms)
    if step == "node":
        turn.want(MoveNode(command_id=turn.command.id))
        return
    if step == "voice":
        turn.want(ConnectVoice())
    else:
        leave_and_join(turn)
    turn.say(f"heal.{step}")


def change_node(turn: OrderTurn, order: ChangeNode) -> None:
    """Whether there is such a node is known outside: it is answered from there."""
    if turn.memory.state.voice_channel_id is None:
        turn.refuse("not_connected")
    else:
        turn.want(MoveNode(order.node, turn.command.id))


def _next_step(memory: Memory, now_ms: int) -> HealStep:
    if memory.healed is None or now_ms - memory.healed[1] > SAME_TROUBLE_MS:
        return HEAL_STEPS[0]
    after = HEAL_STEPS.index(memory.healed[0]) + 1
    return HEAL_STEPS[min(after, len(HEAL_STEPS) - 1)]


ORDERS: dict[type[Order], Callable[[OrderTurn, Any], None]] = {Heal: heal, ChangeNode: change_node}
