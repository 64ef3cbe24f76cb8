"""Equalizer, speed and pitch: how it sounds beyond the presets. Set while nothing plays, they count for what comes."""

from __future__ import annotations

from typing import Any

from project.wire.tuning import BANDS, SetEqualizer, SetPitch, SetSpeed
from workers.player import filters
from workers.player.effects import SetFilters
from workers.player.position import change_filters
from workers.player.turn import OrderTurn

GAINS = (-25, 100)
"""Per cent; Lavalink takes -0.25 to 1.0."""
FACTORS = (50, 200)
"""Per cent of speed and pitch; beyond that nobody recognises a song."""


def retune(turn: OrderTurn, wanted: dict[str, Any]) -> None:
    """Have it sound so from now on."""
    memory = turn.memory
    if wanted == memory.state.filters:
        return
    change_filters(memory, wanted, turn.now_ms)
    if memory.on_air:
        turn.want(SetFilters(filters.lavalink_filters(wanted)))


def set_equalizer(turn: OrderTurn, order: SetEqualizer) -> None:
    """One band; what the presets do to it is added."""
    low, high = GAINS
    if not 1 <= order.band <= len(BANDS) or not low <= order.gain <= high:
        turn.deny("equalizer.range", bands=len(BANDS), low=low, high=high)
    elif turn.limits.fine_tuning or order.gain == 0:
        retune(turn, filters.with_band(turn.memory.state.filters, order.band, order.gain))
        turn.say("equalizer.set", band=order.band, gain=order.gain)
    else:
        turn.deny("tuning.not_in_plan", plan=turn.limits.plan)


def set_speed(turn: OrderTurn, order: SetSpeed) -> None:
    """How fast; the nightcore and vaporwave presets multiply with it."""
    if _may_set(turn, order.percent):
        retune(turn, filters.with_factor(turn.memory.state.filters, "speed", order.percent))
        turn.say("speed.set", level=order.percent)


def set_pitch(turn: OrderTurn, order: SetPitch) -> None:
    """How high; the same."""
    if _may_set(turn, order.percent):
        retune(turn, filters.with_factor(turn.memory.state.filters, "pitch", order.percent))
        turn.say("pitch.set", level=order.percent)


def _may_set(turn: OrderTurn, percent: int) -> bool:
    """A plan that has no fine tuning still lets what is set be put back."""
    low, high = FACTORS
    if not low <= percent <= high:
        turn.deny("factor.range", low=low, high=high)
    elif not turn.limits.fine_tuning and percent != 100:
        turn.deny("tuning.not_in_plan", plan=turn.limits.plan)
    else:
        return True
    return False


ORDERS = {SetEqualizer: set_equalizer, SetSpeed: set_speed, SetPitch: set_pitch}
