"""The simulator with its Stripe in a thread of its own, and what a test needs to sell something there."""

import asyncio
import threading
from typing import Any

import stripe

from simulator.control_client import ControlClient
from simulator.process.discord_site import DiscordSite
from simulator.stripe_api.shapes.notices import API_VERSION
from tests.simulator.discord_client import ManualClock

NOW = 1_800_000_000
"""Friday 2027-01-15 08:00 UTC, where each test's clock stands."""
DAY_S = 86_400
GUILD = {"guild_id": "42"}


class Shop:
    """`stripe` is the official client, `control` what people and banks do."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.site: DiscordSite = self._run(self._start())
        self.url = self.site.base_url
        self.key = self.site.stripe.secret_key
        self.client = stripe.StripeClient(
            self.key, base_addresses={"api": self.url}, stripe_version=API_VERSION, max_network_retries=0
        )
        self.stripe = self.client.v1
        self.control = ControlClient(self.site.control_url)

    async def _start(self) -> DiscordSite:
        site = DiscordSite(clock=ManualClock(NOW))
        await site.start()
        return site

    def close(self) -> None:
        self._run(self.site.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def price(self, amount: int = 999, interval: Any = "month") -> stripe.Price:
        product = self.stripe.products.create({"name": f"Plan of {amount}"})
        return self.stripe.prices.create(
            {"product": product.id, "unit_amount": amount, "currency": "usd", "recurring": {"interval": interval}}
        )

    def checkout(self, price: stripe.Price, **more: Any) -> stripe.checkout.Session:
        """A checkout of one `price` for guild 42."""
        wanted: Any = {
            "mode": "subscription",
            "client_reference_id": "42",
            "line_items": [{"price": price.id, "quantity": 1}],
            "metadata": GUILD,
            "subscription_data": {"metadata": GUILD},
            "success_url": "https://segue.example/thanks?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://segue.example/back",
            **more,
        }
        return self.stripe.checkout.sessions.create(wanted)

    def subscription(self, price: stripe.Price | None = None, **more: Any) -> stripe.Subscription:
        """One that a payer has just paid for."""
        session = self.checkout(price or self.price(), **more)
        paid = self.control.post(f"/stripe/checkouts/{session.id}/pay", {})
        return self.stripe.subscriptions.retrieve(paid["subscription"])

    def again(self, made: stripe.Subscription) -> dict[str, Any]:
        """The subscription as it is now."""
        shown: dict[str, Any] = self.stripe.subscriptions.retrieve(made.id).to_dict()
        return shown

    def days_pass(self, days: int) -> None:
        self.control.post("/stripe/clock", {"days": days})
