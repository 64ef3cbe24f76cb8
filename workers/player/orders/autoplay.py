"""Whether and how music goes on by itself when the queue has run out."""

from __future__ import annotations

from project.wire.orders import SetAutoplay
from workers.player.autoplay import MODES, follows
from workers.player.turn import OrderTurn


def set_autoplay(turn: OrderTurn, order: SetAutoplay) -> None:
    """One of the modes that the plan has. Where the queue has run out already, it goes on from what was played last."""
    memory = turn.memory
    offered = [mode for mode in MODES if mode == "off" or mode in turn.limits.autoplay_modes]
    mode = order.mode or _following(offered, memory.state.autoplay)
    if len(offered) == 1 and order.mode != "off":
        turn.deny("autoplay.not_in_plan", plan=turn.limits.plan)
    elif mode not in offered:
        turn.deny("autoplay.mode_not_in_plan", known=", ".join(offered), plan=turn.limits.plan)
    else:
        memory.set_state(autoplay=mode)
        _go_on(turn, mode)


def _go_on(turn: OrderTurn, mode: str) -> None:
    memory = turn.memory
    if memory.current is None and memory.played and memory.state.follow_up is None:
        memory.set_state(follow_up=memory.played[-1].id)  # settled when the turn ends
    if follows(turn):
        turn.say("autoplay.begun", mode=mode, title=memory.played[-1].track.title)
    else:
        turn.say(f"autoplay.{mode}")


def _following(offered: list[str], mode: str) -> str:
    index = offered.index(mode) if mode in offered else -1
    return offered[(index + 1) % len(offered)]


ORDERS = {SetAutoplay: set_autoplay}
