"""Every event that we ask Stripe for, in every way it can go wrong: the guild ends as Stripe has it, applied once.

The way of events that are all right is in test_webhooks.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import stripe
from djstripe.models import Event, WebhookEventTrigger

from apps.billing import stripe_client
from apps.billing.endpoint import EVENTS
from apps.billing.entitlements import Tier
from apps.billing.models import BillingEvent, Subscription
from apps.billing.processing import webhook_process
from apps.billing.selectors import subscription_get, tier_of
from tests.apps.billing.conftest import GUILD, Mailbox
from tests.apps.billing.stripe_fake import Body, FakeStripe

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("kind", EVENTS)]

COPIES = 5


@pytest.fixture
def known(mailbox: Mailbox, stripe_fake: FakeStripe) -> Body:
    """The guild pays; what happened at Stripe since is what the event is about."""
    mailbox.deliver("customer.subscription.created", stripe_fake.subscription(GUILD), "evt_before")
    return stripe_fake.change("sub_1", status="past_due")


def happen(stripe_fake: FakeStripe, kind: str) -> Body:
    """It happens at Stripe; the object of its event."""
    family = kind.partition(".")[0]
    if kind == "customer.deleted":
        return delete_customer(stripe_fake)
    if kind.startswith("customer.subscription"):
        return stripe_fake.objects["/v1/subscriptions/sub_1"]
    if kind.startswith("charge.dispute"):
        return stripe_fake.dispute()
    made: dict[str, Callable[[], Body]] = {
        "checkout": lambda: stripe_fake.session(GUILD),
        "invoice": stripe_fake.invoice,
        "charge": stripe_fake.charge,
    }
    return made[family]()


def delete_customer(stripe_fake: FakeStripe) -> Body:
    """With all that they pay."""
    before = stripe_fake.objects["/v1/customers/cus_1"]
    stripe_fake.objects["/v1/customers/cus_1"] = {"id": "cus_1", "object": "customer", "deleted": True}
    stripe_fake.change("sub_1", status="canceled")
    return before


def is_as_at_stripe(stripe_fake: FakeStripe) -> bool:
    status = str(stripe_fake.objects["/v1/subscriptions/sub_1"]["status"])
    return bool(subscription_get(GUILD).stripe_status == status.upper())


def changes() -> int:
    return BillingEvent.objects.filter(guild_id=GUILD, action="sync").count()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_five_at_once_are_applied_once(mailbox: Mailbox, stripe_fake: FakeStripe, known: Body, kind: str) -> None:
    before = changes()
    event = mailbox.event(kind, happen(stripe_fake, kind))
    assert [mailbox.post(event) for _ in range(COPIES)] == [200] * COPIES
    assert mailbox.work_at_once() == []
    assert (is_as_at_stripe(stripe_fake), changes() - before, mailbox.waiting()) == (True, 1, 0)
    assert Event.objects.filter(id=event["id"]).count() == (0 if kind == "customer.deleted" else 1)


def test_what_comes_after_the_end_changes_nothing(
    mailbox: Mailbox, stripe_fake: FakeStripe, known: Body, kind: str
) -> None:
    late = mailbox.event(kind, happen(stripe_fake, kind))
    mailbox.deliver("customer.subscription.deleted", stripe_fake.change("sub_1", status="canceled"))
    before = changes()
    for _ in ("in the wrong order", "a year later"):
        assert mailbox.post(late) == 200
        mailbox.work()
        assert (tier_of(subscription_get(GUILD)), changes()) == (Tier.FREE, before)


@pytest.mark.parametrize("trouble", ["500", "silence"])
def test_while_stripe_is_not_well_nothing_changes_and_then_it_is_made_good(
    mailbox: Mailbox, stripe_fake: FakeStripe, known: Body, kind: str, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = mailbox.event(kind, happen(stripe_fake, kind))
    with monkeypatch.context() as patience:
        impatient = stripe.RequestsClient(timeout=0.2)
        patience.setattr(stripe, "default_http_client", impatient)
        patience.setattr(stripe_client, "http_client", lambda _seconds: impatient)
        stripe_client._client.cache_clear()
        stripe_fake.fail_with, stripe_fake.latency = (500, 0.0) if trouble == "500" else (None, 1.0)
        assert mailbox.post(event) == 200
        (trigger_id,) = mailbox.queued()
        with pytest.raises((stripe_client.StripeFailed, stripe.StripeError)):
            webhook_process(trigger_id=trigger_id)
        assert (tier_of(subscription_get(GUILD)), mailbox.waiting()) == (Tier.PREMIUM, 1)
    stripe_client._client.cache_clear()
    stripe_fake.fail_with, stripe_fake.latency = None, 0.0
    webhook_process(trigger_id=trigger_id)
    assert (is_as_at_stripe(stripe_fake), mailbox.waiting()) == (True, 0)


def test_what_stripe_did_not_sign_lately_leaves_nothing(mailbox: Mailbox, stripe_fake: FakeStripe, kind: str) -> None:
    stripe_fake.subscription(GUILD)
    event = mailbox.event(kind, happen(stripe_fake, kind))
    assert (mailbox.post(event, secret="whsec_of_somebody"), mailbox.post(event, age_s=3_600)) == (400, 400)
    assert WebhookEventTrigger.objects.count() == 0
    assert mailbox.queued() == []


def test_a_guild_that_nobody_named_gets_nothing(mailbox: Mailbox, stripe_fake: FakeStripe, kind: str) -> None:
    stripe_fake.subscription(None)
    mailbox.deliver(kind, happen(stripe_fake, kind))
    assert mailbox.waiting() == 0
    assert not Subscription.objects.exists()


def test_news_of_a_customer_who_is_gone_ends_the_plan(
    mailbox: Mailbox, stripe_fake: FakeStripe, known: Body, kind: str
) -> None:
    about = happen(stripe_fake, kind)
    if kind != "customer.deleted":
        delete_customer(stripe_fake)
    mailbox.deliver(kind, about)
    assert (tier_of(subscription_get(GUILD)), mailbox.waiting()) == (Tier.FREE, 0)
