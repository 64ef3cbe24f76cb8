"""Pages that are turned where they stand, as the members see it."""

from __future__ import annotations

import pytest

from project.wire.messages import Outcome, ShowQueue
from tests.bot.sandbox import AudioEnd, Town


async def queue_shown(town: Town, audio: AudioEnd) -> tuple[str, str]:
    """Bob has asked for the queue; the message's id and the custom id of its ▶."""
    turn = f"segue:queue_page:{town.cast.guild}:2"
    button = {"type": 2, "style": 2, "label": "▶", "custom_id": turn}
    asked = await town.type("queue", town.cast.bob)
    body = {"content": "Page 1", "components": [{"type": 1, "components": [button]}]}
    command = await audio.command()
    await audio.say(Outcome(command_id=command.id, guild_id=town.cast.guild, payload=body))
    seen = await town.answered(asked)
    return str(seen["message_id"]), turn


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("slow", [False, True], ids=["in time", "after the deferral"])
async def test_a_page_is_turned_on_its_own_message(town: Town, audio: AudioEnd, slow: bool) -> None:
    message_id, turn = await queue_shown(town, audio)
    pressed = await town.press_on(message_id, turn)
    command = await audio.command()
    assert command.order == ShowQueue(page=2, nearest=True)
    if slow:
        await town.sees(pressed, lambda seen: seen["callback_type"] == 6)
    await audio.answer(command.id, "Page 2")
    seen = await town.sees(pressed, lambda seen: seen["content"] == "Page 2")
    assert (seen["callback_type"], seen["message_id"], seen["followups"]) == (6 if slow else 7, message_id, [])


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("slow", [False, True], ids=["in time", "after the deferral"])
async def test_why_it_cannot_be_turned_is_told_to_whoever_turned_it(town: Town, audio: AudioEnd, slow: bool) -> None:
    message_id, turn = await queue_shown(town, audio)
    pressed = await town.press_on(message_id, turn)
    command = await audio.command()
    if slow:
        await town.sees(pressed, lambda seen: seen["callback_type"] == 6)
    await audio.answer(command.id, "The queue is empty.", error=True)
    seen = await town.sees(pressed, lambda seen: seen["followups"] or seen["callback_type"] == 4)
    words = seen["followups"][0] if slow else seen
    assert (words["content"], words["ephemeral"]) == ("The queue is empty.", True)
    shown = await town.ask("GET", f"/messages/{town.cast.general}")
    assert [message["content"] for message in shown] == ["Page 1"]


@pytest.mark.usefixtures("gateway")
async def test_a_later_word_leaves_the_page_as_it_is(town: Town, audio: AudioEnd) -> None:
    message_id, turn = await queue_shown(town, audio)
    pressed = await town.press_on(message_id, turn)
    command = await audio.command()
    await audio.answer(command.id, "Page 2")
    await audio.answer(command.id, "By the way", followup=True)
    seen = await town.sees(pressed, lambda seen: bool(seen["followups"]))
    assert (seen["content"], seen["followups"][0]["content"]) == ("Page 2", "By the way")


@pytest.mark.usefixtures("gateway")
async def test_a_page_whose_message_is_gone_meanwhile_is_shown_to_the_member_alone(town: Town, audio: AudioEnd) -> None:
    message_id, turn = await queue_shown(town, audio)
    pressed = await town.press_on(message_id, turn)
    command = await audio.command()
    await town.sees(pressed, lambda seen: seen["callback_type"] == 6)
    await town.ask("DELETE", f"/messages/{message_id}")
    await audio.answer(command.id, "Page 2")
    seen = await town.sees(pressed, lambda seen: bool(seen["followups"]))
    assert (seen["followups"][0]["content"], seen["followups"][0]["ephemeral"]) == ("Page 2", True)
