"""The desk with a hundred thousand guilds: what support searches by is answered by an index, and nothing is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.billing.models import Subscription
from apps.support.guild_pages.trail import trail_of
from tests.apps.support.conftest import SignedIn

GUILDS = 100_000
FIRST = 1 << 40
LAST = FIRST + GUILDS - 1
STATEMENTS = 15
LARGE = (
    "subscriptions", "usage", "djstripe_customer", "billing_events", "staff_audit", "staff_audit_outcomes",
    "api_tokens", "playlists",
)  # fmt: skip
LISTS = (
    "billing_subscription_changelist",
    "billing_usage_changelist",
    "accounts_apitoken_changelist",
    "library_playlist_changelist",
    "support_auditline_changelist",
    "djstripe_customer_changelist",
)
MOST_COLUMNS = 8
READ_WHOLE = re.compile(rf"Seq Scan on ({'|'.join(LARGE)})\b")
FILL = """
SET LOCAL segue.writer = 'billing';
INSERT INTO subscriptions ("guildId", tier, status, source, "stripeSubscriptionId", "stripeCustomerId")
  SELECT %(first)s + n, 'BASIC', 'ACTIVE', 'stripe', 'sub_' || n, 'cus_' || n FROM generate_series(0, %(last)s) n;
INSERT INTO usage (guild_id, month, tracks) SELECT %(first)s + n, '2026-11-01', 3 FROM generate_series(0, %(last)s) n;
INSERT INTO djstripe_customer (id, email, stripe_data, livemode, djstripe_created, djstripe_updated)
  SELECT 'cus_' || n, 'payer' || n || '@example.org', '{}', false, now(), now()
  FROM generate_series(0, %(last)s) n;
INSERT INTO billing_events (guild_id, at, actor, action)
  SELECT %(first)s + n, now() - n * interval '1 s', CASE WHEN n %% 5000 = 0 THEN 'staff:sue' ELSE 'stripe' END, 'sync'
  FROM generate_series(0, %(last)s) n;
INSERT INTO staff_audit (guild_id, at, actor, action)
  SELECT %(first)s + n, now() - n * interval '1 min', 'staff:sue', 'skip' FROM generate_series(0, %(last)s) n;
INSERT INTO staff_audit_outcomes (entry_id, stage, after)
  SELECT id, 2, '{"outcome": "skipped"}' FROM staff_audit;
INSERT INTO api_tokens (guild_id, name, digest, hint, scopes)
  SELECT %(first)s + n, 'Robot', 'digest' || n, 'segue_g_x', '[]' FROM generate_series(0, %(last)s) n;
INSERT INTO playlists (owner_id, name, guild_id) SELECT n, 'Mine', %(first)s + n FROM generate_series(0, %(last)s) n;
ANALYZE subscriptions, usage, djstripe_customer, billing_events, staff_audit, staff_audit_outcomes, api_tokens,
  playlists;
"""


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    """One who may see all, in a desk full of guilds."""
    with connection.cursor() as cursor:
        for statement in FILL.strip().split(";\n"):
            cursor.execute(statement, {"first": FIRST, "last": GUILDS - 1})
        cursor.execute("SET LOCAL segue.writer = ''")
    return signed_in("admin")


def in_all_orders() -> Iterator[tuple[str, dict[str, str]]]:
    """Each list, sorted by each of its columns as an address may ask, and with its rows counted by filter."""
    for page in LISTS:
        yield page, {"_facets": "True"}
        for column in range(MOST_COLUMNS):
            yield page, {"o": str(column)}
        yield page, {"o": "-2.3"}


def plans_of(statements: list[str]) -> Iterator[str]:
    """How PostgreSQL answers them."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(f"EXPLAIN {statement}")
            yield "\n".join(row[0] for row in cursor.fetchall())


def whole_tables_read(client: Client, page: str, **query: str) -> list[str]:
    """Statements of the page that read a large table whole; the page answers, with few statements."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse(f"admin:{page}"), query).status_code == 200
    statements = [one["sql"] for one in asked.captured_queries if one["sql"].startswith("SELECT")]
    assert len(statements) <= STATEMENTS
    return [plan for plan in plans_of(statements) if READ_WHOLE.search(plan)]


@pytest.mark.django_db
def test_lists_and_searches_read_no_table_whole(client: Client) -> None:
    wanted: list[tuple[str, dict[str, str]]] = [
        ("billing_subscription_changelist", {}),
        ("billing_subscription_changelist", {"q": str(LAST)}),
        ("billing_subscription_changelist", {"q": "sub_77"}),
        ("billing_subscription_changelist", {"q": "cus_77"}),
        ("billing_subscription_changelist", {"q": "Payer77@example.org"}),
        ("billing_usage_changelist", {}),
        ("billing_usage_changelist", {"q": str(LAST)}),
        ("accounts_apitoken_changelist", {}),
        ("accounts_apitoken_changelist", {"q": str(LAST)}),
        ("library_playlist_changelist", {}),
        ("library_playlist_changelist", {"q": str(LAST)}),
        ("support_auditline_changelist", {}),
        ("support_auditline_changelist", {"q": str(LAST)}),
        ("support_auditline_changelist", {"who": "staff"}),
        ("djstripe_customer_changelist", {}),
        ("djstripe_customer_changelist", {"q": "payer77@example.org"}),
    ]
    wanted += in_all_orders()
    assert not [(page, query, found) for page, query in wanted if (found := whole_tables_read(client, page, **query))]
    with CaptureQueriesContext(connection) as asked:
        assert {line.change for line in trail_of(LAST)} == {"", "outcome: skipped"}
    assert not [plan for plan in plans_of([one["sql"] for one in asked.captured_queries]) if READ_WHOLE.search(plan)]
    answer = client.get(reverse("admin:billing_subscription_changelist"), {"q": "Payer77@example.org"})
    assert [row.guild_id for row in answer.context["cl"].result_list] == [FIRST + 77]
    assert Subscription.objects.count() == GUILDS
    with_status = str(Subscription.objects.filter(grant_tier=None).values("pk").query)
    assert READ_WHOLE.search(next(plans_of([with_status]))), "a table that is read whole would be seen"
