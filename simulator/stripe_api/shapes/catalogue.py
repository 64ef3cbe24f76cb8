"""What is for sale: products, their features, prices, coupons and the discounts made of those."""

from simulator.stripe_api.store import Json, new_id


def product(now: int, given: Json) -> Json:
    return {
        "id": given.get("id") or new_id("prod", 14),
        "object": "product",
        "active": given.get("active", True),
        "created": now,
        "default_price": None,
        "description": given.get("description"),
        "images": given.get("images") or [],
        "livemode": False,
        "marketing_features": given.get("marketing_features") or [],
        "metadata": given.get("metadata") or {},
        "name": given["name"],
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": given.get("statement_descriptor"),
        "tax_code": None,
        "unit_label": given.get("unit_label"),
        "updated": now,
        "url": given.get("url"),
    }


def feature(given: Json) -> Json:
    return {
        "id": new_id("feat"),
        "object": "entitlements.feature",
        "active": True,
        "livemode": False,
        "lookup_key": given["lookup_key"],
        "metadata": given.get("metadata") or {},
        "name": given["name"],
    }


def product_feature(entitlement_feature: Json) -> Json:
    return {
        "id": new_id("prodft"),
        "object": "product_feature",
        "entitlement_feature": entitlement_feature,
        "livemode": False,
    }


def price(now: int, given: Json, product_id: str) -> Json:
    recurring = given.get("recurring")
    return {
        "id": new_id("price"),
        "object": "price",
        "active": given.get("active", True),
        "billing_scheme": "per_unit",
        "created": now,
        "currency": given["currency"].lower(),
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": given.get("lookup_key"),
        "metadata": given.get("metadata") or {},
        "nickname": given.get("nickname"),
        "product": product_id,
        "recurring": recurring
        and {
            "interval": recurring["interval"],
            "interval_count": recurring.get("interval_count", 1),
            "meter": None,
            "usage_type": "licensed",
        },
        "tax_behavior": given.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if recurring else "one_time",
        "unit_amount": given["unit_amount"],
        "unit_amount_decimal": str(given["unit_amount"]),
    }


def coupon(now: int, given: Json) -> Json:
    return {
        "id": given.get("id") or new_id("x", 8)[2:],
        "object": "coupon",
        "amount_off": given.get("amount_off"),
        "created": now,
        "currency": given.get("currency"),
        "duration": given.get("duration", "once"),
        "duration_in_months": given.get("duration_in_months"),
        "livemode": False,
        "max_redemptions": given.get("max_redemptions"),
        "metadata": given.get("metadata") or {},
        "name": given.get("name"),
        "percent_off": given.get("percent_off"),
        "redeem_by": given.get("redeem_by"),
        "times_redeemed": 0,
        "valid": True,
    }


def promotion_code(now: int, given: Json, coupon_id: str) -> Json:
    return {
        "id": new_id("promo"),
        "object": "promotion_code",
        "active": given.get("active", True),
        "code": given.get("code") or new_id("x", 8)[2:].upper(),
        "created": now,
        "customer": None,
        "customer_account": None,
        "expires_at": given.get("expires_at"),
        "livemode": False,
        "max_redemptions": given.get("max_redemptions"),
        "metadata": given.get("metadata") or {},
        "promotion": {"coupon": coupon_id, "type": "coupon"},
        "restrictions": {
            "first_time_transaction": False,
            "minimum_amount": None,
            "minimum_amount_currency": None,
        },
        "times_redeemed": 0,
    }


def discount(now: int, coupon_id: str, subscription: Json, *, end: int | None, promotion: str | None = None) -> Json:
    """The coupon is named in `source`, as this version does."""
    return {
        "id": new_id("di"),
        "object": "discount",
        "checkout_session": None,
        "customer": subscription["customer"],
        "customer_account": None,
        "end": end,
        "invoice": None,
        "invoice_item": None,
        "promotion_code": promotion,
        "source": {"coupon": coupon_id, "type": "coupon"},
        "start": now,
        "subscription": subscription["id"],
        "subscription_item": None,
    }
