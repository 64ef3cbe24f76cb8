"""Every page of the desk × every role: who may see it, who may not, and that it costs fifteen statements at most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from djstripe import models as stripe_models

from apps.accounts.models import ApiToken
from apps.accounts.scopes import Scope
from apps.accounts.services import api_token_create
from apps.billing.entitlements import Tier
from apps.billing.models import Plan, PlanPrice, Subscription, Usage
from apps.billing.selectors import month_of
from apps.billing.services import subscription_ensure, subscription_grant
from apps.library.models import Playlist, PlaylistTrack
from apps.support.audit import record
from apps.support.models import AuditEntry, AuditLine, StaffMember
from tests.apps.support.conftest import SignedIn

pytestmark = pytest.mark.django_db

GUILD = 11 << 22
ROLES = ("support", "billing", "admin")
STATEMENTS = 15
ROWS = 60
"""More than a page holds, so that a statement for each row would be seen."""
ELSEWHERE = "apps.support.guild_pages"
"""Its pages have tests of their own, with what they need."""
SIGNING_IN = {
    "login", "logout", "login_code", "login_authenticator", "login_discord", "login_discord_callback", "enrol",
    "password_change", "password_change_done", "view_on_site",
}  # fmt: skip
FOR_BILLING = {
    "subscription_grant",
    "subscription_end-grant",
    "subscription_cancel",
    "subscription_cancel-now",
    "accounts_apitoken_revoke",
}
FOR_ADMIN = {
    "support_staffmember_changelist",
    "support_staffmember_add",
    "support_staffmember_change",
    "support_staffmember_enrol",
    "support_staffmember_history",
    "billing_planprice_add",
}
FOR_NOBODY = ("_add", "_delete", "autocomplete")
OBJECTS: dict[type, Any] = {
    Subscription: GUILD,
    Plan: "BASIC",
}
"""Rows whose key is known; of the others the newest is taken."""


def patterns(found: list[Any]) -> Iterator[URLPattern]:
    """Every address that has a name."""
    for one in found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns)
        elif one.name:
            yield one


def pages() -> list[tuple[str, tuple[str, ...]]]:
    """Name and parameters of every page."""
    desk = next(one for one in get_resolver().url_patterns if str(one.pattern) == "admin/")
    assert isinstance(desk, URLResolver)
    found = [one for one in patterns(desk.url_patterns) if one.name not in SIGNING_IN and not is_elsewhere(one)]
    return sorted({(str(one.name), parameters_of(one)) for one in found})


def parameters_of(pattern: URLPattern) -> tuple[str, ...]:
    return ("app_label",) if pattern.name == "app_list" else tuple(pattern.pattern.converters)


def is_elsewhere(pattern: URLPattern) -> bool:
    view = getattr(pattern.callback, "view_class", pattern.callback)
    return str(view.__module__).startswith(ELSEWHERE)


def least_role(name: str) -> str | None:
    """Who may see a page; None: nobody."""
    if name in FOR_ADMIN or (name.startswith("djstripe_") and not name.endswith(FOR_NOBODY)):
        return "admin"
    if name in FOR_BILLING:
        return "billing"
    return None if name.endswith(FOR_NOBODY) else "support"


def address(name: str, parameters: tuple[str, ...]) -> str:
    """With a row that exists."""
    values: dict[str, Any] = {
        "guild_id": GUILD,
        "app_label": "billing",
        "token_id": ApiToken.objects.latest("pk").pk,
        "member_id": StaffMember.objects.earliest("pk").pk,
        "content_type_id": 1,
    }
    if "object_id" in parameters:
        model = next(
            one for one in admin.site._registry if name.startswith(f"{one._meta.app_label}_{one._meta.model_name}_")
        )
        values["object_id"] = OBJECTS.get(model) or newest(model)
    return reverse(f"admin:{name}", kwargs={one: values[one] for one in parameters})


def newest(model: type[Any]) -> str:
    if model is AuditLine:
        return f"s{AuditEntry.objects.latest('pk').pk}"
    return str(model._default_manager.order_by("-pk").values_list("pk", flat=True).first())


@pytest.fixture
def many_rows() -> None:
    """More of everything than a page holds."""
    guilds = range(GUILD, GUILD + ROWS)
    subscription_ensure(guild_ids=guilds)
    for guild_id in guilds:
        subscription_grant(guild_id=guild_id, tier=Tier.BASIC, until=None, actor="staff:x", reason="a test")
        api_token_create(guild_id=guild_id, name="Robot", scopes=[Scope.ADMIN], created_by=1)
        record(actor="staff:x", action="skip", guild_id=guild_id, reason="", before={}, after={"outcome": "Skipped."})
    Usage.objects.bulk_create(Usage(guild_id=one, month=month_of(timezone.now()), tracks=3) for one in guilds)
    lists = [Playlist.objects.create(owner_id=one, name="Mine", guild_id=GUILD) for one in range(ROWS)]
    PlaylistTrack.objects.bulk_create(
        PlaylistTrack(playlist=lists[-1], rank=rank, track={"title": "T", "author": "A"}) for rank in range(ROWS)
    )
    PlanPrice.objects.bulk_create(
        PlanPrice(plan_id="BASIC", interval="month", amount=500 + one, active=False) for one in range(ROWS)
    )
    users = User.objects.bulk_create(User(username=f"old {one}", is_active=False) for one in range(ROWS))
    StaffMember.objects.bulk_create(StaffMember(user=user, role="support") for user in users)
    stripe_rows()


def stripe_rows() -> None:
    account = stripe_models.Account.objects.create(id="acct_1", stripe_data={})

    def fill(model: Any, prefix: str, **fields: Any) -> list[Any]:
        common = {"stripe_data": {}, "djstripe_owner_account": account, "livemode": False}
        made: list[Any] = model.objects.bulk_create(
            model(id=f"{prefix}_{number}", **common, **fields) for number in range(ROWS)
        )
        return made

    customers = fill(stripe_models.Customer, "cus", email="p@example.org")
    products = fill(stripe_models.Product, "prod")
    fill(stripe_models.Price, "price", product=products[0], active=True)
    fill(stripe_models.Subscription, "sub", customer=customers[0])
    fill(stripe_models.Event, "evt", data={}, type="x")


@pytest.fixture
def browsers(signed_in: SignedIn, many_rows: None) -> dict[str, Client]:
    """One of each role."""
    return {role: signed_in(role) for role in ROLES}


def has_row(name: str) -> bool:
    """Whether there is a row for a page about one."""
    models = [one for one in admin.site._registry if name.startswith(f"{one._meta.app_label}_{one._meta.model_name}_")]
    return not models or models[0]._default_manager.exists()


def test_each_role_sees_its_pages_and_none_else_with_few_statements(browsers: dict[str, Client]) -> None:
    wrong = []
    for name, parameters in pages():
        if "object_id" in parameters and not has_row(name):
            continue
        least = least_role(name)
        for rank, role in enumerate(ROLES):
            allowed = least is not None and rank >= ROLES.index(least)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                status = browsers[role].get(address(name, parameters)).status_code
            statements = len([one for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]])
            if (status in {200, 302}) is not allowed or statements > STATEMENTS:
                wrong.append((name, role, status, statements))
    assert not wrong


def test_who_has_not_signed_in_is_sent_there(many_rows: None) -> None:
    for name, parameters in pages():
        if "object_id" in parameters and not has_row(name):
            continue
        where = address(name, parameters)
        for method in ("get", "post"):
            answer = getattr(Client(), method)(where)
            assert (answer.status_code, answer.headers.get("Location", "").split("?")[0]) == (302, "/admin/login/"), (
                where
            )


def test_the_list_of_pages_is_whole() -> None:
    found = {name for name, _ in pages()}
    assert found >= FOR_BILLING | FOR_ADMIN | {"index", "billing_subscription_change", "support_auditline_changelist"}
    assert "djstripe_customer_changelist" in found
    assert not any("apikey" in name or "webhookendpoint" in name for name in found), "they hold secrets"


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_not_see_it_cannot_send(role: str, signed_in: SignedIn, many_rows: None) -> None:
    client = signed_in(role)
    before = (list(Plan.objects.values()), StaffMember.objects.count(), PlanPrice.objects.count())
    for name, parameters in pages():
        least = least_role(name)
        allowed = least is not None and ROLES.index(role) >= ROLES.index(least)
        if allowed or ("object_id" in parameters and not has_row(name)):
            continue
        assert client.post(address(name, parameters), {"post": "yes"}).status_code in {403, 405}, name
    assert before == (list(Plan.objects.values()), StaffMember.objects.count(), PlanPrice.objects.count())


def test_a_read_only_page_takes_no_change(signed_in: SignedIn, many_rows: None) -> None:
    client = signed_in("admin")
    where = reverse("admin:billing_subscription_change", args=[GUILD])
    assert client.post(where, {"tier": "ENTERPRISE"}).status_code == 403
    assert Subscription.objects.get(pk=GUILD).tier == "BASIC"
