"""Every object that the simulated Stripe sends fits Stripe's own description, and both refuse the same parameters."""

import json
import os
import shutil
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.control_client import wait_for
from tests.simulator.stripe_api.shop import Shop

MODULE = "github.com/stripe/stripe-mock@v0.203.0"
"""The official mock, whose bundled description is of the version that we speak."""
KINDS = (
    "account billing_portal.session charge checkout.session coupon customer discount dispute entitlements.feature "
    "event invoice invoice_payment payment_intent payment_method price product promotion_code refund subscription "
    "subscription_schedule "
    "webhook_endpoint balance_transaction"
)


@pytest.fixture(scope="session")
def go_module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mock's source in Go's module cache."""
    if shutil.which("go") is None:
        pytest.skip(
            "LEFT OUT: Go is not installed, so nothing was compared with Stripe's own description (stripe-mock)"
        )
    found = subprocess.run(
        ["go", "mod", "download", "-json", MODULE],
        capture_output=True,
        text=True,
        cwd=tmp_path_factory.mktemp("go"),
        check=False,
    )
    if found.returncode != 0:
        pytest.skip(f"LEFT OUT: {MODULE} cannot be downloaded, so nothing was compared with Stripe's own description")
    return Path(json.loads(found.stdout)["Dir"])


@pytest.fixture(scope="session")
def schemas(go_module: Path) -> dict[str, Any]:
    described = json.loads((go_module / "embedded/openapi/spec3.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = described["components"]["schemas"]
    return found


def _answers(base: str) -> bool:
    """Whether anything is answered; a mere connection proves nothing, a port may connect to itself."""
    try:
        return _post(base, "/v1/customers", {}, "sk_test_123") > 0
    except OSError:
        return False


@pytest.fixture(scope="session")
def stripe_mock(go_module: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The mock as a running process; it checks parameters and knows no state."""
    folder = tmp_path_factory.mktemp("mock")
    subprocess.run(["go", "install", MODULE], env={**os.environ, "GOBIN": str(folder)}, check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Without an address of its own for HTTPS it takes a fixed port, which only one mock at a time can have.
    addresses = ["-http-addr", f"127.0.0.1:{port}", "-https-addr", "127.0.0.1:0"]
    process = subprocess.Popen([folder / "stripe-mock", *addresses], stdout=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    wait_for(lambda: _answers(base) or process.poll() is not None, "stripe-mock to answer", seconds=60)
    assert process.poll() is None, "stripe-mock ended at once"
    yield base
    process.kill()
    process.wait()


def _everything(shop: Shop) -> dict[str, list[dict[str, Any]]]:
    """One of each kind, by ways that a member's payment takes."""
    coupon = shop.stripe.coupons.create({"percent_off": 10, "duration": "forever"})
    shop.stripe.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}})
    product = shop.stripe.products.create({"name": "Premium", "metadata": {"tier": "PREMIUM"}})
    feature = shop.client.v1.entitlements.features.create({"name": "Filters", "lookup_key": "filters"})
    shop.stripe.products.features.create(product.id, {"entitlement_feature": feature.id})
    paid = shop.subscription(discounts=[{"coupon": coupon.id}])
    shop.subscription(subscription_data={"trial_period_days": 14})
    shop.control.post("/stripe/rules", {"downgrades": "period_end"})
    shop.control.post(f"/stripe/subscriptions/{shop.subscription().id}/change", {"price": shop.price(1).id})
    shop.stripe.billing_portal.sessions.create({"customer": str(paid.customer), "return_url": "https://segue.example"})
    shop.stripe.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["charge.refunded"]})
    shop.control.post(f"/stripe/customers/{paid.customer}/card", {"declines": True})
    shop.days_pass(32)
    charge = next(one for one in shop.stripe.charges.list({"customer": str(paid.customer)}) if one.paid)
    shop.stripe.refunds.create({"charge": charge.id, "amount": 100})
    shop.control.post(f"/stripe/charges/{charge.id}/dispute", {})
    return {kind: shop.control.get(f"/stripe/objects/{kind}") for kind in KINDS.split()}


