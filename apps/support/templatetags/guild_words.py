"""Words for what the guild pages show: durations, ages, sizes, and links that are safe to follow."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils import timezone

register = template.Library()

_STOPPED = {
    "left": "Was sent out of voice; the queue is kept",
    "kicked": "Was thrown out of voice; the queue is kept",
    "channel_deleted": "The voice channel was deleted; the queue is kept",
    "failures": "Stopped: several tracks failed in a row",
    "join_refused": "Stopped: Discord let it not into the voice channel",
    "voice_lost": "Stopped: the voice connection was lost for good",
    "empty": "Left an empty channel; the queue is kept",
    "month_used_up": "Stopped: the plan's tracks of this month are used up; the queue is kept",
    "blocked": "Stopped: support has blocked the guild; the queue is kept",
}
"""Player.stopped_by -> words."""


@register.filter
def clock(ms: int | None) -> str:
    """A length or position as players show it: 3:05, 1:02:03."""
    if ms is None:
        return "–"
    hours, rest = divmod(max(0, ms) // 1_000, 3_600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@register.filter
def latency(ms: int | None) -> str:
    """How long a command took."""
    if ms is None:
        return "–"
    return f"{ms} ms" if ms < 10_000 else f"{ms / 1_000:.1f} s"


@register.filter
def age_of(at_ms: int | None) -> str:
    """How long ago a moment was (ms since 1970)."""
    if at_ms is None:
        return "never"
    return _span(time.time() - at_ms / 1_000)


@register.filter
def ago(moment: Any) -> str:
    """How long ago a moment was."""
    return "–" if moment is None else _span((timezone.now() - moment).total_seconds())


@register.filter
def share(value: float | None) -> str:
    """0.5 as 50 %."""
    return "–" if value is None else f"{value * 100:.0f} %"


@register.filter
def mebibytes(value: int | None) -> str:
    """A size in MiB."""
    return "–" if value is None else f"{value / 2**20:.0f} MiB"


@register.filter
def shown(value: Any) -> Any:
    """A dash for what is not known; 0 stays 0."""
    return "–" if value is None or value == "" else value


@register.filter
def limit(value: int | None) -> str:
    """A plan's limit; none means unlimited."""
    return "unlimited" if value is None else f"{value:,}"


@register.filter
def web_address(uri: str | None) -> str:
    """The address where it is one of the web's; a track may claim any other, and a click would run it."""
    try:
        return uri if uri and urlsplit(uri).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


@register.filter
def stopped(reason: str | None) -> str:
    """Why nothing plays."""
    return _STOPPED.get(reason or "", f"Stopped: {reason}")


def _span(seconds: float) -> str:
    seconds = max(0, int(seconds))
    if seconds < 60:
        return f"{seconds} s ago"
    if seconds < 3_600:
        return f"{seconds // 60} min ago"
    return f"{seconds // 3_600} h ago" if seconds < 172_800 else f"{seconds // 86_400} days ago"
