"""What somebody does in the console, in words that tests can be read in."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Locator, Page, ViewportSize, expect

_PICTURES = Path(__file__).parents[2] / "docs" / "images"
_MOST_TABS = 80
_ENTER = """async (place) => {
    document.querySelectorAll("dialog").forEach((one) => one.close());
    document.getElementById("notices").replaceChildren();
    document.activeElement?.blur();
    const { go, loadPlaces } = await import("/console/store.js");
    await loadPlaces();
    await go(place);
}"""
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
expect.set_options(timeout=20_000)


class Visitor:
    """`complaints` is what the page's scripts and the browser itself found wrong."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._url = url
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)

    async def open(self, guild_id: str | None = None) -> None:
        """The console as it opens by itself, or in that guild."""
        if guild_id is not None:
            await self.page.add_init_script(f"sessionStorage.setItem('guild', '{guild_id}')")
        await self.page.goto(self._url)
        await expect(self.page.locator("body")).to_have_class("is-live is-ready")

    async def enter(self, guild_id: str, user_id: str) -> None:
        """Goes to another guild as one of its members; nothing of what was done before is left on the page."""
        await self.page.set_viewport_size(DESK)
        await self.page.evaluate(_ENTER, {"guildId": guild_id, "userId": user_id})

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

    @property
    def player(self) -> Locator:
        """The newest message with a skip button."""
        return self.page.locator("#messages > .message").filter(has=self.page.get_by_role("button", name="⏭")).last

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

    async def tab_to(self, name: str) -> None:
        """Presses Tab until an element whose name begins so has the focus."""
        most = _MOST_TABS + await self.page.locator("#rail button").count()  # each server is a stop
        for _ in range(most):
            await self.page.keyboard.press("Tab")
            focused = await self.page.evaluate(
                "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()"
            )
            if focused.startswith(name):
                return
        raise AssertionError(f"{most} times Tab did not reach {name!r}")

    async def picture(self, name: str) -> None:
        """Puts what is seen into docs/images when UPDATE_SCREENSHOTS asks for it."""
        await self.page.wait_for_function("[...document.images].every((image) => image.complete)")
        if os.environ.get("UPDATE_SCREENSHOTS", "0") not in {"", "0"}:
            await self.page.screenshot(path=_PICTURES / f"{name}.png", animations="disabled")
