"""A Stripe, a Redis, and webhooks as Stripe signs them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import redis
import stripe
from django.db import connection
from django.test import Client
from djstripe.models import WebhookEventTrigger

from apps.billing import announcement, selectors, webhooks
from apps.billing.processing import webhook_process
from project import settings
from project.task_queues import BACKGROUND_QUEUE
from project.wire.envelope import argument_of
from tests.apps.billing.stripe_fake import Body, FakeStripe

GUILD = 9 << 22
SECRET = "whsec_of_the_tests"
KEY = "sk_test_" + "a" * 24
ALICE = 1


@dataclass
class Mailbox:
    """Delivers webhooks to our view, and does what a worker does with them."""

    store: redis.Redis
    events: list[Body] = field(default_factory=list)

    def event(self, kind: str, about: Body, identity: str | None = None) -> Body:
        """An event as Stripe words it, with the object as it is now."""
        made: Body = {
            "id": identity or f"evt_{len(self.events) + 1}", "object": "event", "type": kind, "livemode": False,
            "api_version": settings.STRIPE_API_VERSION, "created": int(time.time()), "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None}, "data": {"object": json.loads(json.dumps(about))},
        }  # fmt: skip
        self.events.append(made)
        return made

    def post(self, event: Body, *, secret: str = SECRET, age_s: int = 0, slash: str = "", uuid: str = "") -> int:
        """Deliver it; the answer's status."""
        body, at = json.dumps(event), int(time.time()) - age_s
        signature = stripe.WebhookSignature._compute_signature(f"{at}.{body}", secret)
        answer = Client().post(
            f"/stripe/webhook/{uuid or settings.STRIPE_WEBHOOK_UUID}{slash}",
            data=body,
            content_type="application/json",
            headers={"Stripe-Signature": f"t={at},v1={signature}"},
        )
        return answer.status_code

    def queued(self) -> list[int]:
        """Ids of the stored webhooks that wait on the task queue; they are taken off."""
        found = []
        while (raw := self.store.rpop(BACKGROUND_QUEUE)) is not None:
            found.append(int(argument_of(str(raw))["trigger"]))
        return found

    def work(self) -> None:
        """What a worker does with all that waits; raises what goes wrong."""
        for trigger_id in self.queued():
            webhook_process(trigger_id=trigger_id)

    def work_at_once(self) -> list[Exception]:
        """A worker for each that waits; what went wrong."""
        failed: list[Exception] = []

        def work(trigger_id: int) -> None:
            try:
                webhook_process(trigger_id=trigger_id)
            except Exception as error:  # told in the test's own thread
                failed.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=[one]) for one in self.queued()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return failed

    def deliver(self, kind: str, about: Body, identity: str | None = None) -> None:
        """Post and work."""
        assert self.post(self.event(kind, about, identity)) == 200
        self.work()

    def waiting(self) -> int:
        """Stored and not processed."""
        count: int = WebhookEventTrigger.objects.filter(processed=False).count()
        return count


@pytest.fixture
def stripe_fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStripe]:
    fake = FakeStripe()
    fake.account()
    fake.customer()
    for name, value in {
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_TEST_SECRET_KEY": KEY,
        "STRIPE_API_HOST": fake.url,
        "STRIPE_WEBHOOK_SECRET": SECRET,
    }.items():
        monkeypatch.setattr(settings, name, value)
        monkeypatch.setattr(f"django.conf.settings.{name}", value, raising=False)
    monkeypatch.setattr(stripe, "api_base", fake.url)
    monkeypatch.setattr(stripe, "max_network_retries", 0)
    monkeypatch.setattr("apps.billing.stripe_client.RETRIES", 0)
    yield fake
    fake.close()


@pytest.fixture
def store(redis_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    client: redis.Redis = redis.Redis.from_url(redis_server, decode_responses=True)
    for module in (announcement, selectors, webhooks):
        monkeypatch.setattr(module, "client", client)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def mailbox(stripe_fake: FakeStripe, store: redis.Redis) -> Mailbox:
    return Mailbox(store)


def heard(listener: Any) -> list[dict[str, Any]]:
    """What came on the channel."""
    found = []
    while (message := listener.get_message(timeout=0.5)) is not None:
        found.append(json.loads(message["data"]))
    return found
