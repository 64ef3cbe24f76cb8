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
from tests.ui.conftest import browser, chromium, watched_page
from tests.ui.visitor import Visitor

__all__ = ["browser", "chromium"]  # fixtures

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.ui]
LONG, LONG_HZ = "440 Hz Test Tone", 440.0
_SPECTRUM = """async () => {
    const { listening } = await import("/console/listening.js");
    const { analyser, context, cushion } = listening;
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const peak = bins.indexOf(Math.max(...bins));
    return { hz: peak * context.sampleRate / analyser.fftSize, decibels: bins[peak], ...cushion };
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(browser: Browser, stack: Stack, room: Room) -> AsyncIterator[Visitor]:
    """Somebody in the room, at the console."""
    async with watched_page(browser) as page:
        visitor = Visitor(page, stack.simulator["control_url"].removesuffix("/control"))
        await visitor.open(room.guild_id)
        yield visitor


async def heard(visitor: Visitor) -> dict[str, Any]:
    """The strongest tone in what the page's speakers get, once there is one."""
    async with asyncio.timeout(30):
        while True:
            spectrum: dict[str, Any] = await visitor.page.evaluate(_SPECTRUM)
            if spectrum["playing"] and spectrum["decibels"] > -40:
                return spectrum
            await asyncio.sleep(0.1)


async def test_what_is_played_is_heard_in_the_browser(visitor: Visitor, room: Room) -> None:
    await visitor.become("Alice")
    await visitor.page.get_by_role("button", name="Music, voice channel").click()
    await visitor.command("play", query=LONG)
    await expect(visitor.page.locator("#messages")).to_contain_text(LONG)
    await expect(visitor.page.get_by_label("In Music")).to_contain_text("Segue")
    await visitor.page.get_by_role("button", name="Listen", exact=True).click()
    await expect(visitor.page.locator("#heard")).to_contain_text("440 Hz, 0 frames lost")
    sound = await heard(visitor)
    assert sound["hz"] == pytest.approx(LONG_HZ, abs=3)
    assert sound["skipped"] == 0
    assert sound["cushionMs"] < 1_000
