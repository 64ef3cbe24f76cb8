"""What staff do about plans: grants, cancelling, prices and limits, each with its reason in the audit trail."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from djstripe.models import Customer

from apps.accounts.scopes import Scope
from apps.accounts.selectors import TokenRefused, caller_of
from apps.accounts.services import api_token_create
from apps.billing.entitlements import Tier
from apps.billing.models import BillingEvent, Plan, PlanPrice, Subscription
from apps.billing.selectors import features_get, subscription_get, tier_of
from apps.billing.services import subscription_ensure
from apps.billing.sync import subscription_sync
from apps.support.models import AuditEntry, AuditLine
from project.wire import keys
from tests.apps.billing.conftest import heard, store, stripe_fake
from tests.apps.billing.stripe_fake import Body, FakeStripe
from tests.apps.support.conftest import SignedIn

__all__ = ["store", "stripe_fake"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

GUILD = 9 << 22


@pytest.fixture(autouse=True)
def guild() -> None:
    subscription_ensure(guild_ids=[GUILD])


def send(client: Client, page: str, **fields: str) -> Any:
    """Confirm; the page that follows."""
    form = {"reason": "ticket 12", "once": str(uuid.uuid4()), **fields}
    return client.post(reverse(f"admin:subscription_{page}", args=[GUILD]), form, follow=True)


def staff_lines() -> list[AuditLine]:
    """What staff did to the guild's subscription at Stripe, the oldest first."""
    return list(AuditLine.objects.filter(guild_id=GUILD, id__startswith="s").order_by("at"))


def tier() -> Tier:
    return tier_of(subscription_get(GUILD))


def test_a_grant_is_said_before_and_noted_with_who_and_why(signed_in: SignedIn) -> None:
    client = signed_in("billing")
    until = timezone.now().date() + timedelta(days=30)
    asked = client.get(reverse("admin:subscription_grant", args=[GUILD])).content.decode()
    assert "nothing is charged" in asked
    answer = send(client, "grant", tier="PREMIUM", until=str(until))
    assert f"Granted PREMIUM until {until}." in answer.content.decode()
    assert tier() is Tier.PREMIUM
    line = BillingEvent.objects.get()
    assert (line.actor, line.action, line.reason) == ("staff:billing-person", "grant", "ticket 12")
    assert not AuditEntry.objects.filter(guild_id=GUILD).exists(), "no fact stands in both logs"


@pytest.mark.parametrize(
    "fields", [{"tier": "FREE"}, {"tier": "PREMIUM", "until": "2020-01-01"}, {"tier": "PREMIUM", "until": "9999-01-01"}]
)
def test_a_grant_that_makes_no_sense_is_not_made(signed_in: SignedIn, fields: dict[str, str]) -> None:
    send(signed_in("billing"), "grant", **fields)
    assert tier() is Tier.FREE


def test_nothing_happens_without_a_reason(signed_in: SignedIn) -> None:
    send(signed_in("billing"), "grant", tier="PREMIUM", reason=" ")
    assert tier() is Tier.FREE


def test_support_grants_nothing(signed_in: SignedIn) -> None:
    assert send(signed_in("support"), "grant", tier="PREMIUM").status_code == 403
    assert tier() is Tier.FREE


def test_a_grant_is_ended(signed_in: SignedIn) -> None:
    client = signed_in("billing")
    assert "Nothing is granted" in client.get(reverse("admin:subscription_end-grant", args=[GUILD])).content.decode()
    send(client, "grant", tier="PREMIUM")
    assert "The grant has ended. FREE counts." in send(client, "end-grant").content.decode()
    assert tier() is Tier.FREE


@pytest.mark.parametrize(("page", "after"), [("cancel", Tier.PREMIUM), ("cancel-now", Tier.FREE)])
def test_a_subscription_is_cancelled_at_stripe(
    signed_in: SignedIn, stripe_fake: FakeStripe, page: str, after: Tier
) -> None:
    stripe_fake.subscription(GUILD)
    subscription_sync(subscription_id="sub_1", actor="stripe")
    answer = send(signed_in("billing"), page)
    assert "Stripe has cancelled it." in answer.content.decode()
    assert tier() is after
    assert Subscription.objects.get(pk=GUILD).cancel_at_period_end is (page == "cancel")
    line = AuditEntry.objects.get(guild_id=GUILD)
    assert (line.actor, line.reason) == ("staff:billing-person", "ticket 12")


