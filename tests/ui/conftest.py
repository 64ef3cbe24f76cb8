"""A browser for the console's tests, and the console itself around a bot that follows a script."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from simulator.process.discord_site import DiscordSite
from tests.ui.scripted_bot import ScriptedBot
from tests.ui.visitor import Visitor

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
_PATIENCE_MS = 20_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One browser serves all of them, so they run in one test process."""
    for item in items:
        if "tests/ui/" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("ui"))
            item.add_marker(pytest.mark.ui)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; without one these tests are left out, and say so."""
    found = os.environ.get("CHROMIUM") or next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium: the console is NOT tested here; `make browser` installs it, CHROMIUM names one")
    return found


@asynccontextmanager
async def watched_page(browser: Browser) -> AsyncIterator[Page]:
    """A desktop page; what its scripts complain of fails the test, blocked content included."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(_PATIENCE_MS)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    yield page
    await context.close()
    assert complaints == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, headless=True, args=_ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def site() -> AsyncIterator[DiscordSite]:
    site = DiscordSite()
    await site.start()
    yield site
    await site.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, site: DiscordSite) -> AsyncIterator[Page]:
    """A desktop page that ends before the site does."""
    async with watched_page(browser) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="session")
async def bot(site: DiscordSite) -> AsyncIterator[ScriptedBot]:
    async with ScriptedBot(site) as bot:
        yield bot


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(page: Page, site: DiscordSite, bot: ScriptedBot) -> Visitor:
    """Somebody who has opened the console."""
    visitor = Visitor(page, site.base_url)
    await visitor.open()
    return visitor
