"""Coupons on subscriptions: which apply, what they take off, and when they end."""

from typing import Any

from simulator.stripe_api.books import Books
from simulator.stripe_api.clock import later
from simulator.stripe_api.errors import invalid
from simulator.stripe_api.shapes.catalogue import discount
from simulator.stripe_api.shapes.invoice import Charged
from simulator.stripe_api.store import Json


def coupon_named(books: Books, coupon_id: str, param: str) -> Json:
    """A coupon that can still be redeemed; raises StripeError."""
    found = books.store.named("coupon", coupon_id, param)
    full = found["max_redemptions"] is not None and found["times_redeemed"] >= found["max_redemptions"]
    late = found["redeem_by"] is not None and found["redeem_by"] < books.now()
    if full or late or not found["valid"]:
        raise invalid(f"Coupon {coupon_id} is used up and cannot be applied.", param, "coupon_expired")
    return found


def give_discounts(books: Books, subscription: Json, wanted: list[dict[str, Any]]) -> None:
    """The subscription has these coupons from now on, in place of those that it had."""
    kept = [books.store.named("discount", one["discount"], "discounts")["id"] for one in wanted if one.get("discount")]
    for one in wanted:
        if one.get("discount"):
            continue
        coupon, promotion = wanted_coupon(books, one)
        made = discount(
            books.now(),
            coupon["id"],
            subscription,
            end=_end(books.now(), coupon),
            promotion=None if promotion is None else promotion["id"],
        )
        books.store.add(made)
        coupon["times_redeemed"] += 1
        if promotion is not None:
            promotion["times_redeemed"] += 1
        kept.append(made["id"])
    subscription["discounts"] = kept


def wanted_coupon(books: Books, wanted: dict[str, Any]) -> tuple[Json, Json | None]:
    """The coupon that an entry of `discounts` means, and the promotion code that led to it."""
    if not wanted.get("promotion_code"):
        return coupon_named(books, wanted.get("coupon") or "", "discounts[0][coupon]"), None
    param = "discounts[0][promotion_code]"
    promotion = books.store.named("promotion_code", wanted["promotion_code"], param)
    refuse_spent(books, promotion, param)
    return coupon_named(books, promotion["promotion"]["coupon"], param), promotion


def refuse_spent(books: Books, promotion: Json, param: str) -> None:
    """StripeError for a code that is switched off, expired, or used up."""
    full = promotion["max_redemptions"] is not None and promotion["times_redeemed"] >= promotion["max_redemptions"]
    late = promotion["expires_at"] is not None and promotion["expires_at"] <= books.now()
    if full or late or not promotion["active"]:
        raise invalid("This promotion code cannot be redeemed because it is no longer valid.", param)


def promotion_with(books: Books, code: str) -> Json:
    """The promotion that payers know by `code`, in any case; StripeError when there is none of use."""
    for promotion in books.store.all("promotion_code"):
        if promotion["code"].lower() == code.strip().lower():
            refuse_spent(books, promotion, "code")
            return promotion
    raise invalid("This code is invalid.", "code")


def _end(now: int, coupon: Json) -> int | None:
    if coupon["duration"] == "repeating":
        return later(now, "month", coupon["duration_in_months"])
    return None


def discounts_of(books: Books, subscription: Json, lines: list[Charged]) -> list[tuple[str, int]]:
    """Discount ids and what each takes off these lines; those that are spent leave the subscription."""
    left = sum(line.amount for line in lines)
    taken = []
    for discount_id in list(subscription["discounts"]):
        given = books.store.need("discount", discount_id)
        coupon = books.store.need("coupon", given["source"]["coupon"])
        if given["end"] is not None and given["end"] <= books.now():
            subscription["discounts"].remove(discount_id)
            continue
        off = amount_off(coupon, left)
        left -= off
        taken.append((discount_id, off))
        if coupon["duration"] == "once" and off:
            given["end"] = books.now()
            subscription["discounts"].remove(discount_id)
    return taken


def amount_off(coupon: Json, amount: int) -> int:
    """What it takes off `amount`, both in the smallest unit."""
    if amount <= 0:
        return 0
    if coupon["percent_off"] is not None:
        return round(amount * float(coupon["percent_off"]) / 100)
    return min(amount, int(coupon["amount_off"]))
