"""Guilds, channels, members and voice through the control API."""

from typing import Any

import pytest

from tests.simulator.discord_client import GatewayClient, RestClient


async def test_it_starts_with_one_guild_and_the_cast(rest: RestClient) -> None:
    (guild,) = (await rest.control("GET", "/guilds")).data
    assert [(m["name"], m["roles"]) for m in guild["members"]] == [("Alice", ["DJ"]), ("Bob", []), ("Charlie", [])]
    assert [c["type"] for c in guild["channels"]] == ["text", "text", "voice", "voice"]
    assert {m["voice_channel_id"] for m in guild["members"]} == {None}
    assert guild["bot_joined"] is True


async def test_members_join_and_leave_voice(rest: RestClient) -> None:
    order = {"guild_id": rest.site.guild.id, "user_id": rest.member("Alice"), "channel_id": rest.channel("Music")}
    async with GatewayClient(rest.site) as bot:
        await bot.identify()
        joined = await rest.control("POST", "/voice", order)
        again = await rest.control("POST", "/voice", order)
        left = await rest.control("POST", "/voice", {**order, "channel_id": None})
        states = [await bot.event("VOICE_STATE_UPDATE") for _ in range(2)]
    assert [one.data["moved"] for one in (joined, again, left)] == [True, False, True]
    assert [one["channel_id"] for one in states] == [rest.channel("Music"), None]
    assert states[0]["member"]["user"]["global_name"] == "Alice"


async def test_the_bot_is_moved_but_never_pulled_in(rest: RestClient) -> None:
    order = {"guild_id": rest.site.guild.id, "user_id": rest.site.world.bot.id, "channel_id": rest.channel("Lounge")}
    pulled = await rest.control("POST", "/voice", order)
    async with GatewayClient(rest.site) as bot:
        await bot.identify()
        await bot.send(4, {"guild_id": rest.site.guild.id, "channel_id": rest.channel("Music")})
        await bot.event("VOICE_SERVER_UPDATE")
        moved = await rest.control("POST", "/voice", order)
        await bot.event("VOICE_SERVER_UPDATE")
    assert (pulled.status, moved.data["moved"]) == (409, True)


async def test_a_member_may_mute_the_bot_and_lift_that_again(rest: RestClient) -> None:
    place = {"guild_id": rest.site.guild.id}
    order = {**place, "user_id": rest.site.world.bot.id}
    async with GatewayClient(rest.site) as bot:
        await bot.identify()
        await bot.send(4, {**place, "channel_id": rest.channel("Music")})
        states = [await bot.event("VOICE_STATE_UPDATE")]
        for muted in (True, False):
            await rest.control("POST", "/voice-mute", {**order, "muted": muted})
            states.append(await bot.event("VOICE_STATE_UPDATE"))
    assert [state["mute"] for state in states] == [False, True, False]
    assert [state["suppress"] for state in states] == [False, False, False]
    assert {state["channel_id"] for state in states} == {rest.channel("Music")}


async def test_where_it_may_not_speak_the_bot_is_suppressed(rest: RestClient) -> None:
    place = {"guild_id": rest.site.guild.id}
    silent = await rest.control("POST", "/channels", {**place, "name": "Silent", "type": "voice", "deny": ["SPEAK"]})
    async with GatewayClient(rest.site) as bot:
        await bot.identify()
        states = []
        for channel_id in (silent.data["id"], rest.channel("Music")):
            await bot.send(4, {**place, "channel_id": channel_id})
            states.append(await bot.event("VOICE_STATE_UPDATE"))
    assert [state["suppress"] for state in states] == [True, False]


async def test_another_voice_server_takes_a_call_over_with_a_new_token(rest: RestClient) -> None:
    order = {"guild_id": rest.site.guild.id}
    early = await rest.control("POST", "/voice-server", order)
    async with GatewayClient(rest.site) as bot:
        await bot.identify()
        await bot.send(4, {**order, "channel_id": rest.channel("Music")})
        first = await bot.event("VOICE_SERVER_UPDATE")
        changed = await rest.control("POST", "/voice-server", order)
        second = await bot.event("VOICE_SERVER_UPDATE")
    assert (early.data["changed"], changed.data["changed"]) == (False, True)
    assert first["token"] != second["token"]