def test_a_form_that_is_sent_twice_cancels_once(signed_in: SignedIn, stripe_fake: FakeStripe) -> None:
    stripe_fake.subscription(GUILD)
    subscription_sync(subscription_id="sub_1", actor="stripe")
    client, once = signed_in("billing"), str(uuid.uuid4())
    for _ in range(2):
        send(client, "cancel", once=once)
    assert AuditEntry.objects.filter(guild_id=GUILD).count() == 1
    assert set(stripe_fake.keys) == {f"segue-cancel-{once}"}


@pytest.mark.parametrize(
    ("status", "said", "noted"),
    [(500, "is not known yet", "not answered"), (403, "Nothing was changed", "refused")],
)
def test_what_stripe_did_not_do_is_noted_as_that(
    signed_in: SignedIn, stripe_fake: FakeStripe, status: int, said: str, noted: str
) -> None:
    stripe_fake.subscription(GUILD)
    subscription_sync(subscription_id="sub_1", actor="stripe")
    client, once = signed_in("billing"), str(uuid.uuid4())
    stripe_fake.fail_with = status
    assert said in send(client, "cancel", once=once).content.decode()
    assert [line.after for line in staff_lines()] == [{"at Stripe": noted}]
    stripe_fake.fail_with = None
    send(client, "cancel", once=once)
    assert staff_lines()[-1].after == {"at Stripe": "accepted"}


def test_what_cannot_be_cancelled_is_neither_asked_for_nor_noted(signed_in: SignedIn, stripe_fake: FakeStripe) -> None:
    assert "no running subscription" in send(signed_in("billing"), "cancel-now").content.decode()
    assert stripe_fake.asked == []
    assert staff_lines() == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_log_knows_of_it_before_stripe_does(
    signed_in: SignedIn, stripe_fake: FakeStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    stripe_fake.subscription(GUILD)
    subscription_sync(subscription_id="sub_1", actor="stripe")
    known_before: list[list[Any]] = []
    answer = stripe_fake.answer

    def looks_first(method: str, *asked: Any) -> tuple[int, Body]:
        """From Stripe's own thread, so by another connection to PostgreSQL, one sees only what is committed."""
        if method == "DELETE":
            known_before.append([(line.action, line.reason, line.after) for line in staff_lines()])
            connection.close()
        return answer(method, *asked)

    monkeypatch.setattr(stripe_fake, "answer", looks_first)
    send(signed_in("billing"), "cancel-now")
    assert known_before == [[("cancel now", "ticket 12", {"at Stripe": "not known"})]]
    assert [line.after for line in staff_lines()] == [{"at Stripe": "accepted"}]


def test_the_links_to_stripe_are_for_those_who_refund(signed_in: SignedIn) -> None:
    Subscription.objects.filter(pk=GUILD).update(stripe_customer_id="cus_1")
    where = reverse("admin:billing_subscription_change", args=[GUILD])
    link = "https://dashboard.stripe.com/test/customers/cus_1"
    assert link in signed_in("billing").get(where).content.decode()
    assert link not in signed_in("support").get(where).content.decode()


@pytest.mark.parametrize("term", [str(GUILD), "sub_1", "cus_1", "Payer@Example.com"])
def test_a_subscription_is_found_by_what_support_has_at_hand(signed_in: SignedIn, term: str) -> None:
    Customer.objects.create(id="cus_1", email="payer@example.com", stripe_data={}, livemode=False)
    Subscription.objects.filter(pk=GUILD).update(stripe_customer_id="cus_1", stripe_subscription_id="sub_1")
    subscription_ensure(guild_ids=[GUILD + 1])
    answer = signed_in("support").get(reverse("admin:billing_subscription_changelist"), {"q": term})
    assert [row.guild_id for row in answer.context["cl"].result_list] == [GUILD]


def plan_fields(**changes: Any) -> dict[str, Any]:
    row = Plan.objects.values().get(tier="BASIC")
    shown = {name: "" if value is None else value for name, value in row.items() if value is not False}
    return {**shown, "reason": "a better plan", **changes}


def test_an_edited_plan_counts_in_every_process_and_is_noted(
    signed_in: SignedIn, store: redis.Redis, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in("admin")
    listener = store.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call] # redis has no type for it
    listener.subscribe(keys.EVENTS_CHANNEL)
    listener.get_message(timeout=1)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("admin:billing_plan_change", args=["BASIC"]), plan_fields(queue_size=333))
    assert Plan.objects.get(tier="BASIC").queue_size == 333
    assert [one["type"] for one in heard(listener)] == ["plansChanged"]
    line = BillingEvent.objects.get(action="change plan")
    assert (line.actor, line.reason) == ("staff:admin-person", "a better plan")
    assert (line.before, line.after) == ({"queue_size": 200}, {"plan": "BASIC", "queue_size": 333})
    send(signed_in("billing"), "grant", tier="BASIC")
    assert features_get(GUILD).queue_size == 333


