"""Support finds a guild, watches it play and skips; billing grants a plan; the log tells who did what: in a browser."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, expect

from simulator.control_client import wait_for
from simulator.stack import Stack
from tests.flows.conftest import Room
from tests.flows.test_main_path import LONG, LONG_HZ, SHORT, SHORT_HZ, hears
from tests.ui.conftest import browser, chromium
from tests.ui.staff_visitor import at_the_desk
from tests.ui.visitor import PHONE

__all__ = ["browser", "chromium"]  # fixtures

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.ui, pytest.mark.timeout(300)]
WHY = "Ticket 7: the guild asked for it"
_OUTSIDE = """[...document.querySelectorAll("#content *")].filter((one) => !one.closest(".desk-table")
    && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def concert(room: Room) -> Room:
    """Alice and Bob hear the long tone, and a short one waits."""
    for name in ("Alice", "Bob"):
        room.join(name)
    room.slash("Alice", "play", query=LONG)
    room.slash("Bob", "play", query=SHORT)
    assert hears(room, LONG_HZ)
    return room


def louder(room: Room) -> bool:
    """Whether the plan lets Alice have it louder than Free does."""
    return not room.control.answer(room.send("Alice", "volume", level=150))["ephemeral"]


async def test_support_skips_what_plays_and_the_channel_hears_it(browser: Browser, stack: Stack, concert: Room) -> None:
    async with at_the_desk(browser, stack, "sam", "support") as sam:
        await sam.find(concert.guild_id)
        await expect(sam.player).to_contain_text(LONG)
        await expect(sam.player).to_contain_text("lease live")
        await expect(sam.player).to_contain_text("(2 listening)")
        await sam.sees_it_move()
        await sam.page.evaluate("window.sameDocument = true")
        concert.slash("Alice", "play", query="Greensleeves")
        await expect(sam.page.get_by_role("region", name="Queue")).to_contain_text("Greensleeves")
        assert await sam.page.evaluate("window.sameDocument"), "the page came by itself, without a reload"
        await sam.page.get_by_role("link", name="Skip", exact=True).click()
        await sam.confirm("Skip", WHY)
        await expect(sam.page.locator("#main")).to_contain_text(f"Skipped {LONG}")
        assert await asyncio.to_thread(hears, concert, SHORT_HZ)
        await expect(sam.player).to_contain_text(SHORT)
        await expect(sam.page.get_by_role("region", name="Who did what")).to_contain_text(WHY)
        await expect(sam.page.get_by_role("region", name="Last commands")).to_contain_text("skipped")
        await sam.visitor.picture("support-guild")


async def test_billing_grants_a_plan_that_the_guild_has_at_once_and_the_log_shows_all(
    browser: Browser, stack: Stack, concert: Room
) -> None:
    assert "/premium" in concert.refusal("Alice", "volume", level=150)
    async with at_the_desk(browser, stack, "bo", "billing") as bo:
        await bo.find(concert.guild_id)
        await bo.page.get_by_role("link", name="Pause", exact=True).click()
        await bo.confirm("Pause", "Ticket 8")
        await expect(bo.player).to_contain_text("paused")
        await bo.page.get_by_role("link", name="Grant a plan").click()
        await bo.page.get_by_label("Plan").select_option("PREMIUM")
        await bo.confirm("Grant", "Ticket 9")
        await expect(bo.page.locator("#main")).to_contain_text("Granted PREMIUM")
        await asyncio.to_thread(wait_for, lambda: louder(concert), "the plan's volume", seconds=5)
        await bo.page.get_by_role("link", name="Audit log").click()
        await expect(bo.page.locator("#main")).to_contain_text("Ticket 8")
        await expect(bo.page.locator("#main")).to_contain_text("Ticket 9")
        await bo.find(concert.guild_id)
        await expect(bo.page.get_by_role("region", name="Subscription")).to_contain_text("PREMIUM")


async def test_changes_come_by_themselves_also_after_the_network_was_away(
    browser: Browser, stack: Stack, concert: Room
) -> None:
    async with at_the_desk(browser, stack, "lee", "support") as lee:
        await lee.page.add_init_script("window.setInterval = () => 0")  # the stream of events alone is left
        await lee.find(concert.guild_id)
        queue = lee.page.get_by_role("region", name="Queue")
        concert.slash("Alice", "play", query="Greensleeves")
        await expect(queue).to_contain_text("Greensleeves")
        await lee.page.context.set_offline(True)
        concert.slash("Alice", "play", query="Ode to Joy")
        await lee.page.context.set_offline(False)
        await expect(queue).to_contain_text("Ode to Joy")
        lee.forgive("net::ERR_INTERNET_DISCONNECTED")


async def test_keys_alone_find_a_guild_and_stop_it(browser: Browser, stack: Stack, concert: Room) -> None:
    async with at_the_desk(browser, stack, "kim", "support") as kim:
        await kim.page.goto(f"{kim.url}/admin/guilds/")
        await kim.tab_to_field("q")
        await kim.page.keyboard.type(concert.guild_id)
        await kim.page.keyboard.press("Enter")
        await expect(kim.player).to_contain_text(LONG)
        await kim.visitor.tab_to("Stop")
        await kim.page.keyboard.press("Enter")
        await expect(kim.page.get_by_label("Reason")).to_be_visible()
        await kim.tab_to_field("reason")
        await kim.page.keyboard.type(WHY)
        await kim.visitor.tab_to("Stop")
        await kim.page.keyboard.press("Enter")
        await expect(kim.player).to_contain_text("Nothing plays")
        assert not concert.ears()["connected"]


async def test_on_a_phone_the_pages_are_read_without_moving_them_aside(
    browser: Browser, stack: Stack, concert: Room
) -> None:
    async with at_the_desk(browser, stack, "pat", "support") as pat:
        await pat.page.set_viewport_size(PHONE)
        for address in ("guilds/", f"guilds/{concert.guild_id}/", "slots-and-nodes/"):
            await pat.page.goto(f"{pat.url}/admin/{address}")
            assert await pat.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], address
            assert await pat.page.evaluate(_OUTSIDE) == [], address
        await pat.find(concert.guild_id)
        await pat.visitor.picture("support-phone")
