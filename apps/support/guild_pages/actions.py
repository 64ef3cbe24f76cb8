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
    if may(user, "billing"):
        found += [
            Action("Grant a plan", reverse("admin:subscription_grant", args=[guild_id])),
            Action("Cancel subscription", reverse("admin:subscription_cancel", args=[guild_id]), danger=True),
            Action("Subscription & refunds", reverse("admin:billing_subscription_change", args=[guild_id])),
        ]
    if may(user, "admin"):
        found.append(action("Erase a member's data", "erase", danger=True))
    return found