def test_a_plan_without_a_limit_is_unlimited_and_none_is_negative(signed_in: SignedIn) -> None:
    client, where = signed_in("admin"), reverse("admin:billing_plan_change", args=["BASIC"])
    client.post(where, plan_fields(queue_size="", volume_cap=201))
    client.post(where, plan_fields(queue_size=-1))
    assert Plan.objects.get(tier="BASIC").queue_size == 200
    client.post(where, plan_fields(queue_size=""))
    assert Plan.objects.get(tier="BASIC").queue_size is None


def test_a_new_amount_is_a_new_price_and_the_former_ends(signed_in: SignedIn) -> None:
    former = PlanPrice.objects.get(plan_id="BASIC", interval="month")
    form = {"plan": "BASIC", "interval": "month", "amount": 599, "currency": "USD", "reason": "costs rose"}
    signed_in("admin").post(reverse("admin:billing_planprice_add"), form)
    active = PlanPrice.objects.get(plan_id="BASIC", interval="month", active=True)
    assert (active.amount, active.currency, active.pk == former.pk) == (599, "usd", False)
    line = BillingEvent.objects.get(action="new price")
    assert (line.before, line.after) == ({"per month": "4.99 usd"}, {"plan": "BASIC", "per month": "5.99 usd"})


def test_a_price_keeps_its_amount(signed_in: SignedIn) -> None:
    price = PlanPrice.objects.get(plan_id="BASIC", interval="month")
    where = reverse("admin:billing_planprice_change", args=[price.pk])
    signed_in("admin").post(where, {"amount": 1, "active": "on", "reason": "a slip"})
    with pytest.raises(DatabaseError, match="keeps its plan"), transaction.atomic():
        PlanPrice.objects.filter(pk=price.pk).update(amount=1)
    price.refresh_from_db()
    assert (price.amount, price.active) == (499, True)


def test_a_price_is_sold_no_longer(signed_in: SignedIn) -> None:
    price = PlanPrice.objects.get(plan_id="BASIC", interval="month")
    signed_in("admin").post(reverse("admin:billing_planprice_change", args=[price.pk]), {"reason": "withdrawn"})
    price.refresh_from_db()
    assert not price.active
    assert BillingEvent.objects.get(action="end price").reason == "withdrawn"


def test_a_token_is_revoked_and_its_hash_shown_nowhere(signed_in: SignedIn) -> None:
    token, secret = api_token_create(guild_id=GUILD, name="Robot", scopes=[Scope.ADMIN], created_by=1)
    client = signed_in("billing")
    page = client.get(reverse("admin:accounts_apitoken_change", args=[token.pk])).content.decode()
    assert token.digest not in page
    form = {"reason": "it leaked", "once": str(uuid.uuid4())}
    client.post(reverse("admin:accounts_apitoken_revoke", args=[token.pk]), form)
    with pytest.raises(TokenRefused, match="revoked"):
        caller_of(secret)
    assert AuditEntry.objects.get(guild_id=GUILD).action == "revoke API token"


def test_a_token_is_not_revoked_without_a_line_in_the_log(signed_in: SignedIn) -> None:
    token, secret = api_token_create(guild_id=GUILD, name="Robot", scopes=[Scope.ADMIN], created_by=1)
    client = signed_in("billing")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE staff_audit ADD CONSTRAINT no_room CHECK (action <> 'revoke API token')")
    client.raise_request_exception = False
    form = {"reason": "it leaked", "once": str(uuid.uuid4())}
    where = reverse("admin:accounts_apitoken_revoke", args=[token.pk])
    assert client.post(where, form).status_code == 500
    assert caller_of(secret) is not None
