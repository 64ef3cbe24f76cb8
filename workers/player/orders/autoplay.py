"""Whether and how music goes on by itself when the queue has run out."""

from __future__ import annotations

from project.wire.orders import SetAutoplay
from workers.player.autoplay import MODES
from workers.player.turn import OrderTurn


def set_autoplay(turn: OrderTurn, order: SetAutoplay) -> None:
    """One of the modes that the plan has. What is silent already stays silent until something was played again."""
    memory = turn.memory
    offered = [mode for mode in MODES if mode == "off" or mode in turn.limits.autoplay_modes]
    mode = order.mode or _following(offered, memory.state.autoplay)
    if len(offered) == 1 and order.mode != "off":
        turn.deny("autoplay.not_in_plan", plan=turn.limits.plan)
    elif mode not in offered:
        turn.deny("autoplay.mode_not_in_plan", known=", ".join(offered), plan=turn.limits.plan)
    else:
        memory.set_state(autoplay=mode)
        turn.say(f"autoplay.{mode}")


def _following(offered: list[str], mode: str) -> str:
    index = offered.index(mode) if mode in offered else -1
    return offered[(index + 1) % len(offered)]


ORDERS = {SetAutoplay: set_autoplay}
