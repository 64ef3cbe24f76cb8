"""What somebody of staff does at the support desk, in words that tests can be read in."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from base64 import b32decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from django_otp.oath import totp
from playwright.async_api import Browser, Locator, expect

from simulator.stack import Stack
from tests.ui.conftest import visiting
from tests.ui.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]
MOST_TABS = 80
PASSWORD = "correct horse battery staple"


def employ(stack: Stack, name: str, role: str) -> None:
    """Adds one of staff as an operator does."""
    command = [sys.executable, "manage.py", "staff", name, "--role", role, "--password-stdin"]
    subprocess.run(command, cwd=ROOT, env=stack.environment(), input=f"{PASSWORD}\n", text=True, check=True)


def code_of(key: str) -> str:
    """What an authenticator with this key shows now."""
    made: Any = totp(b32decode(key))  # type: ignore[no-untyped-call] # django-otp has no types
    return f"{made:06d}"


class StaffVisitor:
    """A browser at the desk."""

    def __init__(self, visitor: Visitor, url: str) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.url = url

    async def sign_in(self, name: str) -> None:
        """For the first time: password, then an authenticator is set up, then its code."""
        await self.page.goto(f"{self.url}/admin/")
        await self.page.get_by_label("Name").fill(name)
        await self.page.get_by_label("Password").fill(PASSWORD)
        await self.page.keyboard.press("Enter")
        key = await self.page.locator("code").inner_text()
        await self.page.get_by_label("The code that it shows now").fill(code_of(key))
        await self.page.keyboard.press("Enter")
        await self.page.get_by_role("link", name="I have kept them").click()
        await expect(self.page).to_have_url(f"{self.url}/admin/")

    async def find(self, text: str) -> None:
        """Searches for a guild, which leads to its page."""
        await self.page.goto(f"{self.url}/admin/guilds/")
        await self.page.get_by_label("Guild id").fill(text)
        await self.page.keyboard.press("Enter")
        await expect(self.player).to_be_visible()

    @property
    def player(self) -> Locator:
        return self.page.get_by_role("region", name="Player", exact=True)

    async def sees_it_move(self) -> None:
        """Waits until the position is a second further than now."""
        bar = "document.querySelector('#player progress').value"
        before: float = await self.page.evaluate(bar)
        await self.page.wait_for_function(f"(wanted) => {bar} >= wanted", arg=before + 1_000)

    def forgive(self, complaint: str) -> None:
        """That the browser said this was meant."""
        self.visitor.complaints = [one for one in self.visitor.complaints if complaint not in one]

    async def tab_to_field(self, name: str) -> None:
        """Presses Tab until that field of a form can be typed into."""
        for _ in range(MOST_TABS):
            await self.page.keyboard.press("Tab")
            if await self.page.evaluate("document.activeElement.name") == name:
                return
        raise AssertionError(f"{MOST_TABS} times Tab did not reach the field {name!r}")

    async def confirm(self, button: str, reason: str) -> None:
        """Gives the reason and presses the button of the page that asks."""
        await self.page.get_by_label("Reason").fill(reason)
        await self.page.get_by_role("button", name=button, exact=True).click()


@asynccontextmanager
async def at_the_desk(browser: Browser, stack: Stack, name: str, role: str) -> AsyncIterator[StaffVisitor]:
    """Somebody new of that role, signed in; what the page's scripts complain of fails the test."""
    await asyncio.to_thread(employ, stack, name, role)
    url = f"http://127.0.0.1:{stack.ports['api']}"
    async with visiting(browser, url) as visitor:
        staff = StaffVisitor(visitor, url)
        await staff.sign_in(name)
        yield staff
