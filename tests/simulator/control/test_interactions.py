"""Members act through the control API, and it tells what the bot's gateway was sent."""

from typing import Any

import pytest

from simulator.openapi import Description
from simulator.world.posts import member_posts
from tests.simulator.discord_client import PLAY, GatewayClient, RestClient

_IMPORT = {
    "name": "queue-import",
    "description": "Imports",
    "options": [{"name": "file", "description": "f", "type": 11}],
}
_MENU = {"name": "Play this", "type": 3}


@pytest.fixture(autouse=True)
async def _registered(rest: RestClient) -> None:
    await rest.register(PLAY, _IMPORT, _MENU)


async def _heard(rest: RestClient, **order: Any) -> dict[str, Any]:
    """The INTERACTION_CREATE that follows from an order."""
    async with GatewayClient(rest.site) as bot:
        await bot.identify()
        interaction_id = await rest.act(**order)
        payload = await bot.event("INTERACTION_CREATE")
    assert payload["id"] == interaction_id
    return payload


async def test_a_slash_command_reaches_the_gateway_whole(
    rest: RestClient, discord_description: Description | None
) -> None:
    payload = await _heard(rest, name="play", options={"query": "tone"}, locale="es-ES")
    dj = rest.site.guild.role_named("DJ")
    assert dj is not None
    assert payload["data"]["options"] == [{"name": "query", "type": 3, "value": "tone"}]
    assert payload["member"]["roles"] == [dj.id]
    assert (payload["locale"], payload["guild_locale"]) == ("es-ES", "en-US")
    assert int(payload["app_permissions"]) & 1 << 20
    assert payload["authorizing_integration_owners"] == {"0": rest.site.guild.id}
    if discord_description is not None:
        parts = (("PrivateGuildMemberResponse", "member"), ("GuildChannelResponse", "channel"))
        for schema, part in parts:
            assert list(discord_description.object_faults(schema, payload[part])) == []


async def test_options_may_be_a_list(rest: RestClient) -> None:
    payload = await _heard(rest, name="play", options=[{"name": "query", "value": "tone", "type": 3}])
    assert payload["data"]["options"] == [{"name": "query", "type": 3, "value": "tone"}]


async def test_very_long_options_reach_the_bot(rest: RestClient) -> None:
    payload = await _heard(rest, name="play", options={"query": "q" * 10_000})
    assert len(payload["data"]["options"][0]["value"]) == 10_000


async def test_an_attachment_can_be_fetched_by_its_url(rest: RestClient) -> None:
    file = {"name": "f", "filename": "queue.json", "content": "[]"}
    payload = await _heard(rest, name="queue-import", options={"file": "f"}, attachments=[file])
    (attachment,) = payload["data"]["resolved"]["attachments"].values()
    assert attachment["filename"] == "queue.json"
    assert attachment["url"].startswith(rest.site.base_url)


async def test_a_message_menu_carries_its_message(rest: RestClient) -> None:
    channel = rest.site.world.channels[rest.text_channel]
    bob = rest.site.guild.members[rest.member("Bob")].user
    message = member_posts(rest.site.world, channel, bob, "https://music.example/x")
    payload = await _heard(rest, type="message_menu", name="Play this", message_id=message.id)
    target = payload["data"]["resolved"]["messages"][payload["data"]["target_id"]]
    assert target["content"] == "https://music.example/x"


async def _post_button(rest: RestClient, channel_id: str) -> str:
    options = [{"label": "Bass", "value": "bass"}, {"label": "Soft", "value": "soft"}]
    rows = [
        {"type": 1, "components": [{"type": 2, "style": 1, "label": "Skip", "custom_id": "skip"}]},
        {"type": 1, "components": [{"type": 3, "custom_id": "filters", "options": options}]},
    ]
    reply = await rest("POST", f"/channels/{channel_id}/messages", {"content": "x", "components": rows})
    return str(reply.data["id"])


async def test_a_button_is_found_on_the_newest_message(rest: RestClient) -> None:
    await _post_button(rest, rest.text_channel)
    newest = await _post_button(rest, rest.text_channel)
    payload = await _heard(rest, type="button", custom_id="skip")
    assert payload["message"]["id"] == newest
    assert (payload["type"], payload["data"]["component_type"]) == (3, 2)


