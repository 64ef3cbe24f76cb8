"""A guild page's stream ends with the session that asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import Client

from apps.support.guild_pages import live_events
from apps.support.guild_pages.live_events import while_in
from apps.support.models import StaffMember
from apps.support.roles import Role
from apps.support.services import staff_change
from apps.support.sign_in import is_still_in
from tests.apps.support.conftest import SignedIn


class Stream:
    """Three texts, and whether it was closed."""

    def __init__(self) -> None:
        self.closed = False

    async def texts(self) -> AsyncGenerator[str, None]:
        try:
            for text in ("a", "b", "c"):
                yield text
        finally:
            self.closed = True


@pytest.mark.parametrize(
    ("answers", "heard"), [([True, True, True], ["a", "b", "c"]), ([True, False], ["a"]), ([False], [])]
)
def test_nothing_is_told_once_the_session_is_over(
    monkeypatch: pytest.MonkeyPatch, answers: list[bool], heard: list[str]
) -> None:
    monkeypatch.setattr(live_events, "LOOKED_AT_SECONDS", 0)
    monkeypatch.setattr(live_events, "give_back_connection", lambda: None)
    stream, asked = Stream(), iter(answers)

    async def listen() -> list[str]:
        return [text async for text in while_in(stream.texts(), lambda: next(asked))]

    assert asyncio.run(listen()) == heard
    assert stream.closed


def request_of(browser: Client) -> HttpRequest:
    """As a view has it that began while the browser was signed in."""
    request = HttpRequest()
    request.session = browser.session
    request.user = User.objects.get(staff_member__isnull=False)
    return request


def test_who_signs_out_is_not_in_any_more(signed_in: SignedIn) -> None:
    browser = signed_in("support")
    request = request_of(browser)
    assert is_still_in(request)
    browser.post("/admin/logout/")
    assert not is_still_in(request)


@pytest.mark.parametrize(("role", "is_active"), [(Role.SUPPORT, False), (Role.BILLING, True)])
def test_who_leaves_or_changes_roles_is_not_in_any_more(signed_in: SignedIn, role: Role, is_active: bool) -> None:
    request = request_of(signed_in("support"))
    member = StaffMember.objects.get()
    staff_change(member=member, role=role, discord_id=None, is_active=is_active, actor="operator")
    assert not is_still_in(request)
