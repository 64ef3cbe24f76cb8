"""A paid plan over months of Stripe's clock: refused cards and grace, pauses, smaller plans and ends of periods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import redis

from project.wire import keys
from simulator.control_client import ControlClient, wait_for
from simulator.stack import Stack
from tests.flows.conftest import Room, text_of
from tests.flows.test_billing import MANAGER, pay

PATIENCE_SECONDS = 30
MONTH_DAYS = 32


@pytest.fixture
def database(flow_database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(flow_database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def paid(control: ControlClient, room: Room, database: psycopg.Connection[Any]) -> Iterator[Payer]:
    """The guild has paid for PREMIUM, and BASIC has a price at Stripe as well."""
    payer = Payer(control, room, database)
    room.members[MANAGER] = next(one["owner"]["id"] for one in control.get("/guilds") if one["id"] == room.guild_id)
    payer.says("premium upgrade", plan="BASIC")
    pay(control, room)
    payer.becomes("PREMIUM", "ACTIVE")
    yield payer
    control.post("/stripe/rules", {"downgrades": "at_once"})


class Payer:
    """What the payer and Stripe do, and what the guild's row and members say then."""

    def __init__(self, control: ControlClient, room: Room, database: psycopg.Connection[Any]) -> None:
        self._control, self._room, self._database = control, room, database

    def becomes(self, tier: str, status: str) -> None:
        query = """SELECT tier, status FROM subscriptions WHERE "guildId" = %s"""
        guild = [self._room.guild_id]
        wait_for(
            lambda: self._database.execute(query, guild).fetchone() == (tier, status),
            f"{tier} {status}",
            seconds=PATIENCE_SECONDS,
        )

    def subscription(self) -> dict[str, Any]:
        known: list[dict[str, Any]] = self._control.get("/stripe/objects/subscription")
        return next(one for one in known if one["metadata"]["guild_id"] == self._room.guild_id)

    def acts(self, act: str, **how: Any) -> None:
        self._control.post(f"/stripe/subscriptions/{self.subscription()['id']}/{act}", how)

    def gets_a_card(self, *, declines: bool) -> None:
        self._control.post(f"/stripe/customers/{self.subscription()['customer']}/card", {"declines": declines})

    def price_of(self, tier: str) -> str:
        prices: list[dict[str, Any]] = self._control.get("/stripe/objects/price")
        return next(str(one["id"]) for one in prices if one["metadata"].get("tier") == tier)

    def months_pass(self, count: int = 1) -> None:
        self._control.post("/stripe/clock", {"days": MONTH_DAYS * count})

    def says(self, line: str, **options: Any) -> str:
        """What the manager is told."""
        return text_of(self._control.answer(self._room.send(MANAGER, line, **options)))

    def is_told(self, *words: str) -> None:
        """By /premium status, within seconds."""
        wait_for(lambda: all(word in self.says("premium status") for word in words), f"{words}", seconds=10)


def test_a_refused_card_leaves_the_plan_for_seven_days_and_no_longer(
    paid: Payer, room: Room, database: psycopg.Connection[Any], stack: Stack
) -> None:
    paid.gets_a_card(declines=True)
    paid.months_pass()
    paid.becomes("PREMIUM", "PAST_DUE")
    paid.is_told("Premium", "the last payment failed")
    late = """UPDATE subscriptions SET "pastDueSince" = now() - INTERVAL '8 days' WHERE "guildId" = %s"""
    with database.transaction():  # as billing's own clock would have it: by hand it would be a grant
        database.execute("SET LOCAL segue.writer = 'billing'")
        database.execute(late, [room.guild_id])
    with redis.Redis.from_url(stack.redis_url) as client:
        client.delete(keys.subscription(int(room.guild_id)))  # else the minute that it is cached has to pass
    wait_for(lambda: "more than seven days" in paid.says("premium status"), "the grace's end", seconds=90)
    paid.acts("cancel")
    paid.becomes("PREMIUM", "CANCELED")
    paid.is_told("was cancelled", "Free")


def test_a_pause_rests_the_plan_and_its_end_brings_it_back(paid: Payer) -> None:
    paid.acts("pause")
    paid.becomes("PREMIUM", "PAUSED")
    paid.is_told("is paused", "Free")
    paid.acts("unpause")
    paid.becomes("PREMIUM", "ACTIVE")


def test_a_smaller_plan_counts_from_the_end_of_the_period(paid: Payer, control: ControlClient) -> None:
    control.post("/stripe/rules", {"downgrades": "period_end"})
    paid.acts("change", price=paid.price_of("BASIC"))
    paid.is_told("has the Premium plan")
    paid.months_pass()
    paid.becomes("BASIC", "ACTIVE")


def test_what_is_cancelled_for_the_end_of_the_period_lasts_until_then(paid: Payer) -> None:
    paid.acts("cancel", at_period_end=True)
    paid.is_told("has the Premium plan", "It ends on")
    paid.months_pass()
    paid.becomes("PREMIUM", "CANCELED")
    paid.is_told("was cancelled", "Free")
