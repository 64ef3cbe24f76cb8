"""Typing commands: what is offered, what is refused, and what comes of it."""

import pytest
from playwright.async_api import expect

from tests.ui.scripted_bot import ScriptedBot
from tests.ui.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_slash_lists_commands_and_options(visitor: Visitor) -> None:
    await visitor.box.focus()
    await visitor.page.keyboard.type("/pla")
    await expect(visitor.suggestions).to_have_count(1)
    await expect(visitor.suggestions.first).to_have_text("/playquerypositionPlays a track")


async def test_the_bot_completes_what_is_typed_and_keys_alone_send_it(visitor: Visitor, bot: ScriptedBot) -> None:
    keyboard = visitor.page.keyboard
    await visitor.box.focus()
    await keyboard.type("/pla")
    await keyboard.press("Tab")
    await keyboard.type("green")
    await expect(visitor.suggestions).to_have_text(["Greensleeves"])
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await expect(visitor.field("query")).to_have_value("Greensleeves")
    await keyboard.press("Enter")
    await expect(visitor.last).to_contain_text("/play {'query': 'Greensleeves'}")
    await expect(visitor.last.locator(".used")).to_contain_text("Alice used /play")
    await expect(visitor.box).to_be_focused()
    focused = [option["value"] for one in bot.asked for option in one["options"] if option.get("focused")]
    assert focused[-1] == "green"
    assert len(focused) < len("green"), "every letter was asked about"


async def test_a_choice_is_shown_by_name_and_sent_by_value(visitor: Visitor, bot: ScriptedBot) -> None:
    keyboard = visitor.page.keyboard
    await visitor.box.focus()
    await keyboard.type("/play tone")
    await visitor.page.get_by_role("button", name="Add position").click()
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await expect(visitor.field("position")).to_have_value("next")
    await keyboard.press("Enter")
    await expect(visitor.last).to_contain_text("{'query': 'tone', 'position': 'next'}")


async def test_a_pasted_line_fills_its_options(visitor: Visitor) -> None:
    await visitor.box.fill("/play query: 440 Hz position: next")
    await expect(visitor.field("query")).to_have_value("440 Hz")
    await expect(visitor.field("position")).to_have_value("next")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "level is required."), ("loud", "level must be a whole number."), ("201", "level must be at most 200.")],
)
async def test_what_does_not_fit_is_not_sent(visitor: Visitor, bot: ScriptedBot, typed: str, sentence: str) -> None:
    await visitor.command("volume", level=typed)
    await expect(visitor.page.locator("#notices")).to_have_text(sentence)
    await expect(visitor.field("level")).to_be_focused()
    assert bot.asked == []


async def test_escape_and_backspace_leave_a_command(visitor: Visitor) -> None:
    for key in ("Escape", "Backspace"):
        await visitor.box.fill("/play ")
        await expect(visitor.field("query")).to_be_focused()
        await visitor.page.keyboard.press(key)
        await expect(visitor.box).to_be_focused()
        await expect(visitor.box).to_have_value("")


async def test_commands_are_hidden_from_members_who_may_not_use_them(visitor: Visitor) -> None:
    await visitor.box.fill("/sett")
    await expect(visitor.page.locator("#suggestions")).to_have_text("No such command")
    await visitor.become("Olivia")
    await visitor.box.fill("/sett")
    await expect(visitor.suggestions).to_have_text(["/settings showShows them"])


async def test_a_bot_that_does_not_answer_is_told(visitor: Visitor) -> None:
    await visitor.command("silent")
    pending = visitor.page.locator("#pending .message")
    await expect(pending).to_contain_text("Sending command…")
    await expect(pending).to_contain_text("The application did not respond")


async def test_thinking_is_replaced_by_the_answer(visitor: Visitor, bot: ScriptedBot) -> None:
    await visitor.command("think")
    await expect(visitor.last).to_contain_text("Segue is thinking")
    bot.thought.set()
    await expect(visitor.last).to_contain_text("Thought about it")
    await expect(visitor.page.locator("#messages > .message")).to_have_count(1)


async def test_an_ephemeral_answer_is_one_members_own_and_can_be_dismissed(visitor: Visitor) -> None:
    await visitor.command("secret")
    await expect(visitor.last).to_contain_text("Only you can see this")
    await visitor.become("Bob")
    await expect(visitor.page.get_by_text("For your eyes only")).to_have_count(0)
    await visitor.become("Alice")
    await visitor.page.get_by_role("button", name="Dismiss message").click()
    await expect(visitor.page.get_by_text("For your eyes only")).to_have_count(0)


async def test_a_message_command_is_used_on_a_message(visitor: Visitor, bot: ScriptedBot) -> None:
    await visitor.box.fill("https://music.example/x")
    await visitor.page.keyboard.press("Enter")
    await visitor.last.hover()
    await visitor.last.get_by_label("What to do with this message").click()
    await visitor.page.get_by_role("button", name="Play this").click()
    await expect(visitor.last.locator(".used")).to_contain_text("Alice used /Play this")
    assert bot.asked[-1]["name"] == "Play this"
