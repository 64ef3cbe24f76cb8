"""What somebody does in the console, in words that tests can be read in."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

expect.set_options(timeout=20_000)


class Visitor:
    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url

    async def open(self, guild_id: str | None = None) -> None:
        """The console as it opens by itself, or in that guild."""
        if guild_id is not None:
            await self.page.add_init_script(f"sessionStorage.setItem('guild', '{guild_id}')")
        await self.page.goto(self._url)
        await expect(self.page.locator("body")).to_have_class("is-live is-ready")

    @property
    def box(self) -> Locator:
        return self.page.locator("#text")

    @property
    def suggestions(self) -> Locator:
        return self.page.locator("#suggestion-list > li")

    @property
    def last(self) -> Locator:
        """The newest message."""
        return self.page.locator("#messages > .message").last

    def field(self, option: str) -> Locator:
        return self.page.locator(f'.field-pill[data-option="{option}"] input')

    async def become(self, name: str) -> None:
        await self.page.get_by_role("button", name=name).click()
        await expect(self.page.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")

    async def command(self, name: str, **options: str) -> None:
        """Types a command with the keyboard alone and sends it."""
        await self.box.focus()
        await self.page.keyboard.type(f"/{name} ")
        for option, value in options.items():
            await self.field(option).fill(value)
        await self.page.get_by_role("button", name=f"Send /{name}").click()

    async def screenshot(self, path: str) -> None:
        await self.page.screenshot(path=path, animations="disabled")