async def test_a_new_guild_is_told_and_can_be_left(rest: RestClient) -> None:
    wanted = {
        "name": "Second",
        "members": ["Dana", {"name": "Erin", "roles": ["Mod"]}],
        "roles": {"Mod": ["MANAGE_GUILD"]},
        "channels": [{"name": "stage", "type": "voice"}, {"name": "chat", "type": "text"}],
    }
    async with GatewayClient(rest.site) as bot:
        await bot.identify()
        await bot.event("GUILD_CREATE")
        founded = await rest.control("POST", "/guilds", wanted)
        created = await bot.event("GUILD_CREATE")
        await rest.control("DELETE", f"/guilds/{founded.data['id']}")
        deleted = await bot.event("GUILD_DELETE")
        await rest.control("POST", f"/guilds/{founded.data['id']}/bot")
        back = await bot.event("GUILD_CREATE")
    assert created["id"] == deleted["id"] == back["id"] == founded.data["id"]
    erin = founded.data["members"][1]
    assert int(erin["permissions"]) & 1 << 5
    assert [c["name"] for c in founded.data["channels"]] == ["chat", "stage"]


async def test_a_guild_may_exist_without_the_bot(rest: RestClient) -> None:
    founded = await rest.control("POST", "/guilds", {"bot_joined": False})
    assert founded.data["bot_joined"] is False
    assert (await rest("GET", f"/guilds/{founded.data['id']}")).data["code"] == 10004


async def test_a_staff_channel_keeps_the_bot_out(rest: RestClient) -> None:
    wanted = {"guild_id": rest.site.guild.id, "type": "voice", "name": "Staff only", "deny": ["CONNECT"]}
    made = await rest.control("POST", "/channels", wanted)
    channel = rest.site.world.channels[made.data["id"]]
    assert not rest.site.world.bot_permissions(channel) & 1 << 20
    gone = await rest.control("DELETE", f"/channels/{channel.id}")
    assert gone.data == {"deleted": channel.id}


async def test_members_are_added(rest: RestClient) -> None:
    wanted = {"guild_id": rest.site.guild.id, "name": "Dana", "roles": ["DJ"]}
    made = await rest.control("POST", "/members", wanted)
    assert made.data["roles"] == ["DJ"]
    assert len((await rest.control("GET", "/guilds")).data[0]["members"]) == 4


async def test_chat_is_written_and_listed(rest: RestClient) -> None:
    written = await rest.control(
        "POST",
        "/messages",
        {"channel_id": rest.text_channel, "user_id": rest.member("Bob"), "content": "hi"},
    )
    listed = await rest.control("GET", f"/messages/{rest.text_channel}")
    deleted = await rest.control("DELETE", f"/messages/{written.data['message_id']}")
    assert [one["content"] for one in listed.data] == ["hi"]
    assert deleted.status == 200
    assert (await rest.control("GET", f"/messages/{rest.text_channel}")).data == []


@pytest.mark.parametrize(
    ("path", "order", "sentence"),
    [
        ("/voice", {"channel_id": "1"}, "has no voice channel 1"),
        ("/channels", {"type": "voice", "name": "x", "deny": ["FLY"]}, "no permission 'FLY' to deny"),
        ("/channels", {"type": "stage", "name": "x"}, "type is text or voice"),
        ("/guilds", {"roles": {"Mod": ["FLY"]}}, "The permissions of 'Mod'"),
        ("/guilds", {"id": "abc"}, "is taken or no snowflake"),
        ("/members", {}, "'name' is missing"),
    ],
)
async def test_a_bad_order_gets_one_sentence(rest: RestClient, path: str, order: dict[str, Any], sentence: str) -> None:
    place = {"guild_id": rest.site.guild.id, "user_id": rest.member("Bob")} if path != "/guilds" else {}
    reply = await rest.control("POST", path, {**place, **order})
    assert reply.status in (400, 404)
    assert sentence in reply.data["error"]
