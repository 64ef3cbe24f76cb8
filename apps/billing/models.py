"""Plans and prices as staff edit them, one subscription per guild, what it used this month, and who changed what."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models.functions import Now

from apps.billing.announcement import announce_plans
from apps.billing.entitlements import STATUSES, Autoplay, Filters, Interval, Tier


def _choices(kind: type[Tier] | type[Filters] | type[Autoplay] | type[Interval]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in kind]


class Plan(models.Model):
    """What a tier allows; null means unlimited. Audio workers read it by hand: workers/adapters/guild_terms.py."""

    tier = models.TextField(primary_key=True, choices=_choices(Tier))
    name = models.TextField()
    queue_size = models.IntegerField(null=True, blank=True)
    track_length_s = models.IntegerField(null=True, blank=True)
    tracks_per_month = models.IntegerField(null=True, blank=True)
    import_size = models.IntegerField(null=True, blank=True)
    volume_cap = models.SmallIntegerField()
    filters = models.TextField(choices=_choices(Filters))
    autoplay = models.TextField(choices=_choices(Autoplay))
    always_on = models.BooleanField()
    saved_playlists = models.IntegerField(null=True, blank=True)
    api_per_minute = models.IntegerField(null=True, blank=True)
    priority = models.SmallIntegerField()
    """Higher goes first when nodes are full; also orders the plans."""
    stripe_product_id = models.TextField(null=True, blank=True, editable=False)

    class Meta:
        db_table = "plans"
        ordering = ["priority"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        """Every process reads plans anew once an edit is committed."""
        super().save(*args, **options)
        transaction.on_commit(announce_plans)


class PlanPrice(models.Model):
    """What a plan costs; an amount stays as it was sold, a new one is a new row (PostgreSQL holds to it, 0003)."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="prices")
    interval = models.TextField(choices=_choices(Interval))
    amount = models.IntegerField()
    """In the currency's smallest unit, as at Stripe."""
    currency = models.TextField(default="usd")
    active = models.BooleanField(default=True)
    stripe_price_id = models.TextField(null=True, blank=True, unique=True, editable=False)

    class Meta:
        db_table = "plan_prices"
        verbose_name = "price"
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "interval"], condition=models.Q(active=True), name="one_active_price_per_interval"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.amount / 100:.2f} {self.currency} per {self.interval}"


class Subscription(models.Model):
    """One row per guild from the moment the bot joins.

    `tier`, `status` and "currentPeriodEnd" are in force. They follow from what Stripe said last (`stripe…`) and from
    what was granted (`grant…`); whoever writes them by hand (the runbook's emergency path) makes a grant, see the
    trigger in migration 0002. Every column has a database default, and names are as operators know them.
    """

    guild_id = models.BigIntegerField(primary_key=True, db_column="guildId")
    tier = models.TextField(default="FREE", db_default="FREE", choices=_choices(Tier))
    status = models.TextField(default="ACTIVE", db_default="ACTIVE", choices=[(one, one) for one in STATUSES])
    period_end = models.DateTimeField(null=True, db_column="currentPeriodEnd")
    past_due_since = models.DateTimeField(null=True, db_column="pastDueSince")
    cancel_at_period_end = models.BooleanField(default=False, db_default=False, db_column="cancelAtPeriodEnd")
    source = models.TextField(default="none", db_default="none")
    """Whom the columns in force follow: none, stripe or grant."""

    stripe_subscription_id = models.TextField(null=True, unique=True, db_column="stripeSubscriptionId")
    stripe_customer_id = models.TextField(null=True, db_index=True, db_column="stripeCustomerId")
    stripe_tier = models.TextField(null=True, db_column="stripeTier")
    stripe_status = models.TextField(null=True, db_column="stripeStatus")
    stripe_period_end = models.DateTimeField(null=True, db_column="stripePeriodEnd")
    synced_at = models.DateTimeField(null=True, db_column="syncedAt")

    grant_tier = models.TextField(null=True, db_column="grantTier")
    grant_until = models.DateTimeField(null=True, db_column="grantUntil")
    """Null with a tier: without end."""
    grant_alone = models.BooleanField(default=False, db_default=False, db_column="grantAlone")
    """It holds even where Stripe's tier is higher: somebody set the guild back by hand."""

    created_at = models.DateTimeField(db_default=Now(), db_column="createdAt")
    updated_at = models.DateTimeField(db_default=Now(), db_column="updatedAt")
    """Kept by the trigger."""

    class Meta:
        db_table = "subscriptions"

    def __str__(self) -> str:
        return f"{self.tier} of guild {self.guild_id}"


class Usage(models.Model):
    """Tracks that began in a guild in a calendar month (UTC); audio workers count in the statement that saves."""

    guild_id = models.BigIntegerField()
    month = models.DateField()
    """Its first day."""
    tracks = models.IntegerField(default=0, db_default=0)

    class Meta:
        db_table = "usage"
        verbose_name_plural = "usage"
        constraints = [models.UniqueConstraint(fields=["guild_id", "month"], name="one_count_per_month")]

    def __str__(self) -> str:
        return f"{self.tracks} tracks of guild {self.guild_id} in {self.month:%Y-%m}"


class BillingEvent(models.Model):
    """Audit trail: every change of a subscription, a plan or a grant, with who and why."""

    guild_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())
    actor = models.TextField()
    """`stripe`, `beat`, `sql:<role>`, `member:<id>`, `staff:<name>`."""
    action = models.TextField()
    reason = models.TextField(default="", db_default="")
    before = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    after = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))

    class Meta:
        db_table = "billing_events"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at"], name="billing_events_recent"),
            models.Index(fields=["guild_id", "-at"], name="billing_events_guild"),
            # Staff are rare among what Stripe does.
            models.Index(fields=["-at"], name="billing_events_staff", condition=models.Q(actor__startswith="staff:")),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor}"


class PayerCustomer(models.Model):
    """One Stripe customer per Discord user who pays, for however many guilds."""

    user_id = models.BigIntegerField(primary_key=True)
    stripe_customer_id = models.TextField(unique=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "payer_customers"

    def __str__(self) -> str:
        return f"customer of user {self.user_id}"
