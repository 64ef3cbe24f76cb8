"""What each role may do: the lists are whole, spelled rightly, and each role may do what those before it may."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, User

from apps.accounts.admin import RevokePage
from apps.support import billing_pages
from apps.support.admin_staff import EnrolAgainPage
from apps.support.confirmation import Confirmation
from apps.support.models import StaffMember
from apps.support.roles import PERMISSIONS, Role, may, permitted, role_of

ACTIONS = {
    "accounts.revoke_apitoken",
    "billing.cancel_subscription",
    "billing.grant_subscription",
    "billing.refund_subscription",
}
"""What is no permission of Django's own."""


def somebody(role: Role, *, is_active: bool = True) -> User:
    user = User(username="sue", is_active=is_active)
    user.staff_member = StaffMember(user=user, role=role.value)
    return user


def test_each_role_may_do_what_those_before_it_may() -> None:
    assert PERMISSIONS[Role.SUPPORT] < PERMISSIONS[Role.BILLING] < PERMISSIONS[Role.ADMIN]
    assert [may(somebody(Role.BILLING), role) for role in Role] == [True, True, False]


def test_every_permission_is_about_a_table_that_exists() -> None:
    known = {
        f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
        for model in apps.get_models()
        for verb in ("view", "add", "change", "delete")
    }
    assert PERMISSIONS[Role.ADMIN] - known == ACTIONS


def test_every_confirmation_is_for_somebody_and_not_for_support() -> None:
    pages: list[type[Confirmation]] = [*billing_pages.PAGES.values(), RevokePage, EnrolAgainPage]
    for page in pages:
        assert page.permission in PERMISSIONS[Role.ADMIN]
        assert page.permission not in PERMISSIONS[Role.SUPPORT]


def test_nobody_deletes_anything() -> None:
    assert not [one for one in PERMISSIONS[Role.ADMIN] if ".delete_" in one]


@pytest.mark.parametrize("user", [AnonymousUser(), User(username="root", is_superuser=True, is_staff=True)])
def test_who_is_none_of_staff_may_nothing(user: User | AnonymousUser) -> None:
    assert role_of(user) is None
    assert not may(user, "support")
    assert not permitted(user, "billing.view_plan")


def test_who_has_left_may_nothing() -> None:
    assert not may(somebody(Role.ADMIN, is_active=False), "support")


def test_stripes_records_are_for_admins_to_read_alone() -> None:
    assert permitted(somebody(Role.ADMIN), "djstripe.view_customer")
    assert not permitted(somebody(Role.ADMIN), "djstripe.change_customer")
    assert not permitted(somebody(Role.BILLING), "djstripe.view_customer")
