"""Products, their features, prices and coupons."""

from simulator.stripe_api.billing.discounts import coupon_named
from simulator.stripe_api.errors import invalid
from simulator.stripe_api.operations.call import Call, Operation, list_of, page, retrieve, update_fields, words
from simulator.stripe_api.shapes.catalogue import coupon, feature, price, product, product_feature, promotion_code
from simulator.stripe_api.shapes.subscription import plan
from simulator.stripe_api.store import Json

_PRODUCT = words("active description images metadata name statement_descriptor unit_label url marketing_features")


def _create_product(call: Call) -> Json:
    books = call.books
    if books.store.get("product", call.data.get("id")):
        raise invalid("Product already exists.", "id", "resource_already_exists")
    made = books.store.add(product(books.now(), call.data))
    books.record("product.created", made)
    return made


def _update_product(call: Call) -> Json:
    found = call.thing("product")
    fields = update_fields(call, "product", _PRODUCT - {"metadata"})
    if "default_price" in call.data:
        fields["default_price"] = call.books.store.named("price", call.data["default_price"], "default_price")["id"]
    if fields:
        call.books.change("product.updated", found, **fields, updated=call.books.now())
    return found


def _delete_product(call: Call) -> Json:
    found = call.thing("product")
    if any(one["product"] == found["id"] for one in call.books.store.all("price")):
        raise invalid("This product cannot be deleted because it has one or more user-created prices.")
    call.books.store.remove(found)
    call.books.record("product.deleted", found)
    return {"id": found["id"], "object": "product", "deleted": True}


def _create_feature(call: Call) -> Json:
    return call.books.store.add(feature(call.data))


def _add_feature(call: Call) -> Json:
    call.thing("product")
    wanted = call.data["entitlement_feature"]
    made = product_feature(call.books.store.named("entitlements.feature", wanted, "entitlement_feature"))
    call.books.features.setdefault(call.named["id"], []).append(made)
    return made


def _features(call: Call) -> Json:
    call.thing("product")
    return page(call, call.books.features.get(call.named["id"], []))


def _create_price(call: Call) -> Json:
    books, data = call.books, call.data
    if "product" not in data or "unit_amount" not in data:
        raise invalid("The simulated Stripe needs `product` and `unit_amount` for a price.", "product")
    sold = books.store.named("product", data["product"], "product")
    taken = data.get("lookup_key") and [
        one for one in books.store.all("price") if one["lookup_key"] == data["lookup_key"]
    ]
    if taken and not data.get("transfer_lookup_key"):
        raise invalid(f"A price (`{taken[0]['id']}`) already uses that lookup key.", "lookup_key")
    for one in taken or ():
        one["lookup_key"] = None
    made = books.store.add(price(books.now(), data, sold["id"]))
    books.record("price.created", made)
    return made


def _update_price(call: Call) -> Json:
    found = call.thing("price")
    call.books.change(
        "price.updated", found, **update_fields(call, "price", ("active", "nickname", "lookup_key", "tax_behavior"))
    )
    return found


def _prices(call: Call) -> Json:
    data = call.data
    found = [
        one
        for one in call.books.store.all("price")
        if all(one[name] == data[name] for name in ("active", "currency", "product", "type") if name in data)
        and ("lookup_keys" not in data or one["lookup_key"] in data["lookup_keys"])
    ]
    return page(call, found)


def _plan(call: Call) -> Json:
    return plan(call.thing("price"))


def _create_coupon(call: Call) -> Json:
    books, data = call.books, call.data
    if ("percent_off" in data) == ("amount_off" in data):
        raise invalid("You must pass either `percent_off` or `amount_off` when creating a coupon.")
    if "amount_off" in data and "currency" not in data:
        raise invalid("You must pass `currency` when passing `amount_off`.", "currency")
    if data.get("duration") == "repeating" and "duration_in_months" not in data:
        raise invalid("You must pass `duration_in_months` when passing `duration=repeating`.", "duration_in_months")
    if books.store.get("coupon", data.get("id")):
        raise invalid("Coupon already exists.", "id", "resource_already_exists")
    made = books.store.add(coupon(books.now(), data))
    books.record("coupon.created", made)
    return made


def _update_coupon(call: Call) -> Json:
    found = call.thing("coupon")
    call.books.change("coupon.updated", found, **update_fields(call, "coupon", ("name",)))
    return found


def _delete_coupon(call: Call) -> Json:
    """Discounts made of it go on."""
    found = call.thing("coupon")
    found["valid"] = False
    call.books.record("coupon.deleted", found)
    return {"id": found["id"], "object": "coupon", "deleted": True}


