"""First responses, follow-ups and their time limits."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from simulator.openapi import Description
from simulator.process.discord_site import DiscordSite
from tests.simulator.discord_client import PLAY, ManualClock, RestClient


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def timed(clock: ManualClock, discord_description: Description | None) -> AsyncIterator[RestClient]:
    """A Discord whose time the test moves, with /play registered."""
    site = DiscordSite(clock=clock, description=discord_description)
    await site.start()
    async with RestClient(site) as client:
        await client.register(PLAY, {"name": "Play this", "type": 3})
        yield client
    await site.stop()
    assert [one for one in site.violations.all() if one["side"] == "answer"] == []


async def _play(rest: RestClient, **order: Any) -> str:
    return await rest.act(name="play", options={"query": "tone"}, **order)


async def test_a_message_answers_at_once(timed: RestClient, clock: ManualClock) -> None:
    interaction = await _play(timed)
    clock.now += 0.25
    reply = await timed.answer(interaction, 4, {"content": "Playing"})
    seen = await timed.seen(interaction)
    assert reply.status == 204
    assert (seen["acked_ms"], seen["first_response_ms"]) == (250, 250)
    assert (seen["deferred"], seen["ephemeral"], seen["content"]) == (False, False, "Playing")


async def test_with_response_describes_what_was_made(timed: RestClient) -> None:
    interaction = await _play(timed)
    reply = await timed.answer(interaction, 4, {"content": "Playing"}, params={"with_response": "true"})
    assert reply.status == 200
    assert reply.data["interaction"]["response_message_id"] == reply.data["resource"]["message"]["id"]


async def test_nothing_is_seen_before_the_bot_answers(timed: RestClient) -> None:
    seen = await timed.seen(await _play(timed))
    nothing = ("acked_ms", "first_response_ms", "deferred", "ephemeral", "content", "embeds", "components", "choices")
    assert {seen[name] for name in nothing} == {None}
    assert (seen["edits"], seen["followups"]) == ([], [])


async def test_a_deferral_shows_nothing_until_it_is_edited(timed: RestClient, clock: ManualClock) -> None:
    interaction = await _play(timed)
    clock.now += 1.5
    await timed.answer(interaction, 5)
    thinking = await timed.seen(interaction)
    loading = await timed("GET", timed.hook(interaction, "/messages/@original"))
    clock.now += 2
    await timed("PATCH", timed.hook(interaction, "/messages/@original"), {"content": "Playing"})
    seen = await timed.seen(interaction)
    assert (thinking["deferred"], thinking["content"], thinking["first_response_ms"]) == (True, None, None)
    assert loading.data["flags"] == 128
    assert (seen["acked_ms"], seen["first_response_ms"], seen["content"]) == (1500, 3500, "Playing")
    assert [one["content"] for one in seen["edits"]] == ["Playing"]


async def test_a_second_callback_is_refused(timed: RestClient) -> None:
    interaction = await _play(timed)
    await timed.answer(interaction, 5)
    again = await timed.answer(interaction, 4, {"content": "again"})
    assert (again.status, again.data["code"]) == (400, 40060)
    assert [one["code"] for one in (await timed.seen(interaction))["refused"]] == [40060]


async def test_after_three_seconds_the_interaction_is_unknown(timed: RestClient, clock: ManualClock) -> None:
    interaction = await _play(timed)
    clock.now += 3.1
    late = await timed.answer(interaction, 5)
    assert (late.status, late.data["code"]) == (404, 10062)
    assert (await timed.seen(interaction))["expired"] is True


async def test_an_interaction_can_be_born_old(timed: RestClient) -> None:
    interaction = await _play(timed, id_age_ms=4000)
    assert (await timed.answer(interaction, 5)).data["code"] == 10062


async def test_a_wrong_token_is_unknown(timed: RestClient) -> None:
    interaction = await _play(timed)
    path = f"/interactions/{interaction}/wrong/callback"
    reply = await timed("POST", path, {"type": 5})
    assert (reply.status, reply.data["code"]) == (404, 10062)


async def test_the_webhook_lives_fifteen_minutes(timed: RestClient, clock: ManualClock) -> None:
    interaction = await _play(timed)
    before = await timed("POST", timed.hook(interaction), {"content": "early"})
    await timed.answer(interaction, 4, {"content": "Playing"})
    clock.now += 899
    in_time = await timed("PATCH", timed.hook(interaction, "/messages/@original"), {"content": "Still playing"})
    clock.now += 2
    late = await timed("POST", timed.hook(interaction), {"content": "late"})
    assert (before.status, before.data["code"]) == (404, 10015)
    assert in_time.status == 200
    assert (late.status, late.data["code"]) == (401, 50027)


async def test_an_answers_visibility_cannot_change(timed: RestClient) -> None:
    interaction = await _play(timed)
    await timed.answer(interaction, 5)
    await timed("PATCH", timed.hook(interaction, "/messages/@original"), {"content": "x", "flags": 64})
    seen = await timed.seen(interaction)
    assert (seen["ephemeral"], seen["content"]) == (False, "x")


async def test_a_public_deferral_is_deleted_and_followed_by_an_ephemeral_error(timed: RestClient) -> None:
    interaction = await _play(timed)
    await timed.answer(interaction, 5)
    deleted = await timed("DELETE", timed.hook(interaction, "/messages/@original"))
    posted = await timed("POST", timed.hook(interaction), {"content": "Join first", "flags": 64})
    seen = await timed.seen(interaction)
    assert (deleted.status, posted.data["flags"]) == (204, 64)
    assert (seen["deleted"], seen["content"]) == (True, None)
    assert [(one["content"], one["ephemeral"]) for one in seen["followups"]] == [("Join first", True)]


async def test_the_first_followup_takes_the_place_of_thinking(timed: RestClient) -> None:
    interaction = await _play(timed)
    await timed.answer(interaction, 5, {"flags": 64})
    first = await timed("POST", timed.hook(interaction), {"content": "one"})
    second = await timed("POST", timed.hook(interaction), {"content": "two"})
    seen = await timed.seen(interaction)
    assert first.data["flags"] & 64
    assert second.data["id"] != first.data["id"] == seen["message_id"]
    assert (seen["content"], [one["content"] for one in seen["followups"]]) == ("one", ["two"])


async def test_followups_are_read_edited_and_deleted_by_id(timed: RestClient) -> None:
    interaction = await _play(timed)
    await timed.answer(interaction, 4, {"content": "Playing"})
    posted = await timed("POST", timed.hook(interaction), {"content": "more"})
    one = timed.hook(interaction, f"/messages/{posted.data['id']}")
    assert (await timed("PATCH", one, {"content": "changed"})).data["content"] == "changed"
    assert (await timed("GET", one)).data["content"] == "changed"
    assert (await timed("DELETE", one)).status == 204
    assert (await timed("GET", one)).data["code"] == 10008


async def test_autocomplete_takes_choices_only(timed: RestClient) -> None:
    interaction = await timed.act(type="autocomplete", name="play", options={"query": "to"})
    message = await timed.answer(interaction, 4, {"content": "no"})
    many = [{"name": str(n), "value": str(n)} for n in range(26)]
    too_many = await timed.answer(interaction, 8, {"choices": many})
    long = await timed.answer(interaction, 8, {"choices": [{"name": "n" * 101, "value": "v"}]})
    good = await timed.answer(interaction, 8, {"choices": many[:25]})
    assert message.data["code"] == 50035
    assert too_many.faults() == {"data.choices": "BASE_TYPE_MAX_LENGTH"}
    assert long.faults() == {"data.choices.0.name": "BASE_TYPE_BAD_LENGTH"}
    assert good.status == 204
    assert (await timed.seen(interaction))["choices"] == many[:25]


async def test_a_slash_command_cannot_be_answered_as_a_button(timed: RestClient) -> None:
    interaction = await _play(timed)
    assert (await timed.answer(interaction, 6)).faults() == {"type": "INTERACTION_CALLBACK_TYPE_INVALID"}


async def _with_button(rest: RestClient) -> str:
    button = {"type": 2, "style": 1, "label": "Skip", "custom_id": "skip:1"}
    body = {"content": "Now playing", "components": [{"type": 1, "components": [button]}]}
    reply = await rest("POST", f"/channels/{rest.text_channel}/messages", body)
    return str(reply.data["id"])


async def test_a_button_updates_its_message(timed: RestClient) -> None:
    message_id = await _with_button(timed)
    interaction = await timed.act(type="button", custom_id="skip:1")
    await timed.answer(interaction, 7, {"content": "Skipped"})
    seen = await timed.seen(interaction)
    assert (seen["message_id"], seen["content"], seen["deferred"]) == (message_id, "Skipped", False)


async def test_a_buttons_deferral_leaves_the_message_as_it_is(timed: RestClient) -> None:
    message_id = await _with_button(timed)
    interaction = await timed.act(type="button", custom_id="skip:1")
    await timed.answer(interaction, 6)
    before = await timed.seen(interaction)
    await timed("PATCH", timed.hook(interaction, "/messages/@original"), {"content": "Skipped"})
    after = await timed.seen(interaction)
    kept = await timed("GET", f"/channels/{timed.text_channel}/messages/{message_id}")
    assert (before["deferred"], before["content"], after["content"]) == (True, None, "Skipped")
    assert kept.data["content"] == "Skipped"
    assert kept.data["components"]


async def test_a_form_is_opened_and_submitted(timed: RestClient) -> None:
    interaction = await _play(timed)
    field = {"type": 4, "custom_id": "words", "style": 1, "label": "What?"}
    modal = {"custom_id": "add", "title": "Add", "components": [{"type": 1, "components": [field]}]}
    opened = await timed.answer(interaction, 9, modal)
    submitted = await timed.act(type="modal", custom_id="add", fields={"words": "tone"})
    payload = timed.site.world.interactions.get(submitted)
    assert opened.status == 204
    assert (await timed.seen(interaction))["modal"]["title"] == "Add"
    assert payload is not None
    assert payload.payload["data"]["components"][0]["components"][0]["value"] == "tone"


FORM = {
    "custom_id": "add",
    "title": "Add",
    "components": [
        {
            "type": 18,
            "label": "What?",
            "component": {"type": 4, "custom_id": "words", "style": 1, "min_length": 2, "max_length": 9},
        },
        {
            "type": 18,
            "label": "Where?",
            "component": {
                "type": 3,
                "custom_id": "place",
                "options": [
                    {"label": "At the end", "value": "end", "default": True},
                    {"label": "Next", "value": "next"},
                ],
            },
        },
    ],
}


@pytest.mark.parametrize(
    ("fields", "sent"),
    [({"words": "tone"}, ("tone", ["end"])), ({"words": "tone", "place": ["next"]}, ("tone", ["next"]))],
)
async def test_what_stands_in_labels_comes_back_with_what_was_preset(
    timed: RestClient, fields: dict[str, Any], sent: tuple[str, list[str]]
) -> None:
    assert (await timed.answer(await _play(timed), 9, FORM)).status == 204
    submitted = timed.site.world.interactions.get(await timed.act(type="modal", custom_id="add", fields=fields))
    assert submitted is not None
    words, place = (row["component"] for row in submitted.payload["data"]["components"])
    assert (words["value"], place["values"]) == sent


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "is required"),
        ({"words": ""}, "is required"),
        ({"words": "x"}, "takes 2 to 9 characters"),
        ({"words": "x" * 10}, "takes 2 to 9 characters"),
        ({"words": "tone", "place": ["first"]}, "offers no 'first'"),
        ({"words": "tone", "place": ["end", "next"]}, "takes 1 to 1 values"),
    ],
)
async def test_what_discords_client_would_not_send_cannot_be_sent(
    timed: RestClient, fields: dict[str, Any], why: str
) -> None:
    await timed.answer(await _play(timed), 9, FORM)
    place = {"guild_id": timed.site.guild.id, "channel_id": timed.text_channel, "user_id": timed.member("Alice")}
    order = {**place, "type": "modal", "custom_id": "add", "fields": fields}
    refused = await timed.control("POST", "/interactions", order)
    assert (refused.status, why in str(refused.data)) == (400, True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "t" * 46}, "data.title"),
        ({"custom_id": ""}, "data.custom_id"),
        ({"components": []}, "data.components"),
        ({"components": [{"type": 1, "components": [{"type": 2}]}]}, "data.components.0.components.0.type"),
    ],
)
async def test_a_bad_form_is_refused(timed: RestClient, changes: dict[str, Any], field: str) -> None:
    interaction = await _play(timed)
    row = {"type": 1, "components": [{"type": 4, "custom_id": "w", "style": 1, "label": "What?"}]}
    modal = {"custom_id": "add", "title": "Add", "components": [row], **changes}
    reply = await timed.answer(interaction, 9, modal)
    assert field in reply.faults()
    assert (await timed.seen(interaction))["acked_ms"] is None


async def test_an_empty_answer_is_refused(timed: RestClient) -> None:
    interaction = await _play(timed)
    assert (await timed.answer(interaction, 4, {})).data["code"] == 50006
