"""How it sounds: volume and filters. Set while nothing plays, they count for what comes."""

from __future__ import annotations

from project.wire.messages import SetFilters, SetVolume
from workers.player import effects, filters
from workers.player.orders.tuning import retune
from workers.player.turn import OrderTurn


def set_volume(turn: OrderTurn, order: SetVolume) -> None:
    """A level, or a step that ends at what is possible."""
    cap, now = turn.limits.volume_cap, turn.memory.state.volume
    if (order.level is None) == (order.by is None):
        turn.deny("volume.unclear", cap=cap)
    elif order.level is not None:
        if 0 <= order.level <= cap:
            _change_volume(turn, order.level)
        else:
            _deny_level(turn)
    elif order.by is not None:
        level = min(max(0, now + order.by), cap)
        if level != now:
            _change_volume(turn, level)
        elif order.by > 0:
            _deny_louder(turn)
        else:
            turn.deny("volume.lowest")


def _deny_level(turn: OrderTurn) -> None:
    limits = turn.limits
    if limits.louder_plans:
        turn.deny("volume.cap.plan", cap=limits.volume_cap, plan=limits.plan)
    else:
        turn.deny("volume.cap", cap=limits.volume_cap)


def _deny_louder(turn: OrderTurn) -> None:
    limits = turn.limits
    if limits.louder_plans:
        turn.deny("volume.highest.plan", cap=limits.volume_cap, plan=limits.plan)
    else:
        turn.deny("volume.highest", cap=limits.volume_cap)


def _change_volume(turn: OrderTurn, level: int) -> None:
    memory = turn.memory
    if level != memory.state.volume:
        memory.set_state(volume=level)
        if memory.on_air:
            turn.want(effects.SetVolume(level))
    turn.say("volume.set", level=level)


def set_filters(turn: OrderTurn, order: SetFilters) -> None:
    """Switch one preset beside those that are on, or all of them off.

    Who picks more than the plan has room for gets the new one instead of the oldest; who says `on` (a program that
    wants a certain set) hears that it does not fit.
    """
    preset, active = order.preset, filters.active(turn.memory.state.filters)
    is_on = preset in active
    wanted = not is_on if order.on is None else order.on
    limit, offered = turn.limits.filter_presets, turn.limits.presets
    if preset == filters.OFF:
        retune(turn, {})
        turn.say("filters.none")
    elif preset not in filters.PRESETS:
        turn.deny("filter.unknown", filter=preset, known=", ".join((*filters.PRESETS, filters.OFF)))
    elif wanted == is_on:
        _change_filters(turn, active)
    elif not wanted:
        _change_filters(turn, tuple(name for name in active if name != preset))
    elif offered is not None and preset not in offered:
        turn.deny("filter.not_in_plan", filter=preset, known=", ".join(sorted(offered)), plan=turn.limits.plan)
    elif limit is None or len(active) < limit:
        _change_filters(turn, (*active, preset))
    elif order.on or not limit:
        turn.deny("filter.too_many", n=limit, plan=turn.limits.plan)
    else:
        _replace_filters(turn, (*active, preset), limit)


def _change_filters(turn: OrderTurn, presets: tuple[str, ...]) -> None:
    retune(turn, filters.with_presets(turn.memory.state.filters, presets))
    if presets:
        turn.say("filters.set", filters=", ".join(presets))
    else:
        turn.say("filters.none")


def _replace_filters(turn: OrderTurn, presets: tuple[str, ...], limit: int) -> None:
    kept = filters.latest(presets, limit)
    retune(turn, filters.with_presets(turn.memory.state.filters, kept))
    turn.say(
        "filters.replaced",
        filters=", ".join(kept),
        replaced=", ".join(presets[: len(presets) - limit]),
        n=limit,
        plan=turn.limits.plan,
    )


ORDERS = {SetVolume: set_volume, SetFilters: set_filters}
