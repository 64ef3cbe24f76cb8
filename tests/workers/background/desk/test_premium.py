"""`/premium` at the desk: what members are told, and who gets which link."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.utils import timezone

from apps.billing.entitlements import PlanLimits, Tier
from apps.billing.models import PayerCustomer, PlanPrice, Subscription, Usage
from apps.billing.selectors import month_of
from apps.billing.services import subscription_grant
from apps.billing.sync import subscription_sync
from apps.playback.models import Command as RecordedCommand
from project.wire.desk import ChangeSettings
from project.wire.messages import Actor, Order
from project.wire.premium import BuyPlan, ManagePlan, ShowPlans, ShowPremium, ShowUsage
from tests.apps.billing.stripe_fake import FakeStripe
from tests.workers.background.desk.conftest import ALICE, BOB, GUILD, Desk
from workers.screen.premium_endings import PlanShown

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("store"),
]


def asked(desk: Desk, order: Order, actor: Actor = ALICE) -> dict[str, Any]:
    """The answer's payload; it is for the asking member alone."""
    desk.counter.serve(desk.publish(f"c{len(desk.answers())}", order, actor))
    answer = desk.answers()[-1]
    assert answer["ephemeral"]
    payload: dict[str, Any] = answer["payload"]
    return payload


def described(payload: dict[str, Any]) -> str:
    description: str = payload["embeds"][0]["description"]
    return description


def link(payload: dict[str, Any]) -> str:
    url: str = payload["components"][0]["components"][0]["url"]
    return url


def test_a_guild_that_pays_nothing_is_told_so(desk: Desk) -> None:
    assert described(asked(desk, ShowPremium())).startswith("This server has the Free plan.")


def test_a_grant_is_told_with_its_end(desk: Desk) -> None:
    until = timezone.now() + timedelta(days=3)
    subscription_grant(guild_id=GUILD, tier=Tier.PREMIUM, until=until, actor="staff:sue", reason="")
    said = described(asked(desk, ShowPremium(), BOB))
    assert said == f"A este servidor le dieron el plan Premium. Termina el <t:{int(until.timestamp())}:D>."


def test_a_plan_that_is_over_is_told_with_the_way_back(desk: Desk, stripe_fake: FakeStripe) -> None:
    stripe_fake.subscription(GUILD, status="canceled")
    subscription_sync(subscription_id="sub_1", actor="stripe")
    assert "was cancelled, so this server has the Free plan" in described(asked(desk, ShowPremium()))


def test_all_plans_are_shown_with_what_they_cost(desk: Desk) -> None:
    names = [field["name"] for field in asked(desk, ShowPlans())["embeds"][0]["fields"]]
    assert names == [
        "Free",
        "Basic · $4.99 a month · $49.90 a year",
        "Premium · $9.99 a month · $99.90 a year",
        "Enterprise",
    ]


def test_every_limit_of_a_plan_is_shown(desk: Desk) -> None:
    free, _, premium, enterprise = [field["value"] for field in asked(desk, ShowPlans())["embeds"][0]["fields"]]
    assert free.splitlines() == [
        "Queue: 50 tracks",
        "Longest track: 1:00:00",
        "Tracks per month: 1000",
        "Playlist import: 25 tracks",
        "Volume: up to 100 %",
        "Filters: Bass boost, Nightcore, one at a time",
        "No autoplay",
        "Leaves when nobody listens",
        "Saved playlists per member: 3",
        "API requests a minute: 10",
        "No priority when servers are full",
    ]
    assert "Filters: all presets together, equalizer, speed and pitch" in premium
    assert premium.endswith("API requests a minute: 100\nPriority when servers are full: 2 of 3")
    assert enterprise.endswith("API requests a minute: as agreed\nPriority when servers are full: 3 of 3")


def test_no_limit_of_a_plan_is_forgotten() -> None:
    assert {field.name for field in fields(PlanLimits)} - {"tier"} <= set(PlanShown.__struct_fields__)


