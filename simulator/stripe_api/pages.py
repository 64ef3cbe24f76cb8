"""The pages that a payer sees: checkout with Pay, Fail and Cancel, and the portal of a customer."""

from collections.abc import Callable
from html import escape
from typing import Any

from aiohttp import web

from simulator.control.guard import refusal
from simulator.stripe_api.billing.paying import fail_checkout, pay_checkout
from simulator.stripe_api.billing.scheduling import change_at_period_end, release
from simulator.stripe_api.billing.subscribing import cancel_at_period_end, change_price, refuse_ended
from simulator.stripe_api.books import Books
from simulator.stripe_api.errors import StripeError, invalid
from simulator.stripe_api.store import Json

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem;color:#1a1f36}"
    "form{display:inline}"
    "button{font:inherit;padding:.5rem 1rem;margin:.2rem;border:1px solid #a3acb9;border-radius:6px;background:#fff}"
    "button.main{background:#067a3a;border-color:#067a3a;color:#fff}"
    ".note{background:#f6f8fa;border-radius:6px;padding:.5rem 1rem}.bad{background:#fde8e8}"
)


class PayerPages:
    """Forms post back to their own page; a wrong one tells why on it."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/checkout/{id}", self._checkout),
            web.post("/checkout/{id}/{act}", self._act_on_checkout),
            web.get("/portal/{id}", self._portal),
            web.post("/portal/{id}/{act}", self._act_on_portal),
        ]

    async def _checkout(self, request: web.Request) -> web.Response:
        return self._checkout_page(self._found(request, "checkout.session"))

    async def _act_on_checkout(self, request: web.Request) -> web.Response:
        session = self._found(request, "checkout.session")
        form = await request.post()
        email, code = (str(form.get(name) or "") or None for name in ("email", "code"))
        try:
            match request.match_info["act"]:
                case "pay":
                    pay_checkout(self._books, session, email=email, code=code)
                    return _go(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))
                case "fail":
                    fail_checkout(self._books, session)
                case "cancel" if session["cancel_url"]:
                    return _go(session["cancel_url"])
        except StripeError as wrong:
            return self._checkout_page(session, str(wrong), wrong.status)
        raise web.HTTPNotFound

    def _checkout_page(self, session: Json, problem: str | None = None, status: int = 200) -> web.Response:
        lines = self._books.session_lines[session["id"]]
        told = [f"<p>{escape(line['description'])}: {_money(line)}</p>" for line in lines]
        told.append(f"<p><strong>Total {_money(session)}</strong></p>")
        if session["status"] != "open":
            told.append(f"<p class=note>This checkout is {escape(session['status'])}.</p>")
            return _page("Checkout", told, problem, status)
        base = f"/checkout/{session['id']}"
        asks = "" if session["customer"] else "<p><label>E-mail <input name=email type=email></label></p>"
        if session["allow_promotion_codes"]:
            asks += "<p><label>Promotion code <input name=code></label></p>"
        told.append(f'<form method=post action="{base}/pay">{asks}<button class=main>Pay</button></form>')
        told.append(_button(f"{base}/fail", "Fail"))
        told += [_button(f"{base}/cancel", "Cancel")] if session["cancel_url"] else []
        return _page("Checkout", told, problem, status)

    async def _portal(self, request: web.Request) -> web.Response:
        return self._portal_page(self._found(request, "billing_portal.session"))

    async def _act_on_portal(self, request: web.Request) -> web.Response:
        session = self._found(request, "billing_portal.session")
        form = await request.post()
        try:
            self._carry_out(session, request.match_info["act"], {name: str(value) for name, value in form.items()})
        except StripeError as wrong:
            return self._portal_page(session, str(wrong), wrong.status)
        return _go(f"/portal/{session['id']}")

    def _carry_out(self, session: Json, act: str, form: dict[str, str]) -> None:
        store = self._books.store
        made = store.named("subscription", form.get("subscription", ""), "subscription")
        if made["customer"] != session["customer"]:
            raise invalid("This subscription is another customer's.", "subscription")
        match act:
            case "cancel" | "resume":
                cancel_at_period_end(self._books, made, wanted=act == "cancel")
            case "change":
                switch_price(self._books, made, form.get("price", ""))
            case _:
                raise web.HTTPNotFound

    def _portal_page(self, session: Json, problem: str | None = None, status: int = 200) -> web.Response:
        told = []
        for made in self._books.store.all("subscription"):
            if made["customer"] == session["customer"]:
                told += self._subscription(session, made)
        if session["return_url"]:
            told.append(f'<p><a href="{escape(session["return_url"])}">Return</a></p>')
        return _page("Your subscriptions", told, problem, status)

    def _subscription(self, session: Json, made: Json) -> list[str]:
        item = made["items"]["data"][0]
        ends = ", ends with its period" if made["cancel_at_period_end"] else ""
        told = [f"<h2>{escape(_name(item['price']))}</h2><p>{_money(item['price'])}, {made['status']}{ends}</p>"]
        if made["status"] in ("canceled", "incomplete_expired"):
            return told
        base, hidden = f"/portal/{session['id']}", {"subscription": made["id"]}
        act, label = ("resume", "Do not cancel") if made["cancel_at_period_end"] else ("cancel", "Cancel subscription")
        told.append(_button(f"{base}/{act}", label, hidden))
        for price in self._books.store.all("price"):
            if price["active"] and price["recurring"] and price["id"] != item["price"]["id"]:
                label = f"Change to {_name(price)} ({_money(price)})"
                told.append(_button(f"{base}/change", label, {**hidden, "price": price["id"]}))
        return told

    def _found(self, request: web.Request, kind: str) -> Json:
        why = refusal(request.headers.get("Host"), request.headers.get("Origin"))
        if why is not None:
            raise web.HTTPForbidden(text=why)
        found = self._books.store.get(kind, request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound(text="There is no such page.", headers=_HEADERS)
        return found


def switch_price(books: Books, made: Json, price_id: str) -> None:
    """As the portal does it: at once with the difference billed now, or for a cheaper one as the rules say."""
    item = made["items"]["data"][0]
    price = books.store.named("price", price_id, "price")
    if books.rules.downgrades == "period_end" and price["unit_amount"] < item["price"]["unit_amount"]:
        refuse_ended(made)
        change_at_period_end(books, made, price)
        return
    if made["schedule"] is not None:
        release(books, books.store.need("subscription_schedule", made["schedule"]))
    before = {"items": {**made["items"], "data": [dict(item)]}}
    change_price(books, made, item, price, quantity=item["quantity"], proration="always_invoice")
    books.record("customer.subscription.updated", made, before)


def _go(url: str) -> web.Response:
    return web.Response(status=303, headers={**_HEADERS, "Location": url})


def _name(price: Json) -> str:
    return str(price["nickname"] or price["id"])


def _money(thing: Json) -> str:
    first: Callable[[str], Any] = thing.get
    amount = next(first(name) for name in ("amount_total", "unit_amount") if first(name) is not None)
    return f"{amount / 100:.2f} {thing['currency'].upper()}"


def _button(action: str, label: str, hidden: dict[str, str] | None = None) -> str:
    fields = "".join(f'<input type=hidden name="{name}" value="{escape(v)}">' for name, v in (hidden or {}).items())
    return f'<form method=post action="{action}">{fields}<button>{escape(label)}</button></form>'


def _page(title: str, parts: list[str], problem: str | None, status: int) -> web.Response:
    told = f"<p class='note bad' role=alert>{escape(problem)}</p>" if problem else ""
    text = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{_STYLE}</style>"
        f"<h1>{title}</h1>{told}{''.join(parts)}<p class=note>Simulated: no money moves.</p></html>"
    )
    return web.Response(text=text, content_type="text/html", status=status, headers=_HEADERS)
