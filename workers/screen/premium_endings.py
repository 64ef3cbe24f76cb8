"""How commands about a guild's plan ended, where a sentence is not enough."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from workers.player.outcomes import Ending


class PlanShown(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan allows; None is unlimited. Prices are in the currency's smallest unit."""

    name: str
    queue_size: int | None
    track_length_s: int | None
    tracks_per_month: int | None
    import_size: int | None
    volume_cap: int
    filters: Literal["two", "presets", "all"]
    autoplay: Literal["none", "similar", "all"]
    always_on: bool
    saved_playlists: int | None
    """Per member."""
    api_per_minute: int | None
    priority: int
    """Who comes first when nodes are full; 0: nobody."""
    prices: dict[str, int] = {}
    """Interval (month, year) -> amount."""
    currency: str = "usd"


class PremiumShown(Ending, tag="premium_shown", frozen=True, kw_only=True):
    """The guild's plan as it counts now; `status` is Stripe's, in capitals."""

    plan: PlanShown
    status: str
    source: Literal["none", "stripe", "grant"]
    ends_at: int | None
    """Seconds since 1970; None: no end."""
    cancels: bool
    lapsed: bool
    """Another plan was paid or given, and counts no more."""


class PlansShown(Ending, tag="plans_shown", frozen=True, kw_only=True):
    """All plans, the least first."""

    plans: tuple[PlanShown, ...]


class UsageShown(Ending, tag="usage_shown", frozen=True, kw_only=True):
    """Tracks that began in this calendar month."""

    plan: str
    tracks: int
    allowed: int | None


class LinkGiven(Ending, tag="link_given", frozen=True, kw_only=True):
    """A page at Stripe for the asking member alone."""

    purpose: Literal["checkout", "portal"]
    url: str
    plan: str = ""


PremiumEnding: TypeAlias = PremiumShown | PlansShown | UsageShown | LinkGiven
