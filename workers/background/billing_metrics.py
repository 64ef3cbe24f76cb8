"""Tells Prometheus what waits and who pays, read from PostgreSQL when asked, so that every worker tells the same.

billing_webhooks_waiting                 stored, valid and not processed
billing_webhooks_oldest_seconds          since the oldest of them came
billing_subscriptions{tier,status}       guilds
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from django.db import DatabaseError, InterfaceError, connection, transaction
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from project.worker_metrics import STORED

log = structlog.get_logger(__name__)

PATIENCE_MS = 2_000
WAITING = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(created)), 0)
FROM djstripe_webhookeventtrigger WHERE valid AND NOT processed AND created > now() - interval '3 days'
"""
PAYING = "SELECT tier, status, count(*) FROM subscriptions GROUP BY 1, 2"


class BillingCollector(Collector):
    """Asked from the threads that answer scrapes. Never raises: other metrics share the page."""

    def collect(self) -> Iterable[Metric]:
        """Nothing while PostgreSQL is away: an old number would be no news."""
        try:
            yield from _read()
        except (DatabaseError, InterfaceError) as error:
            log.warning("How billing stands cannot be read", reason=type(error).__name__)
        finally:
            connection.close()  # this thread ends with the scrape


def _read() -> list[Metric]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
        cursor.execute(WAITING)
        ((waiting, oldest_s),) = cursor.fetchall()
        cursor.execute(PAYING)
        paying = cursor.fetchall()
    guilds = GaugeMetricFamily("billing_subscriptions", "Guilds by plan and status", labels=["tier", "status"])
    for tier, status, count in paying:
        guilds.add_metric([tier, status], count)
    return [
        GaugeMetricFamily("billing_webhooks_waiting", "Webhooks stored and not processed", waiting),
        GaugeMetricFamily("billing_webhooks_oldest_seconds", "Since the oldest of them came", float(oldest_s)),
        guilds,
    ]


STORED.register(BillingCollector())
