"""What a guild is entitled to, as pure functions of what is known and the time; nothing here knows of a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

GRACE = timedelta(days=7)
"""How long a payment may be due before the plan ends."""
TRUST = timedelta(days=1)
"""A period that ended longer ago, with no renewal seen, has to be looked up at Stripe."""

STATUSES: Final = (
    "ACTIVE", "TRIALING", "PAST_DUE", "UNPAID", "CANCELED", "INCOMPLETE", "INCOMPLETE_EXPIRED", "PAUSED",
)  # fmt: skip
"""Stripe's, in capitals."""
ENTITLING: Final = frozenset({"ACTIVE", "TRIALING"})


class Tier(StrEnum):
    """Plans, the least first."""

    FREE = "FREE"
    BASIC = "BASIC"
    PREMIUM = "PREMIUM"
    ENTERPRISE = "ENTERPRISE"

    @property
    def rank(self) -> int:
        """0 for FREE."""
        return list(Tier).index(self)


class Filters(StrEnum):
    """Which filters a plan has."""

    TWO = "two"
    """The presets of FREE_PRESETS, one at a time."""
    PRESETS = "presets"
    """All presets, one at a time."""
    ALL = "all"
    """Presets stack; equalizer, speed and pitch."""


class Autoplay(StrEnum):
    """Which autoplay a plan has."""

    NONE = "none"
    SIMILAR = "similar"
    ALL = "all"


class Interval(StrEnum):
    """How often a price is due."""

    MONTH = "month"
    YEAR = "year"


FREE_PRESETS: Final = frozenset({"bassboost", "nightcore"})
"""What Filters.TWO offers."""


@dataclass(frozen=True, slots=True)
class PlanLimits:
    """What a plan allows; None is unlimited."""

    tier: Tier
    name: str
    queue_size: int | None
    track_length_s: int | None
    tracks_per_month: int | None
    import_size: int | None
    volume_cap: int
    filters: Filters
    autoplay: Autoplay
    always_on: bool
    saved_playlists: int | None
    api_per_minute: int | None
    priority: int


H: Final = 3_600
SEEDED: Final = (
    PlanLimits(Tier.FREE, "Free", 50, H, 1_000, 25, 100, Filters.TWO, Autoplay.NONE, False, 3, 10, 0),
    PlanLimits(Tier.BASIC, "Basic", 200, 2 * H, 10_000, 100, 150, Filters.PRESETS, Autoplay.SIMILAR, False, 20, 30, 1),
    PlanLimits(Tier.PREMIUM, "Premium", 1_000, 4 * H, 100_000, 500, 200, Filters.ALL, Autoplay.ALL, True, 100, 100, 2),
    PlanLimits(
        Tier.ENTERPRISE, "Enterprise", None, None, None, None, 200, Filters.ALL, Autoplay.ALL, True, None, None, 3
    ),
)
"""The plans as the first migration writes them (FEATURES §5); from then on the rows count."""
FREE: Final = SEEDED[0]


@dataclass(frozen=True, slots=True)
class AtStripe:
    """What Stripe said last of a guild's subscription."""

    tier: Tier
    status: str
    period_end: datetime | None


@dataclass(frozen=True, slots=True)
class Grant:
    """A tier that somebody gave, until a moment (None: without end); `alone`, it holds even below Stripe's."""

    tier: Tier
    until: datetime | None
    alone: bool = False

    def holds(self, now: datetime) -> bool:
        """Whether it has not ended."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class InForce:
    """What a guild's row says: these three columns are what operators read and write."""

    tier: Tier
    status: str
    period_end: datetime | None
    source: str


def in_force(
    at_stripe: AtStripe | None, grant: Grant | None, past_due_since: datetime | None, now: datetime
) -> InForce:
    """Of what is paid and what is granted, the higher; a grant that is over does not count."""
    nothing = InForce(Tier.FREE, "ACTIVE", None, "none")
    paid = nothing if at_stripe is None else InForce(at_stripe.tier, at_stripe.status, at_stripe.period_end, "stripe")
    if grant is None or not grant.holds(now):
        return paid
    granted = InForce(grant.tier, "ACTIVE", grant.until, "grant")
    worth = entitled(paid.tier, paid.status, paid.period_end, past_due_since, now, source=paid.source)
    return granted if grant.alone or grant.tier.rank >= worth.rank else paid


def entitled(
    tier: Tier,
    status: str,
    period_end: datetime | None,
    past_due_since: datetime | None,
    now: datetime,
    *,
    source: str = "stripe",
) -> Tier:
    """The tier whose limits count now.

    A grant ends with its period. What is paid does not end by the clock alone: a renewal may only not have been heard
    of (see `needs_lookup`), and nobody loses music because Stripe cannot be reached.
    """
    if status == "PAST_DUE":
        return tier if past_due_since is None or now < past_due_since + GRACE else Tier.FREE
    if status not in ENTITLING:
        return Tier.FREE
    if source != "stripe" and period_end is not None and now >= period_end:
        return Tier.FREE
    return tier


def needs_lookup(status: str, period_end: datetime | None, now: datetime) -> bool:
    """A paid period is over and no renewal was seen: ask Stripe."""
    return status in ENTITLING and period_end is not None and now >= period_end + TRUST
