"""The simulated Stripe on the simulator's HTTP port: /v1, the payers' pages, and the passing of its time."""

import asyncio
import base64
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from simulator.faults import Fault, FaultBoard, wait_out
from simulator.stripe_api.billing.calendar import run_due
from simulator.stripe_api.books import Books
from simulator.stripe_api.clock import StripeClock
from simulator.stripe_api.courier import WebhookCourier
from simulator.stripe_api.errors import StripeError
from simulator.stripe_api.expansion import expanded
from simulator.stripe_api.form import nested, read_form
from simulator.stripe_api.idempotency import Answer, Answered
from simulator.stripe_api.operations import OPERATIONS
from simulator.stripe_api.operations.call import Call, Operation
from simulator.stripe_api.operations.endpoints import add_endpoint
from simulator.stripe_api.pages import PayerPages
from simulator.stripe_api.parameters import read_parameters
from simulator.stripe_api.shapes.notices import API_VERSION
from simulator.stripe_api.shapes.payer import account
from simulator.stripe_api.store import Json, Store, new_id

log = logging.getLogger(__name__)

SANDBOX_KEY = "sk_test_" + "segue" * 5
"""Of the sandbox alone: dj-stripe wants at least 24 characters after the prefix."""
_LOOK_S = 1.0
_KEPT = 5000
_PAGING = frozenset({"limit", "starting_after", "ending_before", "created", "expand", "page"})


class StripeApi:
    """Everything of Stripe's that a program or a payer reaches."""

    def __init__(
        self,
        base_url: str,
        *,
        faults: FaultBoard,
        secret_key: str = SANDBOX_KEY,
        clock: Callable[[], float] = time.time,
    ) -> None:
        store = Store()
        self.courier = WebhookCourier(store, faults)
        self.books = Books(base_url, StripeClock(clock), self.courier, store)
        self.secret_key = secret_key
        self.requests: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._faults = faults
        self._answered = Answered()
        self._ticking: asyncio.Task[None] | None = None
        self._pages = PayerPages(self.books)
        store.add(account(self.books.now()))

    def routes(self) -> list[web.RouteDef]:
        api = [web.route(one.method, one.path, self._serving(one)) for one in OPERATIONS]
        return [*api, web.route("*", "/v1/{rest:.*}", self._unknown), *self._pages.routes()]

    def register(self, url: str, secret: str, events: list[str] | None = None) -> Json:
        """Send events (all unless named) to `url`, signed with a secret that the receiver knows already."""
        data = {"url": url, "enabled_events": events or ["*"]}
        return add_endpoint(Call(self.books, "", {}, data), secret)

    async def start(self) -> None:
        await self.courier.start()
        self._ticking = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)
        await self.courier.stop()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            try:
                run_due(self.books)
            except StripeError:
                log.exception("What fell due could not be carried out")

    def _serving(self, operation: Operation) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            struck = self._faults.take("stripe", path=request.path, method=request.method)
            await wait_out(struck)
            early = [fault for fault in struck if not fault.params.get("after")]
            if refused := self._break(request, early):
                return refused
            status, body, replayed = await self._answer(operation, request)
            if refused := self._break(request, [fault for fault in struck if fault.params.get("after")]):
                return refused
            headers = {"Idempotent-Replayed": "true"} if replayed else {}
            return self._reply(request, status, body, headers)

        return serve

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        wrong = StripeError(f"Unrecognized request URL ({request.method}: {request.path}).", status=404)
        return self._reply(request, wrong.status, wrong.body(), {})

    def _break(self, request: web.Request, faults: list[Fault]) -> web.StreamResponse | None:
        for fault in faults:
            if fault.kind == "drop":
                if request.transport is not None:
                    request.transport.abort()
                self._note(request, 0)
                return web.Response(status=500)
            if fault.kind == "status":
                status = int(fault.params.get("status", 500))
                kind = "rate_limit" if status == 429 else "api_error"
                wrong = StripeError("An unknown error occurred.", status=status, kind=kind)
                return self._reply(request, status, wrong.body(), {})
        return None

    async def _answer(self, operation: Operation, request: web.Request) -> tuple[int, Json, bool]:
        try:
            self._admit(request)
            given = {**nested(request.query.items()), **read_form(await request.text())}
            key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
            asked = (request.method, request.path, given)
            if key is not None and (known := self._answered.known(key, asked)):
                return *known, True
        except StripeError as wrong:
            return wrong.status, wrong.body(), False
        answer = self._run(operation, request, given, key)
        if key is not None:
            self._answered.keep(key, asked, answer)
        return *answer, False

    def _admit(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "")
        key = given.removeprefix("Bearer ")
        if given.startswith("Basic "):
            key = base64.b64decode(given.removeprefix("Basic ")).decode(errors="replace").partition(":")[0]
        if key != self.secret_key:
            raise StripeError(f"Invalid API Key provided: {key[:8]}****", status=401)
        version = request.headers.get("Stripe-Version", API_VERSION)
        if version != API_VERSION:
            raise StripeError(f"The simulated Stripe speaks {API_VERSION} only, not {version}.")

    def _run(self, operation: Operation, request: web.Request, given: Json, key: str | None) -> Answer:
        """Runs without a pause, so requests are carried out one after the other."""
        books = self.books
        try:
            run_due(books)
            data = read_parameters(operation.parameters, given)
            self._refuse_unsimulated(operation, data)
            wanted = data.pop("expand", None) or []
            books.request = {"id": new_id("req", 14), "idempotency_key": key}
            made = operation.run(Call(books, request.path, dict(request.match_info), data))
            return 200, expanded(books, made, wanted)
        except StripeError as wrong:
            return wrong.status, wrong.body()
        finally:
            books.request = {"id": None, "idempotency_key": None}

    def _refuse_unsimulated(self, operation: Operation, data: Json) -> None:
        known = operation.simulated
        for name in data:
            if known is not None and name not in known | _PAGING:
                raise StripeError(
                    f"Stripe knows `{name}` here, the simulated one does not.", param=name, code="not_simulated"
                )

    def _reply(self, request: web.Request, status: int, body: Json, headers: dict[str, str]) -> web.Response:
        self._note(request, status)
        told = {"Request-Id": new_id("req", 14), "Stripe-Version": API_VERSION, **headers}
        return web.json_response(body, status=status, headers=told)

    def _note(self, request: web.Request, status: int) -> None:
        self.requests.append(
            {
                "at": time.time(),
                "method": request.method,
                "path": request.path,
                "status": status,
                "idempotency_key": request.headers.get("Idempotency-Key"),
            }
        )