def test_every_object_fits_the_description(shop: Shop, schemas: dict[str, Any]) -> None:
    made = _everything(shop)
    assert [kind for kind, things in made.items() if not things] == []
    wrong = [
        f"{kind}{problem}"
        for kind, things in made.items()
        for thing in things
        for problem in misfits(thing, schemas[kind], schemas)
    ]
    assert sorted(set(wrong)) == []


REFUSED = [
    ("/v1/customers", {"nonsense": "1"}),
    ("/v1/prices", {"unit_amount": "12"}),
    ("/v1/products", {"name": "x", "active": "perhaps"}),
    ("/v1/coupons", {"percent_off": "10", "duration": "sometimes"}),
    ("/v1/refunds", {"charge": "ch_1", "amount": "much"}),
    ("/v1/webhook_endpoints", {"url": "http://127.0.0.1/"}),
    ("/v1/checkout/sessions", {"mode": "lottery"}),
    ("/v1/billing_portal/sessions", {"customer": "cus_1", "back": "x"}),
]


@pytest.mark.parametrize(("path", "form"), REFUSED)
def test_what_the_mock_refuses_is_refused_here(shop: Shop, stripe_mock: str, path: str, form: dict[str, str]) -> None:
    assert [_post(base, path, form, shop.key) for base in (stripe_mock, shop.url)] == [400, 400]


ACCEPTED = [
    ("/v1/customers", {"email": "alice@segue.example", "metadata[guild_id]": "42", "expand[]": "subscriptions"}),
    ("/v1/products", {"name": "Premium", "metadata[tier]": "PREMIUM"}),
    ("/v1/coupons", {"percent_off": "12.5", "duration": "repeating", "duration_in_months": "3"}),
    ("/v1/webhook_endpoints", {"url": "https://segue.example/", "enabled_events[]": "charge.refunded"}),
]


@pytest.mark.parametrize(("path", "form"), ACCEPTED)
def test_what_is_accepted_here_the_mock_accepts(shop: Shop, stripe_mock: str, path: str, form: dict[str, str]) -> None:
    assert [_post(base, path, form, shop.key) for base in (stripe_mock, shop.url)] == [200, 200]


def _post(base: str, path: str, form: dict[str, str], key: str) -> int:
    body = urllib.parse.urlencode(form).encode()
    headers = {"Authorization": f"Bearer {key}"}
    request = urllib.request.Request(base + path, body, headers)  # noqa: S310 # a loopback URL
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 # the request above
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def misfits(value: Any, schema: dict[str, Any], schemas: dict[str, Any], path: str = "") -> Iterator[str]:
    """What of `value` the description does not allow; fields that it does not name are ours alone and told as well."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if value is None:
        if not schema.get("nullable"):
            yield f"{path}: null"
    elif "anyOf" in schema:
        found = [list(misfits(value, one, schemas, path)) for one in schema["anyOf"]]
        yield from min(found, key=len)
    elif schema.get("type") == "object" and "properties" in schema:
        yield from _object_misfits(value, schema, schemas, path)
    elif schema.get("type") == "array":
        for one in value:
            yield from misfits(one, schema["items"], schemas, f"{path}[]")
    elif not _is_of(value, schema):
        yield f"{path}: {value!r} is no {schema.get('enum') or schema.get('type')}"


LEGACY = {"plan", "subscription"}
"""Of items and lines: still sent, no longer described, and read by dj-stripe."""


def _object_misfits(value: Any, schema: dict[str, Any], schemas: dict[str, Any], path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is no object"
        return
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{path}.{name}: missing"
    for name, one in value.items():
        if name in schema["properties"]:
            yield from misfits(one, schema["properties"][name], schemas, f"{path}.{name}")
        elif name not in LEGACY and not schema.get("additionalProperties"):
            yield f"{path}.{name}: unknown"


_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
}


def _is_of(value: Any, schema: dict[str, Any]) -> bool:
    if "enum" in schema and value not in schema["enum"] and not schema.get("x-stripeBypassValidation"):
        return False
    kinds = _TYPES.get(schema.get("type", ""))
    if kinds is None:
        return True
    return isinstance(value, kinds) and (isinstance(value, bool) is (bool in kinds))
