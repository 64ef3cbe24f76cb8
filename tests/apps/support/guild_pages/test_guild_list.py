"""Guilds are found by what a member of staff has at hand, also among a hundred thousand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from djstripe.models import Charge, Customer

from apps.billing.models import PayerCustomer, Subscription
from apps.guilds.models import GuildBlock
from apps.support.guild_pages.finding import PAGE, guilds_find, guilds_list
from tests.apps.support.conftest import SignedIn
from tests.apps.support.guild_pages.conftest import GUILD, HOSTILE, Stage, plays

MANY = 100_000
PAYER, CUSTOMER = 42, "cus_payer"


@pytest.fixture
def paying(db: None, stage: Stage) -> int:
    """A guild that somebody pays for."""
    Subscription.objects.create(guild_id=GUILD, stripe_customer_id=CUSTOMER, stripe_subscription_id="sub_1")
    PayerCustomer.objects.create(user_id=PAYER, stripe_customer_id=CUSTOMER)
    Customer.objects.create(id=CUSTOMER, livemode=False, email="Pays@Example.com")
    return GUILD


@pytest.fixture
def many(db: None, stage: Stage) -> None:
    """A hundred thousand guilds, each with a payer."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO subscriptions ("guildId", "stripeCustomerId", "stripeSubscriptionId")
            SELECT n::bigint << 22, 'cus_' || n, 'sub_' || n FROM generate_series(1, %s) n""",
            [MANY],
        )
        cursor.execute(
            """INSERT INTO djstripe_customer (djstripe_created, djstripe_updated, stripe_data, id, livemode, email)
            SELECT now(), now(), '{}', 'cus_' || n, false, 'payer' || n || '@example.com'
            FROM generate_series(1, %s) n""",
            [MANY],
        )
        cursor.execute("INSERT INTO players (guild_id) SELECT n::bigint << 22 FROM generate_series(1, %s) n", [MANY])
        cursor.execute("ANALYZE subscriptions, djstripe_customer, players")


def where(answer: Any) -> str:
    """Where an answer leads."""
    return str(answer.headers.get("Location", ""))


@pytest.mark.parametrize("text", [str(GUILD), f" {GUILD} ", str(PAYER), "pays@example.com", CUSTOMER, "sub_1"])
def test_what_means_one_guild_leads_to_its_page(signed_in: SignedIn, paying: int, text: str) -> None:
    answer = signed_in("support").get("/admin/guilds/", {"q": text})
    assert where(answer) == f"/admin/guilds/{paying}/"


def test_a_payment_of_stripes_leads_to_the_guild(signed_in: SignedIn, paying: int) -> None:
    Charge.objects.create(id="ch_1", livemode=False, customer_id=CUSTOMER, amount=1, currency="usd")
    assert where(signed_in("support").get("/admin/guilds/?q=ch_1")) == f"/admin/guilds/{paying}/"


@pytest.mark.parametrize("text", ["1", "nobody@example.com", "cus_x", "sub_x", "in_x", HOSTILE, "9" * 40, "\0", "%"])
def test_what_means_nothing_is_said_to_mean_nothing(signed_in: SignedIn, paying: int, text: str) -> None:
    answer = signed_in("support").get("/admin/guilds/", {"q": text})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<script>alert" not in page
    assert "No guild is known" in page or f"/admin/guilds/{paying}/" in page


def test_a_payer_of_several_guilds_gives_a_choice(signed_in: SignedIn, paying: int) -> None:
    Subscription.objects.create(guild_id=GUILD + 1, stripe_customer_id=CUSTOMER)
    page = signed_in("support").get("/admin/guilds/?q=pays@example.com").content.decode()
    assert f"/admin/guilds/{GUILD}/" in page
    assert f"/admin/guilds/{GUILD + 1}/" in page


def test_the_list_says_who_plays_and_who_listens(signed_in: SignedIn, playing_guild: int) -> None:
    page = signed_in("support").get("/admin/guilds/?show=playing").content.decode()
    assert str(playing_guild) in page
    assert "Ode to Joy" in page
    (row,) = guilds_list("playing").rows
    assert (row.title, row.in_voice, row.paused) == ("Ode to Joy", 1, False)


def test_blocked_guilds_have_a_list_of_their_own(signed_in: SignedIn, playing_guild: int) -> None:
    assert guilds_list("blocked").rows == []
    GuildBlock.objects.create(guild_id=playing_guild, by="support-person", at=timezone.now())
    assert [row.guild_id for row in guilds_list("blocked").rows] == [playing_guild]


def test_titles_are_text_not_html(signed_in: SignedIn, db: None, stage: Stage) -> None:
    plays(title=HOSTILE)
    page = signed_in("support").get("/admin/guilds/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_pages_lead_through_all_guilds(many: None) -> None:
    first = guilds_list("all")
    second = guilds_list("all", after=first.after)
    assert len(first.rows) == len(second.rows) == PAGE
    assert first.rows[0].guild_id == MANY << 22
    assert second.rows[0].guild_id == first.rows[-1].guild_id - (1 << 22)


def test_the_next_page_is_a_link_also_for_ids_as_long_as_discord_s(signed_in: SignedIn, db: None, stage: Stage) -> None:
    first = 1_575_277_901_610_221_657
    Subscription.objects.bulk_create(Subscription(guild_id=first + n) for n in range(PAGE + 1))
    browser = signed_in("support")
    after = re.findall(r"after=(\d+)", browser.get("/admin/guilds/").content.decode())
    assert after == [str(first + 1)]
    page = browser.get(f"/admin/guilds/?show=all&after={after[0]}").content.decode()
    assert f"/admin/guilds/{first}/" in page
    assert f"/admin/guilds/{first + 1}/" not in page


def test_no_page_of_the_list_and_no_search_reads_a_whole_table(signed_in: SignedIn, many: None) -> None:
    browser = signed_in("support")
    for query in ("", "?show=playing", "?show=blocked", "?after=400000000000", f"?after={'9' * 20}"):
        with CaptureQueriesContext(connection) as asked:
            page = browser.get(f"/admin/guilds/{query}")
        assert page.status_code == 200
        assert len(asked) <= 15, query
        assert reads_whole_tables(asked) == [], query
    for text in (str(500 << 22), "77777", "payer500@example.com", "cus_500", "sub_500"):
        with CaptureQueriesContext(connection) as asked:
            guilds_find(text)
        assert reads_whole_tables(asked) == [], text


def reads_whole_tables(asked: CaptureQueriesContext) -> list[str]:
    """Statements that PostgreSQL would carry out by reading one of the large tables from end to end."""
    large = ("subscriptions", "djstripe_customer", "players")
    found = []
    for query in asked.captured_queries:
        if query["sql"].startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {query['sql']}")
                plan = "\n".join(line for (line,) in cursor.fetchall())
            found += [plan for table in large if f"Seq Scan on {table}" in plan]
    return found


def test_who_is_not_signed_in_sees_no_list(client: Client, db: None) -> None:
    assert where(client.get("/admin/guilds/")).startswith("/admin/login/")
