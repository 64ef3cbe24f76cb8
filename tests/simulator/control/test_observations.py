"""What can be seen of the fake services."""

from tests.simulator.discord_client import PLAY, GatewayClient, RestClient


async def test_rest_requests_are_listed_with_times(rest: RestClient) -> None:
    await rest.register(PLAY)
    await rest("POST", f"/channels/{rest.text_channel}/messages", {"content": "c" * 2001})
    listed = (await rest.control("GET", "/requests?target=rest")).data
    assert [(one["method"], one["status"], one["code"]) for one in listed] == [("PUT", 200, None), ("POST", 400, 50035)]
    assert listed[0]["at"] <= listed[1]["at"]
    assert listed[0]["body"][0]["name"] == "play"


async def test_without_nodes_their_requests_are_a_conflict(rest: RestClient) -> None:
    reply = await rest.control("GET", "/requests?target=node")
    assert (reply.status, reply.data["error"]) == (409, "The simulator runs no Lavalink nodes.")


async def test_silent_ears_report_zeros(rest: RestClient) -> None:
    heard = await rest.control("GET", f"/ears/{rest.site.guild.id}")
    reset = await rest.control("POST", f"/ears/{rest.site.guild.id}/reset")
    assert heard.data == reset.data
    assert (heard.data["connected"], heard.data["frames"], heard.data["lost"]) == (False, 0, 0)
    assert (await rest.control("GET", "/ears/1")).status == 404


async def test_the_state_names_sessions_and_commands(rest: RestClient) -> None:
    await rest.register(PLAY)
    async with GatewayClient(rest.site) as bot:
        await bot.identify()
        state = (await rest.control("GET", "/state")).data
    assert (state["shards_connected"], state["commands"], state["guilds"]) == ([0], ["play"], 1)
    assert state["sessions"][0]["connected"] is True
