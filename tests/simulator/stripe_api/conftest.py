"""A simulated Stripe of each test's own, spoken to by Stripe's official client, and a receiver of its webhooks."""

from collections.abc import Iterator

import pytest

from tests.simulator.stripe_api.receiver import Receiver
from tests.simulator.stripe_api.shop import Shop


@pytest.fixture
def shop() -> Iterator[Shop]:
    made = Shop()
    yield made
    made.close()


@pytest.fixture
def receiver(shop: Shop) -> Iterator[Receiver]:
    """Registered for all events before anything happens."""
    made = Receiver()
    shop.control.post("/stripe/endpoints", {"url": made.url, "secret": made.secret})
    yield made
    made.close()
