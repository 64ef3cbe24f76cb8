"""A browser for the console's tests, and the console itself around a bot that follows a script."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from simulator.process.discord_site import DiscordSite
from simulator.world.founding import NewGuild, found_guild
from simulator.world.guilds import Guild
from tests.ui.scripted_bot import ScriptedBot
from tests.ui.visitor import DESK, Visitor

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
    """All of them drive a page; one browser serves them (tests/one_process.py)."""
    for item in items:
        if "tests/ui/" in str(item.path):
            item.add_marker(pytest.mark.ui)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; without one these tests are left out, and say so."""
    found = os.environ.get("CHROMIUM") or next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium: the console is NOT tested here; `make browser` installs it, CHROMIUM names one")
    return found


@asynccontextmanager
async def visiting(browser: Browser, url: str) -> AsyncIterator[Visitor]:
    """A visitor with a desktop page; what its scripts complain of fails the test, blocked content included."""
    context = await browser.new_context(viewport=DESK, reduced_motion="reduce")
    context.set_default_timeout(_PATIENCE_MS)
    visitor = Visitor(await context.new_page(), url)
    yield visitor
    await context.close()
    assert visitor.complaints == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, headless=True, args=_ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site() -> AsyncIterator[DiscordSite]:
    site = DiscordSite()
    await site.start()
    yield site
    await site.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def scripted_bot(site: DiscordSite) -> AsyncIterator[ScriptedBot]:
    async with ScriptedBot(site) as bot:
        yield bot


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def only_visitor(browser: Browser, site: DiscordSite, scripted_bot: ScriptedBot) -> AsyncIterator[Visitor]:
    """One page for all tests, as opening it costs a second of a busy processor."""
    async with visiting(browser, site.base_url) as visitor:
        await visitor.open()
        yield visitor


@pytest.fixture
def guild(site: DiscordSite) -> Guild:
    """A guild of the test's own."""
    return found_guild(site.world, NewGuild())


@pytest_asyncio.fixture(loop_scope="session")
async def bot(scripted_bot: ScriptedBot) -> AsyncIterator[ScriptedBot]:
    """The bot, with nothing behind it; an answer of its that was refused fails the test."""
    scripted_bot.forget()
    yield scripted_bot
    assert scripted_bot.refused == []


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(only_visitor: Visitor, guild: Guild, bot: ScriptedBot) -> AsyncIterator[Visitor]:
    """Alice, who has just entered the guild."""
    alice = next(member.user.id for member in guild.members.values() if member.user.global_name == "Alice")
    await only_visitor.enter(guild.id, alice)
    yield only_visitor
    complaints, only_visitor.complaints = only_visitor.complaints, []
    assert complaints == []
