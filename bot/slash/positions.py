"""Reads what members write for a moment in a track and for places in the track queue."""

from __future__ import annotations

import re

from bot.sentences import NOT_A_RANGE, NOT_A_TIME
from bot.slash.options import Refused

LAST_POSITION = 100_000
"""No queue is longer; a longer number is a slip of the keys."""
LONGEST_SECONDS = 24 * 3600

_CLOCK = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,4}):)?(\d{1,5})", re.ASCII)
_RANGE = re.compile(r"(\d{1,6})(?:\s*(?:-|–|\.\.)\s*(\d{1,6}))?", re.ASCII)


def moment(typed: str) -> tuple[int | None, int | None]:
    """Absolute and relative milliseconds, exactly one of them: `1:23`, `83`, `+30`, `-15`; raises Refused."""
    text = typed.strip().replace("−", "-")
    relative = text[:1] in ("+", "-")
    milliseconds = _clock_ms(text[1:].strip() if relative else text)
    if not relative:
        return milliseconds, None
    return None, -milliseconds if text[0] == "-" else milliseconds


def places(typed: str) -> tuple[int, int]:
    """First and last position of `4` or `3-7`, in rising order; raises Refused."""
    match = _RANGE.fullmatch(typed.strip())
    if match is None:
        raise Refused(NOT_A_RANGE)
    first = int(match[1])
    last = int(match[2] or first)
    if not (1 <= first <= LAST_POSITION and 1 <= last <= LAST_POSITION):
        raise Refused(NOT_A_RANGE)
    return min(first, last), max(first, last)


def _clock_ms(text: str) -> int:
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise Refused(NOT_A_TIME)
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    clock_like = (match[2] is None or seconds < 60) and (match[1] is None or minutes < 60)
    total = (hours * 60 + minutes) * 60 + seconds
    if not clock_like or total > LONGEST_SECONDS:
        raise Refused(NOT_A_TIME)
    return total * 1000
