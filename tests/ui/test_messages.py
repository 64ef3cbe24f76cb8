"""Messages as they look and what can be pressed on them."""

import pytest
from playwright.async_api import expect

from tests.ui.scripted_bot import ScriptedBot
from tests.ui.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")
MARKS = {
    "a **b _c_** ~~d~~ __e__ ||f||": "a <strong>b <em>c</em></strong> <s>d</s> <u>e</u> ",
    "snake_case_name 2*3*4": "snake_case_name 2<em>3</em>4",
    "**open and \\*\\*closed": "**open and **closed",
    "```py\n**raw**\n```": "<pre><code>**raw**</code></pre>",
    "- one\n- two\nend": "<ul><li>one</li><li>two</li></ul>end",
    "> said\n# big": '<blockquote>said</blockquote><p class="heading heading-1">big</p>',
    "[x](javascript:alert(1))": "[x](javascript:alert(1))",
    "<b>&amp;</b>": "&lt;b&gt;&amp;amp;&lt;/b&gt;",
}


async def test_markdown_is_shown_and_markup_stays_text(visitor: Visitor) -> None:
    await visitor.command("panel")
    text = visitor.last.locator(".embed-description")
    await expect(text).to_have_text("bold italic code link *kept* <script>x()</script>")
    assert await text.locator("strong, em, code, a").all_text_contents() == ["bold", "italic", "code", "link"]
    assert await visitor.page.locator("#messages script").count() == 0


async def test_each_mark_has_its_element(visitor: Visitor) -> None:
    script = """async (texts) => {
        const { markdown } = await import("/console/markdown.js");
        return texts.map((text) => {
            const holder = document.createElement("div");
            holder.append(markdown(text));
            holder.querySelectorAll(".spoiler").forEach((one) => one.remove());
            return holder.innerHTML;
        });
    }"""
    shown = await visitor.page.evaluate(script, list(MARKS))
    assert dict(zip(MARKS, shown, strict=True)) == MARKS


async def test_a_relative_time_goes_on_by_itself(visitor: Visitor) -> None:
    start = await visitor.page.evaluate("Math.floor(Date.now() / 1000)")
    await visitor.box.fill(f"<t:{start}:R>")
    await visitor.page.keyboard.press("Enter")
    time = visitor.last.locator(".content time")
    first = await time.text_content()
    assert first is not None
    await expect(time).not_to_have_text(first)
    await expect(time).to_contain_text("seconds ago")


async def test_a_pressed_button_changes_the_message_and_keeps_the_focus(visitor: Visitor) -> None:
    await visitor.command("panel")
    skip = visitor.last.get_by_role("button", name="⏭")
    await skip.focus()
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.last.locator(".embed-title")).to_have_text("Short Interlude")
    await expect(visitor.last).to_contain_text("(edited)")
    await expect(visitor.last.get_by_role("button", name="⏭")).to_be_focused()


async def test_disabled_and_link_buttons_send_nothing(visitor: Visitor, bot: ScriptedBot) -> None:
    await visitor.command("panel")
    await expect(visitor.last.get_by_role("button", name="Stop")).to_be_disabled()
    await expect(visitor.last.get_by_role("link", name="Site")).to_have_attribute("href", "https://music.example/")
    assert [one["name"] for one in bot.asked] == ["panel"]


async def test_a_press_without_an_answer_is_told(visitor: Visitor) -> None:
    await visitor.command("panel")
    await visitor.last.get_by_role("button", name="Broken").click()
    await expect(visitor.last).to_contain_text("This interaction failed")


async def test_a_menu_takes_several_values_by_keys(visitor: Visitor, bot: ScriptedBot) -> None:
    await visitor.command("panel")
    keyboard = visitor.page.keyboard
    await visitor.last.get_by_role("button", name="Filters").focus()
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await keyboard.press("ArrowDown")
    await keyboard.press("ArrowDown")
    await keyboard.press(" ")
    await keyboard.press("End")
    await keyboard.press("Enter")
    await expect(visitor.last).to_contain_text("Filters: bass, 8d")
    assert bot.asked[-1]["values"] == ["bass", "8d"]


async def test_a_menu_that_is_left_sends_and_keeps_nothing(visitor: Visitor, bot: ScriptedBot) -> None:
    await visitor.command("panel")
    menu = visitor.last.get_by_role("button", name="Filters")
    await menu.click()
    await visitor.page.get_by_role("option", name="Bass").click()
    await visitor.page.keyboard.press("Escape")
    await expect(menu).to_have_text("Filters")
    await expect(menu).to_be_focused()
    assert [one["name"] for one in bot.asked] == ["panel"]


async def test_a_form_is_filled_in_and_sent(visitor: Visitor) -> None:
    await visitor.command("add")
    form = visitor.page.get_by_role("dialog", name="Add music")
    await expect(form.get_by_label("Title or address")).to_be_focused()
    await visitor.page.keyboard.type("Greensleeves")
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.last).to_contain_text("Added Greensleeves")
    await expect(form).to_have_count(0)


@pytest.mark.parametrize("chosen", [None, "next"])
async def test_a_forms_menu_sends_what_is_chosen_or_what_was_preset(
    visitor: Visitor, bot: ScriptedBot, chosen: str | None
) -> None:
    await visitor.command("add")
    form = visitor.page.get_by_role("dialog", name="Add music")
    await form.get_by_label("Title or address").fill("Greensleeves")
    if chosen is not None:
        await form.get_by_label("Where it goes").select_option(chosen)
    await form.get_by_role("button", name="Submit").click()
    await expect(visitor.last).to_contain_text("Added Greensleeves")
    assert bot.asked[-1]["components"][1]["component"]["values"] == [chosen or "end"]


async def test_a_deleted_message_goes(visitor: Visitor) -> None:
    await visitor.box.fill("gone soon")
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.last).to_contain_text("gone soon")
    await visitor.last.hover()
    await visitor.last.get_by_label("What to do with this message").click()
    await visitor.page.get_by_role("button", name="Delete message").click()
    await expect(visitor.page.get_by_text("gone soon")).to_have_count(0)