def test_this_months_tracks_are_told(desk: Desk) -> None:
    Usage.objects.create(guild_id=GUILD, month=month_of(timezone.now()), tracks=12)
    assert asked(desk, ShowUsage())["content"] == "12 of 1000 tracks of the Free plan began this month; 988 are left."


def test_a_manager_gets_a_checkout_that_names_the_guild(desk: Desk, stripe_fake: FakeStripe) -> None:
    assert link(asked(desk, BuyPlan(tier="BASIC", interval="year"))).startswith("https://stripe.test/")
    path, form = stripe_fake.sent[-1]
    assert path == "/v1/checkout/sessions"
    price = PlanPrice.objects.get(plan_id="BASIC", interval="year").stripe_price_id
    assert form["client_reference_id"] == form["metadata[guild_id]"] == [str(GUILD)]
    assert form["subscription_data[metadata][guild_id]"] == [str(GUILD)]
    assert form["line_items[0][price]"] == [price]
    assert "discounts[0][coupon]" not in form


def test_one_payer_is_one_customer_and_a_price_is_made_once(desk: Desk, stripe_fake: FakeStripe) -> None:
    for _ in range(2):
        asked(desk, BuyPlan())
    made = [path for path, _ in stripe_fake.sent]
    assert made.count("/v1/customers") == made.count("/v1/prices") == made.count("/v1/products") == 1
    assert made.count("/v1/checkout/sessions") == 2
    assert PayerCustomer.objects.get().user_id == ALICE.user_id


def test_a_customer_that_was_deleted_is_made_anew(desk: Desk, stripe_fake: FakeStripe) -> None:
    PayerCustomer.objects.create(user_id=ALICE.user_id, stripe_customer_id="cus_gone")
    asked(desk, BuyPlan())
    assert PayerCustomer.objects.get().stripe_customer_id != "cus_gone"


def test_who_does_not_manage_the_guild_gets_no_link(desk: Desk, stripe_fake: FakeStripe) -> None:
    assert "Solo quienes gestionan" in asked(desk, BuyPlan(), BOB)["content"]
    assert stripe_fake.sent == []


def test_a_guild_that_is_paid_for_buys_no_second_plan(desk: Desk, stripe_fake: FakeStripe) -> None:
    stripe_fake.subscription(GUILD)
    subscription_sync(subscription_id="sub_1", actor="stripe")
    assert "/premium manage" in asked(desk, BuyPlan())["content"]


def test_only_the_payer_sees_what_they_pay(desk: Desk, stripe_fake: FakeStripe) -> None:
    assert "Nothing is paid" in asked(desk, ManagePlan())["content"]
    Subscription.objects.create(guild_id=GUILD, stripe_customer_id="cus_1")
    assert "only they can change it" in asked(desk, ManagePlan())["content"]
    PayerCustomer.objects.create(user_id=ALICE.user_id, stripe_customer_id="cus_1")
    assert link(asked(desk, ManagePlan())).startswith("https://stripe.test/")


def test_without_stripe_the_member_is_told_that_nothing_was_paid(desk: Desk, stripe_fake: FakeStripe) -> None:
    stripe_fake.fail_with = 500
    assert "Nothing was paid" in asked(desk, BuyPlan())["content"]


def test_a_bot_that_sells_nothing_says_so(desk: Desk) -> None:
    assert asked(desk, BuyPlan())["content"] == "Plans cannot be bought from this bot."


def test_no_link_is_kept_anywhere(desk: Desk, stripe_fake: FakeStripe) -> None:
    url = link(asked(desk, BuyPlan()))
    kept = [desk.redis.get(key) for key in desk.redis.scan_iter() if desk.redis.type(key) == "string"]
    assert url not in str(kept)
    assert not RecordedCommand.objects.exists()
    assert desk.owed() == set()


def test_staying_for_ever_is_for_plans_that_have_it(desk: Desk, store: redis.Redis) -> None:
    assert "The Free plan does not stay 24/7" in asked(desk, ChangeSettings(always_on=True))["content"]
    subscription_grant(guild_id=GUILD, tier=Tier.PREMIUM, until=None, actor="staff:sue", reason="")
    assert "The Free plan" not in str(asked(desk, ChangeSettings(always_on=True)))
