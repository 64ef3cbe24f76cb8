"""Servers, channels, members, voice; and the page on a phone."""

import asyncio

import pytest
from playwright.async_api import Browser, WebSocketRoute, expect

from simulator.process.discord_site import DiscordSite
from simulator.world.guilds import Guild
from simulator.world.posts import member_posts
from tests.ui.conftest import visiting
from tests.ui.visitor import PHONE, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_voice_is_joined_and_left_by_a_click(visitor: Visitor, site: DiscordSite, guild: Guild) -> None:
    await visitor.become("Bob")
    await visitor.page.get_by_role("button", name="Music, voice channel").click()
    inside = visitor.page.get_by_label("In Music")
    await expect(inside).to_contain_text("Bob")
    bob = next(m.user.id for m in guild.members.values() if m.user.global_name == "Bob")
    assert site.world.voice.get(guild.id, bob) is not None
    await visitor.page.get_by_role("button", name="Leave voice").click()
    await expect(inside).to_have_count(0)
    assert site.world.voice.get(guild.id, bob) is None


async def test_text_is_posted_as_the_chosen_member(visitor: Visitor) -> None:
    await visitor.page.get_by_label("Act as", exact=True).select_option(label="Charlie")
    await visitor.box.fill("hello")
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.last.locator(".message-head b")).to_have_text("Charlie")


async def test_another_channel_has_its_own_messages(visitor: Visitor) -> None:
    await visitor.box.fill("in general")
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.last).to_contain_text("in general")
    await visitor.page.get_by_role("button", name="songs").click()
    await expect(visitor.page.get_by_text("in general")).to_have_count(0)
    await visitor.page.get_by_role("button", name="general").click()
    await expect(visitor.last).to_contain_text("in general")


async def test_another_server_can_be_founded(visitor: Visitor, site: DiscordSite) -> None:
    name = f"Server {len(site.world.guilds) + 1}"
    await visitor.page.get_by_role("button", name="Add a server").click()
    await expect(visitor.page.locator("#guild-name")).to_have_text(name)
    assert name in [guild.name for guild in site.world.guilds.values()]


async def test_after_a_cut_connection_the_page_shows_what_it_missed(
    browser: Browser, site: DiscordSite, guild: Guild
) -> None:
    cut = asyncio.Event()
    bridged: list[WebSocketRoute] = []

    def bridge(route: WebSocketRoute) -> None:
        if not cut.is_set():
            route.connect_to_server()
            bridged.append(route)

    async with visiting(browser, site.base_url) as visitor:
        await visitor.page.route_web_socket("**/control/live", bridge)
        await visitor.open(guild.id)
        cut.set()
        await bridged[0].close()
        await expect(visitor.page.locator("#offline")).to_be_visible()
        bob = next(m.user for m in guild.members.values() if m.user.global_name == "Bob")
        channel = guild.channel_named("general")
        assert channel is not None
        member_posts(site.world, channel, bob, "while you were away")
        cut.clear()
        await expect(visitor.last).to_contain_text("while you were away")
        await expect(visitor.page.locator("#offline")).to_be_hidden()


async def test_on_a_phone_nothing_is_wider_than_the_screen(visitor: Visitor) -> None:
    await visitor.command("panel")
    await visitor.page.set_viewport_size(PHONE)
    widths = "[document.documentElement.scrollWidth, document.querySelector('#scroll').scrollWidth]"
    assert await visitor.page.evaluate(widths) == [390, 390]
    too_wide = """[...document.querySelectorAll("main *")].filter((one) =>
        one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.className)"""
    assert await visitor.page.evaluate(too_wide) == []


async def test_on_a_phone_channels_lie_in_a_drawer(visitor: Visitor) -> None:
    page = visitor.page
    await page.set_viewport_size(PHONE)
    songs = page.get_by_role("button", name="songs")
    await expect(songs).not_to_be_in_viewport()
    menu = page.get_by_label("Servers and channels")
    await menu.click()
    await expect(songs).to_be_in_viewport()
    await page.keyboard.press("Escape")
    await expect(songs).not_to_be_in_viewport()
    await expect(menu).to_be_focused()
    await menu.click()
    await songs.click()
    await expect(page.locator("#channel-name")).to_have_text("songs")
    await expect(menu).to_have_attribute("aria-expanded", "false")


async def test_things_can_be_broken_and_mended(visitor: Visitor, site: DiscordSite) -> None:
    await visitor.page.get_by_role("button", name="Break something").click()
    panel = visitor.page.get_by_role("dialog", name="Break something")
    await panel.get_by_role("button", name="with 503").click()
    await expect(panel.get_by_role("status")).to_contain_text("Done: Answer the next 5 requests with 503")
    assert [(one.target, one.kind, one.left) for one in site.faults.all()] == [("rest", "status", 5)]
    await panel.get_by_role("button", name="Mend everything").click()
    await expect(panel.get_by_role("status")).to_have_text("Done: Mend everything.")
    assert site.faults.all() == []
    await panel.get_by_role("button", name="Remove the bot").click()
    await expect(visitor.page.locator("#people .robot")).to_contain_text("not in this server")