async def test_a_select_sends_its_values(rest: RestClient) -> None:
    await _post_button(rest, rest.text_channel)
    payload = await _heard(rest, type="select", custom_id="filters", values=["soft"])
    assert payload["data"]["values"] == ["soft"]


async def test_a_role_menu_sends_the_role_itself(rest: RestClient) -> None:
    dj = rest.site.guild.role_named("DJ")
    assert dj is not None
    rows = [{"type": 1, "components": [{"type": 6, "custom_id": "dj-role"}]}]
    await rest("POST", f"/channels/{rest.text_channel}/messages", {"content": "x", "components": rows})
    payload = await _heard(rest, type="select", custom_id="dj-role", values=[dj.id])
    assert payload["data"]["values"] == [dj.id]
    assert payload["data"]["resolved"]["roles"][dj.id]["name"] == "DJ"


async def test_another_guilds_button_can_be_named(rest: RestClient) -> None:
    other = await rest.control("POST", "/guilds", {"name": "Other"})
    channel = next(c["id"] for c in other.data["channels"] if c["type"] == "text")
    message_id = await _post_button(rest, channel)
    payload = await _heard(rest, type="button", custom_id="skip", message_id=message_id)
    assert payload["guild_id"] == rest.site.guild.id
    assert payload["message"]["channel_id"] == channel


async def test_a_forgotten_button_is_sent_only_by_force(rest: RestClient) -> None:
    order = {
        "guild_id": rest.site.guild.id,
        "channel_id": rest.text_channel,
        "user_id": rest.member("Bob"),
        "type": "button",
        "custom_id": "gone",
    }
    refused = await rest.control("POST", "/interactions", order)
    forced = await rest.control("POST", "/interactions", {**order, "force": True})
    assert (refused.status, forced.status) == (400, 200)
    assert "carries the custom id 'gone'" in refused.data["error"]


async def test_many_interactions_are_made_at_once_in_order(rest: RestClient) -> None:
    order = {"guild_id": rest.site.guild.id, "channel_id": rest.text_channel, "user_id": rest.member("Bob")}
    async with GatewayClient(rest.site) as bot:
        await bot.identify()
        made = await rest.control("POST", "/interactions", {**order, "name": "play", "count": 3})
        heard = [(await bot.event("INTERACTION_CREATE"))["id"] for _ in range(3)]
    assert made.data["interaction_ids"] == heard
    assert len(set(heard)) == 3


async def test_delivery_is_told(rest: RestClient) -> None:
    order = {"guild_id": rest.site.guild.id, "channel_id": rest.text_channel, "user_id": rest.member("Bob")}
    order |= {"name": "play"}
    nobody = await rest.control("POST", "/interactions", order)
    async with GatewayClient(rest.site) as bot:
        await bot.identify()
        somebody = await rest.control("POST", "/interactions", order)
    assert (nobody.data["delivered_to"], somebody.data["delivered_to"]) == (0, 1)


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"guild_id": "1"}, 404, "There is no guild 1."),
        ({"channel_id": "1"}, 404, "There is no channel 1."),
        ({"user_id": "1"}, 404, "has no member 1."),
        ({"user_id": None}, 400, "The field 'user_id' is missing."),
        ({"type": "wave"}, 400, "The type is one of slash"),
        ({"name": "dance"}, 400, "has not registered"),
        ({"options": "tone"}, 400, "'options' must be an object"),
        ({"options": {"words": "x"}}, 400, "has no option 'words'"),
        ({"repeat": 0}, 400, "'repeat' must lie between"),
        ({"type": "select", "custom_id": "x", "values": "a"}, 400, "'values' must be a list"),
        ({"type": "modal", "custom_id": "add"}, 400, "has not opened a form 'add'"),
    ],
)
async def test_a_bad_order_gets_one_sentence(
    rest: RestClient, changes: dict[str, Any], status: int, sentence: str
) -> None:
    order = {
        "guild_id": rest.site.guild.id,
        "channel_id": rest.text_channel,
        "user_id": rest.member("Bob"),
        "type": "slash",
        "name": "play",
        **changes,
    }
    reply = await rest.control("POST", "/interactions", order)
    assert reply.status == status
    assert sentence in reply.data["error"]


async def test_an_unknown_interaction_is_404(rest: RestClient) -> None:
    reply = await rest.control("GET", "/interactions/1")
    assert (reply.status, reply.data["error"]) == (404, "There is no interaction 1.")
