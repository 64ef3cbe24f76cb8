"""From a refusal to a paid plan and back, through Discord, the player, Stripe and its webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import redis

from simulator.control_client import ControlClient, wait_for
from simulator.stack import Stack
from tests.flows.conftest import Room, text_of

MANAGER = "Olivia"
ALLOWED = 2
"""Tracks a month of the plan FREE here: the real number takes hours to play."""


@pytest.fixture
def database(flow_database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(flow_database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def small_plan(database: psycopg.Connection[Any], stack: Stack) -> Iterator[None]:
    def allow(tracks: int) -> None:
        database.execute("UPDATE plans SET tracks_per_month = %s WHERE tier = 'FREE'", [tracks])
        publish(stack, '{"type": "plansChanged", "guildId": null}')

    allow(ALLOWED)
    yield
    allow(1_000)


def publish(stack: Stack, event: str) -> int:
    """As the runbook does; how many processes hear it."""
    with redis.Redis.from_url(stack.redis_url) as client:
        return int(client.publish("discord-bot:events", event))


def row(database: psycopg.Connection[Any], room: Room) -> tuple[Any, ...] | None:
    return database.execute(
        """SELECT tier, status, source FROM subscriptions WHERE "guildId" = %s""", [room.guild_id]
    ).fetchone()


def pay(control: ControlClient, room: Room, **typed: str) -> None:
    """A manager upgrades and pays on the page that her link leads to."""
    owner = next(known["owner"]["id"] for known in control.get("/guilds") if known["id"] == room.guild_id)
    room.members[MANAGER] = owner
    answer = control.answer(room.send(MANAGER, "premium upgrade", plan="PREMIUM"))
    assert "Stripe" in answer["content"], answer
    mine = [
        one for one in control.get("/stripe/objects/checkout.session") if one["client_reference_id"] == room.guild_id
    ]
    control.post(f"/stripe/checkouts/{mine[-1]['id']}/pay", typed)


def accepted(room: Room) -> bool:
    answer = room.control.answer(room.send("Alice", "play", query="440 Hz"))
    return not answer["ephemeral"]


def test_a_guild_has_a_row_from_the_moment_the_bot_joins(room: Room, database: psycopg.Connection[Any]) -> None:
    assert wait_for(lambda: row(database, room), "the guild's row") == ("FREE", "ACTIVE", "none")


def test_a_used_up_month_is_lifted_by_paying_and_comes_back_when_cancelled(
    room: Room, control: ControlClient, database: psycopg.Connection[Any], small_plan: None
) -> None:
    room.join("Alice")
    for _ in range(ALLOWED):
        room.slash("Alice", "play", query="440 Hz")
        room.slash("Alice", "skip")
    refused = room.refusal("Alice", "play", query="440 Hz")
    assert f"{ALLOWED} tracks this month, all that the Free plan allows; `/premium` lifts it" in refused
    pay(control, room)
    wait_for(lambda: row(database, room) == ("PREMIUM", "ACTIVE", "stripe"), "the paid plan", seconds=5)
    wait_for(lambda: accepted(room), "a player that obeys it", seconds=5)
    counted = database.execute("SELECT tracks FROM usage WHERE guild_id = %s", [room.guild_id]).fetchone()
    assert counted == (ALLOWED + 1,)
    (mine,) = [
        one for one in control.get("/stripe/objects/subscription") if one["metadata"]["guild_id"] == room.guild_id
    ]
    control.post(f"/stripe/subscriptions/{mine['id']}/cancel", {})
    wait_for(lambda: (row(database, room) or "")[1:2] == ("CANCELED",), "the end of the plan", seconds=5)
    wait_for(lambda: not accepted(room), "a player that obeys it", seconds=5)
    assert "cancelled" in text_of(control.answer(room.send("Alice", "premium status")))


def test_the_runbooks_emergency_upgrade_is_seen_by_the_next_command(
    room: Room, control: ControlClient, stack: Stack, database: psycopg.Connection[Any]
) -> None:
    room.join("Alice")
    room.slash("Alice", "play", query="440 Hz")
    wait_for(lambda: row(database, room), "the guild's row")
    assert "/premium" in room.refusal("Alice", "volume", level=150)
    database.execute(
        """UPDATE subscriptions SET tier='PREMIUM', status='ACTIVE', "currentPeriodEnd"=NOW() + INTERVAL '30 days'
        WHERE "guildId"=%s""",
        [room.guild_id],
    )
    event = f'{{"type":"subscriptionUpgraded","guildId":"{room.guild_id}","tier":"PREMIUM"}}'
    assert publish(stack, event) > 0
    room.slash("Alice", "volume", level=150)
