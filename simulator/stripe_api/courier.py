"""Takes events to the registered endpoints: signed, tried again when refused, and as disorderly as faults ask for."""

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections import deque
from typing import Any

import aiohttp

from simulator.faults import Fault, FaultBoard
from simulator.stripe_api.store import Json, Store, new_id

log = logging.getLogger(__name__)

RETRY_S = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0)
"""Stripe tries for three days; a developer's machine need not."""
_TIMEOUT_S = 20
_KEPT = 5000


def sign(body: str, secret: str, at: int) -> str:
    """The Stripe-Signature header: https://docs.stripe.com/webhooks#verify-manually."""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class WebhookCourier:
    """One delivery is a task of its own, so that a slow or failing event keeps no other one waiting."""

    def __init__(self, store: Store, faults: FaultBoard) -> None:
        self._store = store
        self._faults = faults
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[tuple[Json, Json]] = []
        self._http: aiohttp.ClientSession | None = None
        self.secrets: dict[str, str] = {}
        """By endpoint id."""
        self.deliveries: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        """Every attempt, oldest first: event, type, endpoint, attempt, and status, error or fault."""

    async def start(self) -> None:
        each_anew = aiohttp.TCPConnector(force_close=True)  # Stripe has many senders: a Service shares them out
        self._http = aiohttp.ClientSession(connector=each_anew, timeout=aiohttp.ClientTimeout(total=_TIMEOUT_S))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    def post(self, told: Json) -> None:
        """To every endpoint that wants events of its type."""
        for endpoint in self._store.all("webhook_endpoint"):
            wanted = endpoint["enabled_events"]
            if endpoint["status"] == "enabled" and ("*" in wanted or told["type"] in wanted):
                told["pending_webhooks"] += 1
                self._send(told, endpoint, self._faults.take("stripe_webhook", type=told["type"]))

    def resend(self, told: Json) -> None:
        """Once more, as from Stripe's dashboard; faults do not meet it."""
        for endpoint in self._store.all("webhook_endpoint"):
            self._begin(self._deliver(told, endpoint, []))

    def idle(self) -> bool:
        return not self._tasks and not self._held

    def _send(self, told: Json, endpoint: Json, faults: list[Fault]) -> None:
        kinds = {fault.kind: fault for fault in faults}
        if "drop" in kinds:
            self._note(told, endpoint, attempt=0, fault="drop")
            return
        if "reverse" in kinds:
            if not self._held:
                self._begin(self._reversed(float(kinds["reverse"].params.get("ms", 500)) / 1000))
            self._held.append((told, endpoint))
            return
        copies = int(kinds["duplicate"].params.get("times", 2)) if "duplicate" in kinds else 1
        for _ in range(copies):
            self._begin(self._deliver(told, endpoint, faults))

    def _begin(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reversed(self, hold_s: float) -> None:
        """What came within the time goes out last first, one after the other."""
        await asyncio.sleep(hold_s)
        held, self._held = self._held, []
        for told, endpoint in reversed(held):
            await self._deliver(told, endpoint, [])

    async def _deliver(self, told: Json, endpoint: Json, faults: list[Fault]) -> None:
        for fault in faults:
            if fault.kind == "delay":
                await asyncio.sleep(float(fault.params.get("ms", 1000)) / 1000)
        for attempt, pause_s in enumerate((*RETRY_S, 0.0), start=1):
            if await self._attempt(told, endpoint, faults, attempt):
                told["pending_webhooks"] = max(0, told["pending_webhooks"] - 1)
                return
            await asyncio.sleep(pause_s)
        log.warning("Webhook %s was never accepted by %s", told["id"], endpoint["url"])

    async def _attempt(self, told: Json, endpoint: Json, faults: list[Fault], attempt: int) -> bool:
        if self._http is None:
            raise RuntimeError("the courier has not started")
        body = json.dumps(told, indent=2)
        secret, at, struck = self.secrets[endpoint["id"]], int(time.time()), None
        for fault in faults if attempt == 1 else ():
            if fault.kind == "wrong_secret":
                secret, struck = new_id("whsec", 32), fault.kind
            elif fault.kind == "stale":
                at, struck = at - int(fault.params.get("seconds", 3600)), fault.kind
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": sign(body, secret, at)}
        try:
            async with self._http.post(endpoint["url"], data=body, headers=headers, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            self._note(told, endpoint, attempt=attempt, error=type(error).__name__, fault=struck)
            return False
        self._note(told, endpoint, attempt=attempt, status=status, fault=struck)
        return 200 <= status < 300

    def _note(self, told: Json, endpoint: Json, **facts: Any) -> None:
        self.deliveries.append({"event": told["id"], "type": told["type"], "endpoint": endpoint["id"], **facts})
