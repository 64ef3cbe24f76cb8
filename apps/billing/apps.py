"""Registers the billing tables with Django, and what has to be so before Stripe is spoken with."""

from __future__ import annotations

import structlog
from django.apps import AppConfig

from project.api_started import api_started

log = structlog.get_logger(__name__)


class BillingConfig(AppConfig):
    """Plans, subscriptions and usage."""

    name = "apps.billing"
    label = "billing"

    def ready(self) -> None:
        """dj-stripe's calls have our patience; the api writes the webhook's secret down when it starts."""
        import stripe

        from apps.billing.stripe_client import RETRIES, http_client

        stripe.default_http_client = http_client()
        stripe.max_network_retries = RETRIES
        api_started.connect(_write_endpoint, dispatch_uid="billing endpoint")


def _write_endpoint(**_: object) -> None:
    from django.db import DatabaseError, connection

    from apps.billing.endpoint import endpoint_ensure

    try:
        endpoint_ensure()
    except DatabaseError as error:
        log.error("The webhook's secret could not be written down; webhooks try again", reason=type(error).__name__)
    finally:
        connection.close()  # an idle one would block a restore
