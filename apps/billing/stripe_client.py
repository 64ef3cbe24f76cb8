"""Stripe's API with our key, our patience and our words for what can go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import stripe

from project import settings

PATIENCE_SECONDS = 10.0
"""One attempt; Stripe's own library tries twice more where that is safe."""
RETRIES = 2
MEMBER_SECONDS = 4.0
"""The one attempt while a member waits for a link: the desk gives a command up after 20 s."""


class StripeFailed(Exception):
    """Stripe did not do what was asked. `retry` says whether asking again can help; nothing was changed here."""

    def __init__(self, message: str, *, retry: bool) -> None:
        super().__init__(message)
        self.retry = retry


class StripeMissing(StripeFailed):
    """What was asked for does not exist at Stripe (any more)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retry=False)


class StripeNotConfigured(StripeFailed):
    """No STRIPE_SECRET_KEY: nothing is sold here."""

    def __init__(self) -> None:
        super().__init__("STRIPE_SECRET_KEY is not set", retry=False)


@cache
def http_client(seconds: float = PATIENCE_SECONDS) -> stripe.HTTPClient:
    """dj-stripe uses it as well, see BillingConfig.ready."""
    return stripe.RequestsClient(timeout=seconds)


def client(*, member_waits: bool = False) -> stripe.StripeClient:
    """Raises StripeNotConfigured."""
    if not settings.STRIPE_SECRET_KEY:
        raise StripeNotConfigured
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_HOST, member_waits)


@contextmanager
def asking() -> Iterator[None]:
    """Stripe's exceptions as ours; messages of Stripe's carry no secret but may name an e-mail, so they are cut."""
    try:
        yield
    except stripe.InvalidRequestError as error:
        if error.code == "resource_missing":
            raise StripeMissing(f"Stripe does not know it: {error.param or 'object'}") from error
        raise StripeFailed(f"Stripe refuses: {error.code or error.param or 'invalid request'}", retry=False) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise StripeFailed("Stripe does not accept STRIPE_SECRET_KEY", retry=False) from error
    except stripe.StripeError as error:
        raise StripeFailed(f"Stripe is away: {type(error).__name__}", retry=True) from error


@cache
def _client(key: str, host: str, member_waits: bool) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": host},
        stripe_version=settings.STRIPE_API_VERSION,
        max_network_retries=0 if member_waits else RETRIES,
        http_client=http_client(MEMBER_SECONDS if member_waits else PATIENCE_SECONDS),
    )
