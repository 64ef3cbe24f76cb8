"""Every page of the desk with an address that nobody would type: each answers something, and none of it is an error."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import ApiToken
from apps.billing.services import subscription_ensure
from tests.apps.support.conftest import SignedIn
from tests.apps.support.test_every_page import GUILD, pages

pytestmark = pytest.mark.django_db

WITHOUT_END = "9" * 5_000
"""Python refuses to read a number of more than 4 300 digits."""
KEYS = (WITHOUT_END, f"s{WITHOUT_END}", f"b{2**63}", str(2**63), "0", "-1", "٣", "a\0b", "Ω/..")
NUMBERS = (WITHOUT_END, str(2**63), "-1", "0", "٣", "1.5", "")


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    """One who may see all, and is told of an error by its status."""
    subscription_ensure(guild_ids=[GUILD])
    browser = signed_in("admin")
    browser.raise_request_exception = False
    return browser


def test_no_key_in_an_address_is_an_error(client: Client) -> None:
    wrong = []
    for name, parameters in pages():
        if parameters != ("object_id",):
            continue
        for key in KEYS:
            status = client.get(reverse(f"admin:{name}", args=[key])).status_code
            if status >= 500:
                wrong.append((name, key[:8], status))
    assert not wrong
    assert any(name == "billing_subscription_change" for name, _ in pages())


@pytest.mark.parametrize("asked", ["p", "o", "q", "all", "e", "_facets"])
def test_no_number_that_a_list_is_asked_with_is_an_error(client: Client, asked: str) -> None:
    lists = [name for name, parameters in pages() if name.endswith("_changelist") and not parameters]
    assert "support_auditline_changelist" in lists
    wrong = [
        (name, number[:8])
        for name in lists
        for number in NUMBERS
        if client.get(reverse(f"admin:{name}"), {asked: number}).status_code >= 500
    ]
    assert not wrong


@pytest.mark.parametrize("page", ["subscription_grant", "subscription_cancel", "guild", "guild_live", "guild_skip"])
def test_no_guild_in_an_address_is_an_error(client: Client, page: str) -> None:
    where = reverse(f"admin:{page}", args=[GUILD])
    for number in ("0", str(2**63), WITHOUT_END):
        assert client.get(where.replace(str(GUILD), number)).status_code == 404


@pytest.mark.parametrize("page", ["accounts_apitoken_revoke", "support_staffmember_enrol"])
def test_no_row_in_an_address_is_an_error(client: Client, page: str) -> None:
    where = reverse(f"admin:{page}", args=[7_777_777])
    for number in ("0", str(2**63), WITHOUT_END):
        assert client.get(where.replace("7777777", number)).status_code in {302, 404}  # or back to the list
    assert not ApiToken.objects.exists()
