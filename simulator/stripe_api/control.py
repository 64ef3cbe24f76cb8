"""Stripe's part of the control API: what payers, banks and Stripe's dashboard would do, and time."""

from collections.abc import Callable
from typing import Any, get_args

from aiohttp import web

from simulator.control.orders import BadOrder, Order
from simulator.stripe_api.billing.calendar import advance, expire
from simulator.stripe_api.billing.collecting import collect, pay
from simulator.stripe_api.billing.paying import (
    BAD_CARD,
    GOOD_CARD,
    delete_customer,
    fail_checkout,
    give_card,
    pay_checkout,
)
from simulator.stripe_api.billing.returning import close_dispute, give_back, open_dispute
from simulator.stripe_api.billing.subscribing import cancel, cancel_at_period_end, pause, renew
from simulator.stripe_api.books import AfterFailures, Downgrades
from simulator.stripe_api.errors import StripeError
from simulator.stripe_api.pages import switch_price
from simulator.stripe_api.server import StripeApi
from simulator.stripe_api.store import Json, new_id

Act = Callable[[Json, Order], Json | None]


class StripeControl:
    """`POST /control/stripe/<kind>/<id>/<act>` does something to one object and answers with it."""

    def __init__(self, api: StripeApi) -> None:
        self._api = api
        self._books = api.books
        self._acts: dict[str, tuple[str, dict[str, Act]]] = {
            "checkouts": (
                "checkout.session",
                {"pay": self._pay_checkout, "fail": self._fail_checkout, "cancel": self._leave, "expire": self._expire},
            ),
            "subscriptions": (
                "subscription",
                {
                    "cancel": self._cancel,
                    "resume": self._resume,
                    "change": self._change,
                    "pause": self._pause,
                    "unpause": self._unpause,
                    "fail_payment": self._fail_payment,
                },
            ),
            "customers": ("customer", {"card": self._card, "delete": self._delete_customer}),
            "invoices": ("invoice", {"pay": self._pay_invoice, "fail": self._fail_invoice}),
            "charges": ("charge", {"refund": self._refund, "dispute": self._dispute}),
            "disputes": ("dispute", {"close": self._close_dispute}),
            "events": ("event", {"resend": self._resend}),
        }

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/control/stripe/requests", self._requests),
            web.get("/control/stripe/deliveries", self._deliveries),
            web.post("/control/stripe/clock", self._clock),
            web.post("/control/stripe/rules", self._rules),
            web.post("/control/stripe/endpoints", self._endpoint),
            web.get("/control/stripe/objects/{kind}", self._list),
            web.post("/control/stripe/{plural}/{id}/{act}", self._act),
        ]

    async def _requests(self, request: web.Request) -> web.Response:
        return web.json_response(list(self._api.requests))

    async def _deliveries(self, request: web.Request) -> web.Response:
        """Every attempt to deliver an event; `idle` once none is under way or waits."""
        courier = self._api.courier
        return web.json_response({"idle": courier.idle(), "attempts": list(courier.deliveries)})

    async def _clock(self, request: web.Request) -> web.Response:
        """`seconds` or `days` forward; what falls due in between happens at its moment."""
        order = await Order.of(request)
        ahead = order.number("seconds", 0) + 86_400 * order.number("days", 0, most=3650)
        happened = advance(self._books, self._books.now() + ahead)
        return web.json_response({"now": self._books.now(), "happened": happened})

    async def _rules(self, request: web.Request) -> web.Response:
        """`after_failures` (cancel, unpaid, past_due) and `downgrades` (at_once, period_end)."""
        order, rules = await Order.of(request), self._books.rules
        for name, known in (("after_failures", get_args(AfterFailures)), ("downgrades", get_args(Downgrades))):
            wanted = order.text(name, getattr(rules, name))
            if wanted not in known:
                raise BadOrder(f"{name} is one of {', '.join(known)}.")
            setattr(rules, name, wanted)
        return web.json_response({"after_failures": rules.after_failures, "downgrades": rules.downgrades})

    async def _endpoint(self, request: web.Request) -> web.Response:
        """Registers `url`; unlike Stripe's API it takes a `secret` that is known beforehand."""
        order = await Order.of(request)
        secret = order.text("secret", None) or new_id("whsec", 32)
        made = self._api.register(order.text("url"), secret, order.listing("enabled_events"))
        return web.json_response(made, status=201)

    async def _list(self, request: web.Request) -> web.Response:
        """Everything of a kind (`checkout.session`, `subscription`, …), oldest first."""
        return web.json_response(list(self._books.store.all(request.match_info["kind"])))

    async def _act(self, request: web.Request) -> web.Response:
        plural, act = request.match_info["plural"], request.match_info["act"]
        kind, acts = self._acts.get(plural, ("", {}))
        if act not in acts:
            known = [f"{name}/…/{one}" for name, (_, those) in self._acts.items() for one in those]
            raise BadOrder(f"There is no {plural}/…/{act}; there are {', '.join(known)}.", 404)
        order = await Order.of(request)
        try:
            thing = self._books.store.need(kind, request.match_info["id"])
            answer = acts[act](thing, order)
        except StripeError as wrong:
            raise BadOrder(str(wrong), 409 if wrong.status == 400 else wrong.status) from None
        return web.json_response(thing if answer is None else answer)

    def _pay_checkout(self, session: Json, order: Order) -> Json:
        """With a good card, and the `email` and promotion `code` that the payer may type in."""
        return pay_checkout(self._books, session, email=order.text("email", None), code=order.text("code", None))

    def _fail_checkout(self, session: Json, order: Order) -> None:
        try:
            fail_checkout(self._books, session)
        except StripeError as wrong:
            if wrong.status != 402:
                raise

    def _leave(self, session: Json, order: Order) -> Json:
        """The payer goes back; at Stripe nothing changes by that."""
        return {"cancel_url": session["cancel_url"], "status": session["status"]}

    def _expire(self, session: Json, order: Order) -> None:
        if session["status"] != "open":
            raise BadOrder(f"This session is {session['status']}.", 409)
        expire(self._books, session)

    def _cancel(self, made: Json, order: Order) -> None:
        if order.flag("at_period_end"):
            cancel_at_period_end(self._books, made, wanted=True)
        else:
            cancel(self._books, made)

    def _resume(self, made: Json, order: Order) -> None:
        cancel_at_period_end(self._books, made, wanted=False)

    def _change(self, made: Json, order: Order) -> None:
        switch_price(self._books, made, order.text("price"))

    def _pause(self, made: Json, order: Order) -> None:
        behaviour: dict[str, Any] = {"behavior": order.text("behavior", "void")}
        if order.has("resumes_at"):
            behaviour["resumes_at"] = order.number("resumes_at", 0)
        pause(self._books, made, behaviour)

    def _unpause(self, made: Json, order: Order) -> None:
        pause(self._books, made, None)

    def _fail_payment(self, made: Json, order: Order) -> None:
        """The card is refused from now on, and the next period's payment is due at once."""
        self._books.declining.add(made["customer"])
        renew(self._books, made)

    def _card(self, payer: Json, order: Order) -> Json:
        """A new card, also for the subscriptions that run; with `declines` it is refused at each charge."""
        self._books.declining.discard(payer["id"])
        method = give_card(self._books, payer, BAD_CARD if order.flag("declines") else GOOD_CARD)
        for made in self._books.store.all("subscription"):
            if made["customer"] == payer["id"] and made["status"] not in ("canceled", "incomplete_expired"):
                self._books.change("customer.subscription.updated", made, default_payment_method=method["id"])
        return method

    def _delete_customer(self, payer: Json, order: Order) -> Json:
        if payer.get("deleted"):
            raise BadOrder("This customer was deleted before.", 409)
        return delete_customer(self._books, payer)

    def _pay_invoice(self, due: Json, order: Order) -> None:
        self._books.declining.discard(due["customer"])
        pay(self._books, due)

    def _fail_invoice(self, due: Json, order: Order) -> None:
        self._books.declining.add(due["customer"])
        collect(self._books, due)

    def _refund(self, paid: Json, order: Order) -> Json:
        return give_back(self._books, paid, order.number("amount", 0) or None, order.text("reason", None))

    def _dispute(self, paid: Json, order: Order) -> Json:
        return open_dispute(self._books, paid, order.text("reason", "fraudulent"))

    def _close_dispute(self, case: Json, order: Order) -> None:
        verdict = order.text("verdict", "lost")
        if verdict not in ("won", "lost"):
            raise BadOrder("The verdict is won or lost.")
        close_dispute(self._books, case, verdict)

    def _resend(self, told: Json, order: Order) -> None:
        self._api.courier.resend(told)
