"""Where in its track the node is: it counts what was played, which at another speed is not what has passed (TRAPS 11).

Between two starts or seeks the two clocks differ by a line through `Memory.anchor`; the speed is its slope.
"""

from __future__ import annotations

from typing import Any

from workers.player.filters import speed
from workers.player.memory import Memory


def begin_at(memory: Memory, position_ms: int, at_ms: int) -> None:
    """The track starts, or was sought, at a position: there both clocks agree."""
    memory.set_clock(position_ms, at_ms)
    memory.anchor = (position_ms, position_ms)


def position_of_track(memory: Memory, node_ms: int) -> int:
    """The place in the track that the node's position means."""
    node, ours = memory.anchor or (0, 0)
    return max(0, round(ours + (node_ms - node) * speed(memory.state.filters)))


def change_filters(memory: Memory, filters: dict[str, Any], now_ms: int) -> None:
    """From now on it sounds so; what has passed until now did so at the old speed."""
    before = speed(memory.state.filters)
    if speed(filters) != before:
        node, ours = memory.anchor or (0, 0)
        position = memory.position_ms(now_ms)
        memory.set_clock(position, now_ms)
        memory.anchor = (round(node + (position - ours) / before), position)
    memory.set_state(filters=filters)


def left_ms(memory: Memory, now_ms: int) -> int:
    """How long the current entry will still be heard if nothing is changed."""
    length = memory.current.track.length_ms if memory.current is not None else 0
    return round(max(0, length - memory.position_ms(now_ms)) / speed(memory.state.filters))
