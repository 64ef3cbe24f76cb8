"""The first-response rule, as a member sees it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import redis.asyncio
from prometheus_client import REGISTRY

from bot.patience import Patience
from bot.process import Gateway
from bot.sentences import FOREIGN_BUTTON, STILL_WORKING, TRY_AGAIN
from project.wire import keys
from project.wire.messages import ShowQueue
from tests.bot.sandbox import AudioEnd, Town, connected, deployment, eventually, running


@pytest.mark.usefixtures("gateway")
async def test_a_quick_outcome_is_the_first_response(town: Town, audio: AudioEnd) -> None:
    interaction = await town.type("pause")
    command = await audio.command()
    await audio.answer(command.id, "Paused *Song*.")
    seen = await town.answered(interaction)
    assert (seen["callback_type"], seen["deferred"], seen["ephemeral"]) == (4, False, False)
    assert seen["content"] == "Paused *Song*."


@pytest.mark.usefixtures("gateway")
async def test_a_quick_error_is_for_the_member_alone(town: Town, audio: AudioEnd) -> None:
    interaction = await town.type("pause")
    await audio.answer((await audio.command()).id, "Nothing plays.", error=True)
    seen = await town.answered(interaction)
    assert (seen["callback_type"], seen["ephemeral"]) == (4, True)


@pytest.mark.usefixtures("gateway")
async def test_a_slow_outcome_fills_the_deferral(town: Town, audio: AudioEnd) -> None:
    interaction = await town.type("play", options={"query": "song"})
    command = await audio.command()
    await town.sees(interaction, lambda seen: seen["callback_type"] == 5)
    await audio.answer(command.id, "Added *Song*.")
    seen = await town.answered(interaction)
    assert (seen["content"], seen["ephemeral"], seen["deferred"]) == ("Added *Song*.", False, True)
    assert seen["followups"] == []


@pytest.mark.usefixtures("gateway")
async def test_a_public_deferral_that_ends_in_an_error_is_replaced_by_a_private_word(
    town: Town, audio: AudioEnd
) -> None:
    interaction = await town.type("play", options={"query": "song"})
    command = await audio.command()
    await town.sees(interaction, lambda seen: seen["callback_type"] == 5)
    await audio.answer(command.id, "Nothing found.", error=True)
    seen = await town.answered(interaction)
    assert seen["deleted"]
    assert [(word["content"], word["ephemeral"]) for word in seen["followups"]] == [("Nothing found.", True)]


@pytest.mark.usefixtures("gateway")
async def test_a_later_word_is_a_follow_up(town: Town, audio: AudioEnd) -> None:
    interaction = await town.type("join")
    command = await audio.command()
    await audio.answer(command.id, "I come.")
    await town.answered(interaction)
    await audio.answer(command.id, "I may not join there.", error=True, followup=True)
    seen = await town.sees(interaction, lambda seen: bool(seen["followups"]))
    assert seen["content"] == "I come."
    assert (seen["followups"][0]["content"], seen["followups"][0]["ephemeral"]) == ("I may not join there.", True)


@pytest.mark.usefixtures("gateway")
async def test_the_same_outcome_twice_shows_once(town: Town, audio: AudioEnd) -> None:
    interaction = await town.type("pause")
    command = await audio.command()
    await audio.answer(command.id, "Paused.")
    await audio.answer(command.id, "Paused.")
    await town.sees(interaction, lambda seen: bool(seen["edits"]))
    seen = await town.shown(interaction)
    assert (seen["content"], seen["followups"]) == ("Paused.", [])


@pytest.mark.usefixtures("gateway")
async def test_without_an_outcome_the_member_gets_an_honest_sentence_and_later_the_outcome(
    town: Town, audio: AudioEnd
) -> None:
    interaction = await town.type("skip")
    command = await audio.command()
    seen = await town.answered(interaction)
    assert seen["content"] == STILL_WORKING.en
    await audio.answer(command.id, "Skipped.")
    await town.sees(interaction, lambda seen: seen["content"] == "Skipped.")


@pytest.mark.usefixtures("gateway")
async def test_who_only_asked_is_told_to_ask_again(town: Town, audio: AudioEnd) -> None:
    interaction = await town.type("queue")
    await audio.command()
    seen = await town.answered(interaction)
    assert seen["followups"][0]["content"] == TRY_AGAIN.en


@pytest.mark.usefixtures("gateway")
async def test_what_went_wrong_is_told_though_the_first_attempt_only_took_the_deferral_back(
    town: Town, audio: AudioEnd
) -> None:
    interaction = await town.type("skip")
    command = await audio.command()
    await town.sees(interaction, lambda seen: seen["callback_type"] == 5)
    fault = {"target": "rest", "path": "/webhooks", "method": "POST", "kind": "status", "status": 503, "count": 1}
    await town.ask("POST", "/faults", **fault)
    await audio.answer(command.id, "Nothing is playing.", error=True)
    seen = await town.sees(interaction, lambda seen: bool(seen["followups"]))
    assert [word["content"] for word in seen["followups"]] == ["Nothing is playing."]


@pytest.mark.usefixtures("gateway")
async def test_a_guild_may_have_its_own_language_and_private_answers(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis
) -> None:
    await store.hset(keys.guild_ui(town.cast.guild), mapping={"locale": "es-ES", "ephemeral": "1"})
    interaction = await town.type("skip")
    await audio.command()
    seen = await town.answered(interaction)
    assert (seen["content"], seen["ephemeral"]) == (STILL_WORKING.es, True)
    refused = await town.answered(await town.press("segue:skip:5:7"))
    assert refused["content"] == FOREIGN_BUTTON.es
    quick = await town.type("skip")
    await audio.answer((await audio.command()).id, "Skipped.")
    seen = await town.answered(quick)
    assert (seen["content"], seen["ephemeral"]) == ("Skipped.", True)


@pytest.mark.usefixtures("gateway")
async def test_a_button_is_deferred_without_touching_its_message(town: Town, audio: AudioEnd) -> None:
    interaction = await town.press(f"segue:stop:{town.cast.guild}")
    command = await audio.command()
    await town.sees(interaction, lambda seen: seen["callback_type"] == 6)
    await audio.answer(command.id, "Stopped.")
    seen = await town.answered(interaction)
    assert seen["edits"] == []
    assert [word["content"] for word in seen["followups"]] == ["Stopped."]


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("slow", [False, True], ids=["in time", "after the deferral"])
async def test_a_success_that_the_player_message_shows_needs_no_words(town: Town, audio: AudioEnd, slow: bool) -> None:
    interaction = await town.press(f"segue:skip:{town.cast.guild}:7")
    command = await audio.command()
    if slow:
        await town.sees(interaction, lambda seen: seen["callback_type"] == 6)
    await audio.answer(command.id, "Skipped.")
    await audio.answer(command.id, "Skipped.")
    await eventually(lambda: all_done(audio))
    seen = await town.sees(interaction, lambda seen: seen["callback_type"] == 6)
    assert (seen["content"], seen["edits"], seen["followups"], seen["refused"]) == (None, [], [], [])


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("slow", [False, True], ids=["in time", "after the deferral"])
async def test_what_went_wrong_with_a_button_is_told_to_the_member_alone(
    town: Town, audio: AudioEnd, slow: bool
) -> None:
    interaction = await town.press(f"segue:skip:{town.cast.guild}:7")
    command = await audio.command()
    if slow:
        await town.sees(interaction, lambda seen: seen["callback_type"] == 6)
    await audio.answer(command.id, "Already skipped.", error=True)
    seen = await town.answered(interaction)
    words = seen["followups"][0] if slow else seen
    assert (words["content"], words["ephemeral"], seen["edits"]) == ("Already skipped.", True, [])


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("slow", [False, True], ids=["in time", "after the deferral"])
async def test_the_queue_button_answers_the_member_alone(town: Town, audio: AudioEnd, slow: bool) -> None:
    interaction = await town.press(f"segue:queue:{town.cast.guild}:2")
    command = await audio.command()
    assert command.order == ShowQueue(page=2)
    if slow:
        await town.sees(interaction, lambda seen: seen["callback_type"] == 5)
    await audio.answer(command.id, "Page 2.")
    seen = await town.answered(interaction)
    assert (seen["content"], seen["ephemeral"], seen["followups"]) == ("Page 2.", True, [])


async def all_done(audio: AudioEnd) -> bool:
    """Whether the gateway has done all that was wanted of it."""
    return await audio.unread() == 0 and await audio.unseen() == 0


@pytest.mark.usefixtures("gateway")
async def test_an_outcome_that_discord_refuses_still_gets_a_word(town: Town, audio: AudioEnd) -> None:
    interaction = await town.type("pause")
    command = await audio.command()
    await audio.answer(command.id, "x" * 3000)
    seen = await town.answered(interaction)
    assert "Discord did not accept" in seen["content"]


@pytest.mark.usefixtures("gateway")
async def test_an_outcome_for_an_unknown_interaction_is_passed_over(
    town: Town, audio: AudioEnd, gateway: Gateway
) -> None:
    await audio.answer("1234", "nobody asked")
    interaction = await town.type("pause")
    await audio.answer((await audio.command()).id, "Paused.")
    await town.answered(interaction)

    async def acknowledged() -> bool:
        return await audio.unread() == 0

    await eventually(acknowledged)


async def test_an_interaction_that_came_late_is_deferred_while_discord_still_takes_it(
    town: Town, store: redis.asyncio.Redis, redis_url: str
) -> None:
    async with running(deployment(town.site, redis_url, patience=Patience())):
        await connected(town.site)
        interaction = await town.type("skip", id_age_ms=1_800)
        seen = await town.sees(interaction, lambda seen: seen["callback_type"] is not None)
    assert (seen["callback_type"], seen["refused"]) == (5, [])


@pytest.mark.usefixtures("gateway")
async def test_a_late_interaction_is_deferred_before_it_is_run(town: Town, audio: AudioEnd) -> None:
    await show_discords_clock(town)
    interaction = await town.type("skip", id_age_ms=LATE_MS)
    assert (await audio.command()).id == interaction
    assert (await town.shown(interaction))["callback_type"] == 5


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize(
    "fault", [{"kind": "delay", "ms": 2_000}, {"kind": "status", "status": 503}], ids=["too slow", "away"]
)
async def test_a_late_interaction_that_discord_lets_nobody_answer_any_more_is_expired_and_not_run(
    town: Town, audio: AudioEnd, fault: dict[str, Any]
) -> None:
    await show_discords_clock(town)
    before = expired()
    await town.ask("POST", "/faults", target="rest", path="/callback", **fault)
    await town.type("skip", id_age_ms=LATE_MS)

    async def counted() -> bool:
        return expired() == before + 1

    await eventually(counted)
    await town.ask("DELETE", "/faults")
    fresh = await town.type("pause")
    assert (await audio.command()).id == fresh
    assert await audio.waiting() == 0


LATE_MS = 2_400
"""Old enough to be deferred first, with room for a slow machine on both sides."""


def expired() -> float:
    """How many interactions were not run because they came too late."""
    return REGISTRY.get_sample_value("gateway_interactions_expired_total") or 0.0


async def show_discords_clock(town: Town) -> None:
    """Discord's Date headers tell whole seconds: some answers within one second tell the gateway the time closely."""
    for _ in range(8):
        await town.answered(await town.press("segue:skip:5:7"))
        await asyncio.sleep(0.12)


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("status", [500, 502, 503])
async def test_discords_own_faults_do_not_cost_the_first_response(town: Town, audio: AudioEnd, status: int) -> None:
    await town.ask("POST", "/faults", target="rest", path="/callback", kind="status", status=status, count=2)
    interaction = await town.type("pause")
    await audio.answer((await audio.command()).id, "Paused.")
    seen = await town.answered(interaction)
    assert (seen["callback_type"], seen["content"], seen["refused"]) == (4, "Paused.", [])