def _create_promotion(call: Call) -> Json:
    books, data = call.books, call.data
    coupon_id = data["promotion"].get("coupon", "")
    code = data.get("code")
    if any(code and one["active"] and one["code"].lower() == code.lower() for one in books.store.all("promotion_code")):
        raise invalid(f"An active promotion code with `code: {code}` already exists.", "code")
    named = coupon_named(books, coupon_id, "promotion[coupon]")
    made = books.store.add(promotion_code(books.now(), data, named["id"]))
    books.record("promotion_code.created", made)
    return made


def _update_promotion(call: Call) -> Json:
    found = call.thing("promotion_code")
    call.books.change("promotion_code.updated", found, **update_fields(call, "promotion_code", ("active",)))
    return found


OPERATIONS = [
    Operation("POST", "/v1/products", _create_product, "_product_create_params.ProductCreateParams", _PRODUCT | {"id"}),
    Operation(
        "GET",
        "/v1/products",
        list_of("product", active=lambda one: one["active"]),
        "_product_list_params.ProductListParams",
        words("active"),
    ),
    Operation("GET", "/v1/products/{id}", retrieve("product"), "_product_retrieve_params.ProductRetrieveParams"),
    Operation(
        "POST",
        "/v1/products/{id}",
        _update_product,
        "_product_update_params.ProductUpdateParams",
        _PRODUCT | {"default_price"},
    ),
    Operation("DELETE", "/v1/products/{id}", _delete_product, "_product_delete_params.ProductDeleteParams"),
    Operation(
        "GET", "/v1/products/{id}/features", _features, "_product_list_features_params.ProductListFeaturesParams"
    ),
    Operation(
        "POST", "/v1/products/{id}/features", _add_feature, "_product_create_feature_params.ProductCreateFeatureParams"
    ),
    Operation(
        "POST",
        "/v1/entitlements/features",
        _create_feature,
        "entitlements._feature_create_params.FeatureCreateParams",
    ),
    Operation(
        "POST",
        "/v1/prices",
        _create_price,
        "_price_create_params.PriceCreateParams",
        words(
            "active currency lookup_key metadata nickname product recurring tax_behavior transfer_lookup_key "
            "unit_amount"
        ),
    ),
    Operation(
        "GET",
        "/v1/prices",
        _prices,
        "_price_list_params.PriceListParams",
        words("active currency lookup_keys product type"),
    ),
    Operation("GET", "/v1/prices/{id}", retrieve("price"), "_price_retrieve_params.PriceRetrieveParams"),
    Operation(
        "POST",
        "/v1/prices/{id}",
        _update_price,
        "_price_update_params.PriceUpdateParams",
        words("active lookup_key metadata nickname tax_behavior"),
    ),
    Operation("GET", "/v1/plans/{id}", _plan, "_plan_retrieve_params.PlanRetrieveParams"),
    Operation(
        "POST",
        "/v1/coupons",
        _create_coupon,
        "_coupon_create_params.CouponCreateParams",
        words("id amount_off currency duration duration_in_months max_redemptions metadata name percent_off redeem_by"),
    ),
    Operation("GET", "/v1/coupons", list_of("coupon"), "_coupon_list_params.CouponListParams"),
    Operation("GET", "/v1/coupons/{id}", retrieve("coupon"), "_coupon_retrieve_params.CouponRetrieveParams"),
    Operation(
        "POST",
        "/v1/coupons/{id}",
        _update_coupon,
        "_coupon_update_params.CouponUpdateParams",
        words("metadata name"),
    ),
    Operation("DELETE", "/v1/coupons/{id}", _delete_coupon, "_coupon_delete_params.CouponDeleteParams"),
    Operation(
        "POST",
        "/v1/promotion_codes",
        _create_promotion,
        "_promotion_code_create_params.PromotionCodeCreateParams",
        words("active code expires_at max_redemptions metadata promotion"),
    ),
    Operation(
        "GET",
        "/v1/promotion_codes",
        list_of("promotion_code", code=lambda one: one["code"], active=lambda one: one["active"]),
        "_promotion_code_list_params.PromotionCodeListParams",
        words("active code"),
    ),
    Operation(
        "GET",
        "/v1/promotion_codes/{id}",
        retrieve("promotion_code"),
        "_promotion_code_retrieve_params.PromotionCodeRetrieveParams",
    ),
    Operation(
        "POST",
        "/v1/promotion_codes/{id}",
        _update_promotion,
        "_promotion_code_update_params.PromotionCodeUpdateParams",
        words("active metadata"),
    ),
]
