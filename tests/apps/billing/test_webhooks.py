"""Webhooks with real signatures: whatever comes how often in whatever order, the guild ends as Stripe has it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from djstripe.models import Event, WebhookEndpoint, WebhookEventTrigger
from djstripe.models import Subscription as Mirrored

from apps.billing.endpoint import ENDPOINT_ID, endpoint_ensure
from apps.billing.entitlements import Tier
from apps.billing.models import BillingEvent, Subscription
from apps.billing.selectors import subscription_get, tier_of
from apps.billing.stripe_client import StripeFailed
from project import settings
from project.api_started import api_started
from tests.apps.billing.conftest import GUILD, SECRET, Mailbox
from tests.apps.billing.stripe_fake import FakeStripe
from workers.background.billing import TRIES, sweep, webhook

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def tier() -> Tier:
    return tier_of(subscription_get(GUILD))


def syncs() -> int:
    return BillingEvent.objects.filter(guild_id=GUILD, action="sync").count()


def test_a_paid_checkout_unlocks_its_guild(mailbox: Mailbox, stripe_fake: FakeStripe) -> None:
    stripe_fake.subscription(GUILD)
    mailbox.deliver("checkout.session.completed", stripe_fake.session(GUILD))
    row = subscription_get(GUILD)
    assert (row.tier, row.status, row.source, row.stripe_subscription_id) == ("PREMIUM", "ACTIVE", "stripe", "sub_1")
    assert Event.objects.count() == 1
    assert mailbox.waiting() == 0


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_address_may_end_with_a_slash(mailbox: Mailbox, stripe_fake: FakeStripe, slash: str) -> None:
    event = mailbox.event("customer.subscription.created", stripe_fake.subscription(GUILD))
    assert mailbox.post(event, slash=slash) == 200


@pytest.mark.parametrize("kind", ["created", "updated", "deleted", "paused", "resumed", "trial_will_end"])
def test_every_event_of_a_subscription_is_mirrored(mailbox: Mailbox, stripe_fake: FakeStripe, kind: str) -> None:
    mailbox.deliver(f"customer.subscription.{kind}", stripe_fake.subscription(GUILD, status="trialing"))
    assert tier() is Tier.PREMIUM
    assert Mirrored.objects.get(id="sub_1").stripe_data["status"] == "trialing"


@pytest.mark.parametrize("kind", ["invoice.paid", "invoice.payment_failed", "invoice.payment_action_required"])
def test_a_bill_has_its_subscription_looked_up(mailbox: Mailbox, stripe_fake: FakeStripe, kind: str) -> None:
    stripe_fake.subscription(GUILD, status="past_due")
    mailbox.deliver(kind, stripe_fake.invoice())
    row = subscription_get(GUILD)
    assert row.status == "PAST_DUE"
    assert row.past_due_since is not None
    assert tier() is Tier.PREMIUM, "within the grace"


@pytest.mark.parametrize("kind", ["charge.refunded", "charge.dispute.created", "charge.dispute.closed"])
def test_refunds_and_disputes_are_noted_and_end_nothing_by_themselves(
    mailbox: Mailbox, stripe_fake: FakeStripe, kind: str
) -> None:
    mailbox.deliver("customer.subscription.created", stripe_fake.subscription(GUILD))
    about = stripe_fake.charge() if kind == "charge.refunded" else stripe_fake.dispute()
    mailbox.deliver(kind, about)
    assert BillingEvent.objects.filter(guild_id=GUILD, action=kind).count() == 1
    assert tier() is Tier.PREMIUM


def test_a_deleted_customer_loses_the_plan(mailbox: Mailbox, stripe_fake: FakeStripe) -> None:
    mailbox.deliver("customer.subscription.created", stripe_fake.subscription(GUILD))
    customer = stripe_fake.objects.pop("/v1/customers/cus_1")
    stripe_fake.change("sub_1", status="canceled")
    stripe_fake.objects["/v1/customers/cus_1"] = {"id": "cus_1", "object": "customer", "deleted": True}
    mailbox.deliver("customer.deleted", customer)
    assert subscription_get(GUILD).status == "CANCELED"
    assert tier() is Tier.FREE


def test_the_present_state_counts_and_not_the_events(mailbox: Mailbox, stripe_fake: FakeStripe) -> None:
    created = mailbox.event("customer.subscription.created", stripe_fake.subscription(GUILD))
    ended = mailbox.event("customer.subscription.deleted", stripe_fake.change("sub_1", status="canceled"))
    for event in (ended, created):
        assert mailbox.post(event) == 200
    mailbox.work()
    assert tier() is Tier.FREE


def test_an_event_of_a_year_ago_changes_nothing(mailbox: Mailbox, stripe_fake: FakeStripe) -> None:
    old = mailbox.event("customer.subscription.created", stripe_fake.subscription(GUILD))
    mailbox.post(old)
    mailbox.work()
    mailbox.deliver("customer.subscription.deleted", stripe_fake.change("sub_1", status="canceled"))
    before = syncs()
    assert mailbox.post(old) == 200, "signed anew, as when somebody resends it in the dashboard"
    mailbox.work()
    assert tier() is Tier.FREE
    assert syncs() == before


def test_five_at_once_are_applied_once(mailbox: Mailbox, stripe_fake: FakeStripe) -> None:
    event = mailbox.event("customer.subscription.created", stripe_fake.subscription(GUILD))
    assert [mailbox.post(event) for _ in range(5)] == [200] * 5
    assert mailbox.work_at_once() == []
    assert (Event.objects.count(), syncs(), mailbox.waiting()) == (1, 1, 0)
    assert tier() is Tier.PREMIUM


def test_a_wrong_secret_is_refused_and_leaves_nothing(mailbox: Mailbox, stripe_fake: FakeStripe) -> None:
    event = mailbox.event("customer.subscription.created", stripe_fake.subscription(GUILD))
    assert mailbox.post(event, secret="whsec_of_somebody") == 400
    assert WebhookEventTrigger.objects.count() == 0


def test_a_stale_timestamp_is_refused(mailbox: Mailbox, stripe_fake: FakeStripe) -> None:
    event = mailbox.event("customer.subscription.created", stripe_fake.subscription(GUILD))
    assert mailbox.post(event, age_s=3_600) == 400


def test_another_address_is_not_ours(mailbox: Mailbox, stripe_fake: FakeStripe) -> None:
    event = mailbox.event("customer.subscription.created", stripe_fake.subscription(GUILD))
    assert mailbox.post(event, uuid="00000000-0000-0000-0000-000000000001") == 404


def test_the_api_writes_the_secret_down_when_it_starts(stripe_fake: FakeStripe) -> None:
    api_started.send(sender="api")
    assert WebhookEndpoint.objects.get(id=ENDPOINT_ID).secret == SECRET


def test_a_rotated_secret_counts_from_the_next_webhook_on(
    mailbox: Mailbox, stripe_fake: FakeStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint_ensure()
    monkeypatch.setattr(settings, "STRIPE_WEBHOOK_SECRET", "whsec_rotated")
    event = mailbox.event("customer.subscription.created", stripe_fake.subscription(GUILD))
    assert mailbox.post(event) == 400
    assert mailbox.post(event, secret="whsec_rotated") == 200
    assert WebhookEndpoint.objects.get(id=ENDPOINT_ID).secret == "whsec_rotated"


@pytest.mark.parametrize("named", [None, -5])
def test_a_subscription_that_names_no_guild_is_noted(
    mailbox: Mailbox, stripe_fake: FakeStripe, named: int | None
) -> None:
    mailbox.deliver("customer.subscription.created", stripe_fake.subscription(named))
    assert not Subscription.objects.exists()
    assert BillingEvent.objects.get().action == "no guild"


def test_a_guild_that_the_bot_never_joined_has_what_was_paid(mailbox: Mailbox, stripe_fake: FakeStripe) -> None:
    mailbox.deliver("customer.subscription.created", stripe_fake.subscription(GUILD + 1))
    assert subscription_get(GUILD + 1).tier == "PREMIUM"


def test_while_stripe_fails_the_webhook_is_answered_and_kept_and_nobody_loses_a_plan(
    mailbox: Mailbox, stripe_fake: FakeStripe
) -> None:
    mailbox.deliver("customer.subscription.created", stripe_fake.subscription(GUILD))
    stripe_fake.fail_with = 500
    assert (
        mailbox.post(mailbox.event("customer.subscription.updated", stripe_fake.objects["/v1/subscriptions/sub_1"]))
        == 200
    )
    with pytest.raises(StripeFailed, match="away"):
        mailbox.work()
    assert tier() is Tier.PREMIUM
    assert mailbox.waiting() == 1
    stripe_fake.fail_with = None
    stripe_fake.change("sub_1", status="canceled")
    WebhookEventTrigger.objects.update(updated=timezone.now() - timedelta(minutes=5))
    assert sweep() == 1
    mailbox.work()
    assert (tier(), mailbox.waiting()) == (Tier.FREE, 0)


def test_a_worker_tries_again_and_leaves_the_rest_to_the_sweep(mailbox: Mailbox, stripe_fake: FakeStripe) -> None:
    mailbox.post(mailbox.event("customer.subscription.created", stripe_fake.subscription(GUILD)))
    (trigger_id,) = mailbox.queued()
    stripe_fake.fail_with = 503
    stripe_fake.asked.clear()
    assert webhook.apply(args=({"trigger": trigger_id},)).get() == "left"
    assert len(stripe_fake.asked) == TRIES + 1
    stripe_fake.fail_with = None
    assert webhook.apply(args=({"trigger": trigger_id},)).get() == "customer.subscription.created"
    assert tier() is Tier.PREMIUM


def test_the_answer_does_not_wait_for_stripe(mailbox: Mailbox, stripe_fake: FakeStripe) -> None:
    event = mailbox.event("customer.subscription.created", stripe_fake.subscription(GUILD))
    stripe_fake.asked.clear()
    assert mailbox.post(event) == 200
    assert stripe_fake.asked == []


def test_no_signature_is_kept(mailbox: Mailbox, stripe_fake: FakeStripe) -> None:
    mailbox.post(mailbox.event("customer.subscription.created", stripe_fake.subscription(GUILD)))
    assert "signature" not in str(WebhookEventTrigger.objects.get().headers).lower()
