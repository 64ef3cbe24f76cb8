"""What can be done to a guild, by role: the buttons of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from apps.playback.live import GuildLive
from apps.support.roles import may


@dataclass(frozen=True, slots=True)
class Action:
    """A button: it leads to the page that says what will happen, and asks why."""

    words: str
    address: str
    danger: bool = False


def actions_of(user: Any, guild_id: int, live: GuildLive, *, is_blocked: bool) -> Sequence[Action]:
    """All that this user may do."""

    def action(words: str, name: str, *, danger: bool = False) -> Action:
        return Action(words, reverse(f"admin:guild_{name}", args=[guild_id]), danger)

    found = [
        action("Skip", "skip"),
        action("Resume", "resume") if live.paused or live.stopped_by else action("Pause", "pause"),
        action("Heal", "heal"),
        action("Move to node", "move"),
        action("Clear queue", "clear", danger=True),
        action("Stop", "stop", danger=True),
        action("Unblock", "unblock") if is_blocked else action("Block guild", "block", danger=True),
    ]
    return found if may(user, "support") else []
