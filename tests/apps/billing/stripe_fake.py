"""A small Stripe on a real socket: it keeps objects, answers as Stripe's API does, and misbehaves when told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Body = dict[str, Any]
DAY = 86_400
PERIOD_END = int(time.time()) + 20 * DAY


LISTEN_SECONDS = 0.01
"""How soon it notices that it shall end: with the default of half a second that is what a test takes longest for."""


class FakeStripe:
    """Objects by path; what was asked; what goes wrong."""

    def __init__(self) -> None:
        self.objects: dict[str, Body] = {}
        self.asked: list[tuple[str, str]] = []
        self.sent: list[tuple[str, dict[str, list[str]]]] = []
        self.keys: list[str] = []
        """Idempotency keys."""
        self.fail_with: int | None = None
        self.broken: set[str] = set()
        """Paths that answer with 500."""
        self.latency = 0.0
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                """Tests print what they want."""

            def _serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                form = parse_qs(self.rfile.read(length).decode())
                url = urlsplit(self.path)
                fake.asked.append((self.command, url.path))
                if key := self.headers.get("Idempotency-Key"):
                    fake.keys.append(key)
                time.sleep(fake.latency)
                status, body = fake.answer(self.command, url.path, parse_qs(url.query), form)
                raw = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                with suppress(ConnectionError):  # whoever asked has no patience left
                    self.end_headers()
                    self.wfile.write(raw)

            do_GET = do_POST = do_DELETE = _serve  # noqa: N815 # http.server's names

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(LISTEN_SECONDS,), daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self.server.shutdown()
        self.server.server_close()

    def answer(
        self, method: str, path: str, query: dict[str, list[str]], form: dict[str, list[str]]
    ) -> tuple[int, Body]:
        """Status and body."""
        if self.fail_with is not None or path in self.broken:
            return self.fail_with or 500, {"error": {"type": "api_error", "message": "Stripe is not well"}}
        if method == "POST":
            self.sent.append((path, form))
            if path in self.objects and form.get("cancel_at_period_end") == ["true"]:
                return 200, self.change(path.rpartition("/")[2], cancel_at_period_end=True)
            return 200, self._made(path, form)
        if method == "DELETE" and path in self.objects:
            kept = self.objects[path]
            if kept["object"] == "subscription":
                return 200, self.change(kept["id"], status="canceled")
            self.objects[path] = {"id": kept["id"], "object": kept["object"], "deleted": True}
            return 200, self.objects[path]
        if path == "/v1/subscriptions":
            customer = query.get("customer", [None])[0]
            ended = "status" not in query
            found = [
                one
                for where, one in self.objects.items()
                if where.startswith("/v1/subscriptions/")
                and customer in (None, one["customer"])
                and not (ended and one["status"] == "canceled")
            ]
            return 200, _page(path, found, query)
        if path.endswith("/features"):
            return 200, {"object": "list", "url": path, "has_more": False, "data": []}
        if (known := self.objects.get(path)) is not None:
            return 200, known
        error = {
            "type": "invalid_request_error",
            "code": "resource_missing",
            "param": "id",
            "message": "No such object",
        }
        return 404, {"error": error}

    def _made(self, path: str, form: dict[str, list[str]]) -> Body:
        kind = path.removeprefix("/v1/").replace("/", ".")
        made: Body = {"id": f"{kind}_{len(self.sent)}", "object": kind, "url": f"https://stripe.test/{len(self.sent)}"}
        self.objects[f"{path}/{made['id']}"] = made
        return made

    # -- objects that a test puts in place -------------------------------------------------------------------------

    def account(self) -> None:
        """Whose key it is; dj-stripe asks first."""
        account = {"id": "acct_1", "object": "account", "type": "standard", "settings": {}, "metadata": {}}
        self.objects["/v1/account"] = self.objects["/v1/accounts/acct_1"] = account

    def customer(self, identity: str = "cus_1") -> Body:
        """A payer."""
        made: Body = {
            "id": identity, "object": "customer", "livemode": False, "created": 1, "metadata": {}, "discount": None,
            "default_source": None, "invoice_settings": {"default_payment_method": None}, "email": "payer@example.com",
        }  # fmt: skip
        self.objects[f"/v1/customers/{identity}"] = made
        return made

    def price(self, tier: str, identity: str | None = None) -> Body:
        """A price whose metadata names its tier."""
        product = f"prod_{tier}"
        self.objects[f"/v1/products/{product}"] = {
            "id": product, "object": "product", "livemode": False, "created": 1, "metadata": {"tier": tier},
            "name": tier, "type": "service", "active": True, "default_price": None,
        }  # fmt: skip
        made: Body = {
            "id": identity or f"price_{tier}", "object": "price", "livemode": False, "created": 1, "active": True,
            "metadata": {"tier": tier}, "product": product, "currency": "usd", "unit_amount": 999, "type": "recurring",
            "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
        }  # fmt: skip
        self.objects[f"/v1/prices/{made['id']}"] = made
        return made

    def subscription(self, guild_id: int | None, identity: str = "sub_1", **changes: Any) -> Body:
        """An active subscription of cus_1; `tier`, `status`, `period_end` and any field may be changed."""
        tier, end = changes.pop("tier", "PREMIUM"), changes.pop("period_end", PERIOD_END)
        item = {
            "id": f"si_{identity}", "object": "subscription_item", "created": 1, "metadata": {}, "quantity": 1,
            "subscription": identity, "price": self.price(tier), "current_period_start": end - 30 * DAY,
            "current_period_end": end, "tax_rates": [], "discounts": [],
        }  # fmt: skip
        made: Body = {
            "id": identity, "object": "subscription", "livemode": False, "created": 1, "status": "active",
            "customer": "cus_1", "metadata": {"guild_id": str(guild_id)} if guild_id else {}, "discounts": [],
            "items": {"object": "list", "has_more": False, "url": "/v1/subscription_items", "data": [item]},
            "cancel_at_period_end": False, "cancel_at": None, "pause_collection": None, "latest_invoice": None,
            "default_payment_method": None, "default_source": None, "pending_setup_intent": None, "schedule": None,
            "default_tax_rates": [], "start_date": 1, "collection_method": "charge_automatically", **changes,
        }  # fmt: skip
        self.objects[f"/v1/subscriptions/{identity}"] = made
        return made

    def change(self, identity: str, **changes: Any) -> Body:
        """A subscription changes."""
        path = f"/v1/subscriptions/{identity}"
        self.objects[path] = {**self.objects[path], **changes}
        return self.objects[path]

    def session(self, guild_id: int, subscription: str = "sub_1") -> Body:
        """A Checkout that was paid."""
        made: Body = {
            "id": "cs_test_1", "object": "checkout.session", "livemode": False, "created": 1, "mode": "subscription",
            "status": "complete", "payment_status": "paid", "customer": "cus_1", "subscription": subscription,
            "client_reference_id": str(guild_id), "metadata": {"guild_id": str(guild_id)}, "payment_intent": None,
            "setup_intent": None, "invoice": None,
        }  # fmt: skip
        self.objects["/v1/checkout/sessions/cs_test_1"] = made
        return made

    def invoice(self, subscription: str = "sub_1", status: str = "open") -> Body:
        """A bill of a subscription."""
        made: Body = {
            "id": "in_1", "object": "invoice", "livemode": False, "created": 1, "customer": "cus_1", "status": status,
            "parent": {"type": "subscription_details", "subscription_details": {"subscription": subscription}},
            "metadata": {}, "discounts": [], "default_payment_method": None, "default_source": None,
            "default_tax_rates": [], "account_tax_ids": [], "total_discount_amounts": [],
            "lines": {"object": "list", "data": [], "has_more": False, "url": "/v1/invoices/in_1/lines"},
        }  # fmt: skip
        self.objects["/v1/invoices/in_1"] = made
        return made

    def charge(self) -> Body:
        """A payment."""
        made: Body = {
            "id": "ch_1", "object": "charge", "livemode": False, "created": 1, "customer": "cus_1", "metadata": {},
            "amount": 999, "amount_refunded": 999, "currency": "usd", "refunded": True, "status": "succeeded",
            "payment_intent": None, "payment_method": None, "balance_transaction": None, "transfer": None,
            "application_fee": None, "on_behalf_of": None, "source_transfer": None, "source": None, "dispute": None,
        }  # fmt: skip
        self.objects["/v1/charges/ch_1"] = made
        return made

    def dispute(self) -> Body:
        """Somebody wants a payment back."""
        self.charge()
        made: Body = {
            "id": "dp_1", "object": "dispute", "livemode": False, "created": 1, "charge": "ch_1", "metadata": {},
            "amount": 999, "currency": "usd", "status": "needs_response", "reason": "fraudulent",
            "payment_intent": None, "balance_transaction": None, "balance_transactions": [],
        }  # fmt: skip
        self.objects["/v1/disputes/dp_1"] = made
        return made


Make = Callable[[FakeStripe, int], Body]
"""Puts in place what an event is about, and returns it."""


def _page(path: str, found: list[Body], query: dict[str, list[str]]) -> Body:
    """As Stripe cuts a list: `limit` (at most 100) objects behind `starting_after`."""
    after = query.get("starting_after", [None])[0]
    start = next((place for place, one in enumerate(found, start=1) if one["id"] == after), 0)
    end = start + min(100, int(query.get("limit", ["10"])[0]))
    return {"object": "list", "url": path, "has_more": end < len(found), "data": found[start:end]}
