"""Custom ids of buttons: stateless, so that a button works after any restart and names what it means.

`segue:<action>:<guild>[:<entry>]`, at most 100 characters (Discord's limit).
"""

from __future__ import annotations

from collections.abc import Callable

from bot.sentences import FOREIGN_BUTTON, UNKNOWN_BUTTON
from bot.slash.options import Refused
from project.wire.messages import Order, Pause, Resume, ShowQueue, Skip, Stop

PREFIX = "segue"


def _no_target(make: Callable[[], Order]) -> Callable[[int | None], Order]:
    return lambda _target: make()


_ACTIONS: dict[str, Callable[[int | None], Order]] = {
    "pause": _no_target(Pause),
    "resume": _no_target(Resume),
    "skip": lambda entry: Skip(entry=entry),
    "stop": _no_target(Stop),
    "queue": lambda page: ShowQueue(page=max(1, page or 1)),
}


def custom_id(action: str, guild_id: int, target: int | None = None) -> str:
    """The id of a button; raises ValueError for an action that nobody would understand."""
    if action not in _ACTIONS:
        raise ValueError(f"no button does {action!r}")
    return ":".join((PREFIX, action, str(guild_id), *(() if target is None else (str(target),))))


def order_of(custom: str, guild_id: int) -> Order:
    """The order a pressed button means in the guild where it was pressed; raises Refused."""
    prefix, *parts = custom.split(":")
    if prefix != PREFIX or len(parts) not in (2, 3) or not all(part.isdecimal() for part in parts[1:]):
        raise Refused(UNKNOWN_BUTTON)
    if int(parts[1]) != guild_id:
        raise Refused(FOREIGN_BUTTON)
    make = _ACTIONS.get(parts[0])
    if make is None:
        raise Refused(UNKNOWN_BUTTON)
    return make(int(parts[2]) if len(parts) == 3 else None)
