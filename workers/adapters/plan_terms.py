"""From the rows of a guild's subscription, plan and usage to the limits that its player obeys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from apps.billing.entitlements import FREE, FREE_PRESETS, Autoplay, Filters, PlanLimits, Tier, entitled
from workers.player.limits import Limits

PRESETS = {Filters.TWO: FREE_PRESETS, Filters.PRESETS: None, Filters.ALL: None}
AT_A_TIME = {Filters.TWO: 1, Filters.PRESETS: 1, Filters.ALL: None}
AUTOPLAY: Mapping[Autoplay, frozenset[str]] = {
    Autoplay.NONE: frozenset(),
    Autoplay.SIMILAR: frozenset({"similar"}),
    Autoplay.ALL: Limits().autoplay_modes,
}


def limits_of(plan: PlanLimits | Mapping[str, Any], tracks_used: int = 0) -> Limits:
    """The player's part of a plan, given as our constant or as a row of `plans`."""
    row = {name: getattr(plan, name) for name in plan.__slots__} if isinstance(plan, PlanLimits) else plan
    filters, length_s = Filters(row["filters"]), row["track_length_s"]
    return Limits(
        plan=row["name"],
        queue_size=row["queue_size"],
        track_length_ms=None if length_s is None else length_s * 1_000,
        import_size=row["import_size"],
        volume_cap=row["volume_cap"],
        filter_presets=AT_A_TIME[filters],
        presets=PRESETS[filters],
        fine_tuning=filters is Filters.ALL,
        autoplay_modes=AUTOPLAY[Autoplay(row["autoplay"])],
        tracks_per_month=row["tracks_per_month"],
        tracks_used=tracks_used,
        always_on=row["always_on"],
        priority=row["priority"],
    )


FREE_LIMITS = limits_of(FREE)
"""What a guild has whose plan is not known."""


def limits_now(
    subscription: tuple[str, str, datetime | None, datetime | None, str] | None,
    plan: Mapping[str, Any] | None,
    free: Mapping[str, Any] | None,
    tracks_used: int,
) -> Limits:
    """The limits by what the guild is entitled to now: tier, status, end of period, past due since and source."""
    worth = Tier.FREE
    if subscription is not None:
        tier, status, period_end, past_due_since, source = subscription
        worth = entitled(Tier(tier), status, period_end, past_due_since, datetime.now(UTC), source=source)
    row = plan if worth is not Tier.FREE else free
    return limits_of(row if row is not None else FREE, tracks_used)
