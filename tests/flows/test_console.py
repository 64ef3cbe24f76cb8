"""Somebody opens the console, plays a song and listens: the whole way, through a browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from simulator.stack import Stack
from tests.flows.conftest import Room
from tests.ui.conftest import browser, chromium, visiting
from tests.ui.visitor import PHONE, Visitor

__all__ = ["browser", "chromium"]  # fixtures

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.ui]
LONG, LONG_HZ = "440 Hz Test Tone", 440.0
SHORT, SHORT_HZ = "Short Interlude", 523.25
_SPECTRUM = """async () => {
    const { listening } = await import("/console/listening.js");
    const { analyser, context, cushion } = listening;
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const peak = bins.indexOf(Math.max(...bins));
    return { hz: peak * context.sampleRate / analyser.fftSize, decibels: bins[peak], ...cushion };
}"""

_OUTSIDE = """[...document.querySelectorAll("main *")].filter((one) =>
    one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 80))"""


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(browser: Browser, stack: Stack, room: Room) -> AsyncIterator[Visitor]:
    """Somebody in the room, at the console."""
    async with visiting(browser, stack.simulator["control_url"].removesuffix("/control")) as visitor:
        await visitor.open(room.guild_id)
        yield visitor


async def hears(visitor: Visitor, hz: float) -> dict[str, Any]:
    """Waits until that tone is the strongest in what the page's speakers get."""
    async with asyncio.timeout(30):
        while True:
            spectrum: dict[str, Any] = await visitor.page.evaluate(_SPECTRUM)
            if spectrum["playing"] and spectrum["decibels"] > -40 and abs(spectrum["hz"] - hz) <= 3:
                return spectrum
            await asyncio.sleep(0.1)


async def test_what_is_played_is_heard_in_the_browser(visitor: Visitor) -> None:
    await visitor.become("Alice")
    await visitor.page.get_by_role("button", name="Music, voice channel").click()
    await visitor.command("play", query=LONG)
    await expect(visitor.page.locator("#messages")).to_contain_text(LONG)
    await expect(visitor.page.get_by_label("In Music")).to_contain_text("Segue")
    await visitor.page.get_by_role("button", name="Listen", exact=True).click()
    sound = await hears(visitor, LONG_HZ)
    await expect(visitor.page.locator("#heard")).to_have_text("440 Hz, 0 frames lost")
    assert sound["skipped"] == 0
    assert sound["cushionMs"] < 1_000


async def test_keys_alone_join_play_and_skip(visitor: Visitor) -> None:
    keyboard = visitor.page.keyboard
    await visitor.tab_to("Music, voice channel")
    await keyboard.press("Enter")
    await expect(visitor.page.get_by_role("button", name="Leave voice")).to_be_visible()
    await visitor.tab_to("Message, or / for commands")
    await keyboard.type("/pla")
    await keyboard.press("Tab")
    await keyboard.type("440 hz")
    await expect(visitor.suggestions.first).to_contain_text(LONG)
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await keyboard.press("Enter")
    await expect(visitor.player).to_contain_text(LONG)
    await keyboard.type("/play short interlude")
    await expect(visitor.suggestions.first).to_contain_text(SHORT)
    await keyboard.press("Enter")
    await expect(visitor.player).to_contain_text(f"1. {SHORT}")
    await visitor.tab_to("Listen")
    await keyboard.press("Enter")
    await hears(visitor, LONG_HZ)
    await visitor.tab_to("⏭")
    await keyboard.press("Enter")
    await expect(visitor.player.locator(".embed-title")).to_have_text(SHORT)
    await hears(visitor, SHORT_HZ)


async def test_a_track_is_added_by_the_players_form(visitor: Visitor) -> None:
    await visitor.become("Alice")
    await visitor.page.get_by_role("button", name="Music, voice channel").click()
    await visitor.command("play", query=LONG)
    await visitor.player.get_by_role("button", name="Add").click()
    form = visitor.page.get_by_role("dialog", name="Add music")
    await form.get_by_label("Title, artist or address").fill(SHORT)
    await form.get_by_label("Where in the queue it goes").select_option("now")
    await form.get_by_role("button", name="Submit").click()
    await expect(visitor.player.locator(".embed-title")).to_have_text(SHORT)


async def test_the_player_fits_a_desk_and_a_phone(visitor: Visitor) -> None:
    """The newest player is in view on both; as pictures both stand in the README."""
    await visitor.become("Bob")
    await visitor.page.get_by_role("button", name="Music, voice channel").click()
    await visitor.become("Alice")
    await visitor.page.get_by_role("button", name="Music, voice channel").click()
    for title in ("Ode to Joy", "Greensleeves"):
        await visitor.command("play", query=title)
    await visitor.become("Bob")
    for title in ("Canon in D", "Scarborough Fair"):
        await visitor.command("play", query=title)
    await expect(visitor.player).to_contain_text("Scarborough Fair")
    await visitor.box.fill("oh, I **love** this one")
    await visitor.page.keyboard.press("Enter")
    await visitor.become("Alice")
    await visitor.player.get_by_role("button", name="⏭").click()
    await expect(visitor.last.locator(".embed-title")).to_have_text("Greensleeves")
    await visitor.page.get_by_role("button", name="Newer messages").click()
    await visitor.page.get_by_role("button", name="Listen", exact=True).click()
    await expect(visitor.page.locator("#heard")).to_contain_text("0 frames lost")
    await visitor.picture("console-desktop")
    await visitor.page.set_viewport_size(PHONE)
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") == 390
    assert await visitor.page.evaluate(_OUTSIDE) == []
    await expect(visitor.player.get_by_role("button", name="⏭")).to_be_in_viewport()
    await visitor.picture("console-phone")
