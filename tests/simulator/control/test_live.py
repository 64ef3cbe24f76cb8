"""A page learns of changes at once, of ephemeral ones too."""

from typing import Any

import aiohttp
import pytest

from simulator.world.posts import member_posts
from tests.simulator.discord_client import PLAY, GatewayClient, RestClient

_EPHEMERAL = 64


class Page:
    """The console's WebSocket; every wait ends after 20 s."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def told(self, kind: str) -> dict[str, Any]:
        """The next change of that type; those before it are dropped."""
        while True:
            change: dict[str, Any] = await self._socket.receive_json(timeout=20)
            if change["type"] == kind:
                return change

    async def cut_off(self) -> int | None:
        """The code with which the simulator closes."""
        while (message := await self._socket.receive(timeout=20)).type is aiohttp.WSMsgType.TEXT:
            pass
        return message.data if message.type is aiohttp.WSMsgType.CLOSE else None


@pytest.fixture
async def page(rest: RestClient) -> Any:
    async with aiohttp.ClientSession() as http, http.ws_connect(rest.site.control_url + "/live") as socket:
        page = Page(socket)
        await page.told("hello")
        yield page


async def _asked(rest: RestClient) -> str:
    await rest.register(PLAY)
    return await rest.act(name="play", options={"query": "tone"})


async def test_a_members_message_is_told(rest: RestClient, page: Page) -> None:
    channel = rest.site.world.channels[rest.text_channel]
    bob = rest.site.guild.members[rest.member("Bob")].user
    member_posts(rest.site.world, channel, bob, "hello")
    message = (await page.told("message"))["message"]
    assert (message["content"], message["author"]["username"], message["seen_by"]) == ("hello", "bob", None)


async def test_an_ephemeral_answer_names_its_command_and_who_sees_it(rest: RestClient, page: Page) -> None:
    interaction_id = await _asked(rest)
    await rest.answer(interaction_id, 4, {"content": "no", "flags": _EPHEMERAL})
    message = (await page.told("message"))["message"]
    assert (message["ephemeral"], message["command"], message["seen_by"]) == (True, "play", rest.member("Alice"))
    listed = await rest.control("GET", f"/messages/{rest.text_channel}?ephemeral=1")
    assert listed.data == [message]


async def test_an_answer_names_the_whole_subcommand(rest: RestClient, page: Page) -> None:
    create = {"name": "create", "description": "Makes one", "type": 1}
    await rest.register({"name": "playlist", "description": "Lists", "options": [create]})
    interaction_id = await rest.act(name="playlist create")
    await rest.answer(interaction_id, 4, {"content": "done"})
    assert (await page.told("message"))["message"]["command"] == "playlist create"


async def test_thinking_and_its_end_are_told(rest: RestClient, page: Page) -> None:
    interaction_id = await _asked(rest)
    await rest.answer(interaction_id, 5)
    assert (await page.told("message"))["message"]["loading"] is True
    await rest("PATCH", rest.hook(interaction_id, "/messages/@original"), {"content": "done"}, headers={})
    message = (await page.told("message"))["message"]
    assert (message["loading"], message["content"]) == (False, "done")


async def test_a_deleted_message_is_told(rest: RestClient, page: Page) -> None:
    posted = await rest("POST", f"/channels/{rest.text_channel}/messages", {"content": "x"})
    await rest.control("DELETE", f"/messages/{posted.data['id']}")
    gone = await page.told("message_gone")
    assert (gone["message_id"], gone["channel_id"]) == (posted.data["id"], rest.text_channel)


async def test_choices_are_told_with_their_interaction(rest: RestClient, page: Page) -> None:
    await rest.register(PLAY)
    interaction_id = await rest.act(type="autocomplete", name="play", options={"query": "to"})
    choices = [{"name": "Tone", "value": "tone"}]
    await rest.answer(interaction_id, 8, {"choices": choices})
    answered = await page.told("interaction")
    assert (answered["interaction_id"], answered["choices"]) == (interaction_id, choices)
    assert answered["user_id"] == rest.member("Alice")


async def test_voice_is_told(rest: RestClient, page: Page) -> None:
    place = {"guild_id": rest.site.guild.id, "user_id": rest.member("Bob")}
    for channel_id in (rest.channel("Music"), None):
        await rest.control("POST", "/voice", {**place, "channel_id": channel_id})
        told = await page.told("voice")
        assert (told["user_id"], told["channel_id"]) == (rest.member("Bob"), channel_id)


async def test_new_commands_and_places_are_told(rest: RestClient, page: Page) -> None:
    await rest.register(PLAY)
    await page.told("commands")
    await rest.control("POST", "/guilds", {"name": "Other"})
    await page.told("places")


async def test_a_page_that_went_is_forgotten(rest: RestClient) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.ws_connect(rest.site.control_url + "/live") as socket:
            await Page(socket).told("hello")
        channel = rest.site.world.channels[rest.text_channel]
        member_posts(rest.site.world, channel, rest.site.world.bot, "x")
        async with http.ws_connect(rest.site.control_url + "/live") as socket:
            assert (await Page(socket).told("hello")) == {"type": "hello"}


async def test_a_page_that_reads_too_slowly_is_cut_off(rest: RestClient, page: Page) -> None:
    channel = rest.site.world.channels[rest.text_channel]
    for _ in range(2_001):
        member_posts(rest.site.world, channel, rest.site.world.bot, "x")
    assert await page.cut_off() == aiohttp.WSCloseCode.TRY_AGAIN_LATER


async def test_a_simulator_that_ends_does_not_wait_for_pages(rest: RestClient, page: Page) -> None:
    await rest.site.stop()
    assert await page.cut_off() == aiohttp.WSCloseCode.GOING_AWAY


async def test_a_socket_of_another_origin_is_refused(rest: RestClient) -> None:
    paths = ("/live", f"/ears/{rest.site.guild.id}/listen")
    async with aiohttp.ClientSession() as http:
        for path in paths:
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await http.ws_connect(rest.site.control_url + path, origin="http://evil.example")
            assert refused.value.status == 403
            own = await http.ws_connect(rest.site.control_url + path, origin=rest.site.base_url)
            await own.close()


async def test_the_gateway_is_told_nothing_new(rest: RestClient, page: Page) -> None:
    async with GatewayClient(rest.site) as bot:
        await bot.identify()
        interaction_id = await _asked(rest)
        await rest.answer(interaction_id, 4, {"content": "no", "flags": _EPHEMERAL})
        await page.told("interaction")
        place = {"guild_id": rest.site.guild.id, "user_id": rest.member("Bob")}
        await rest.control("POST", "/voice", {**place, "channel_id": rest.channel("Music")})
        names = [(await bot.receive())["t"] for _ in range(3)]
    assert names == ["GUILD_CREATE", "INTERACTION_CREATE", "VOICE_STATE_UPDATE"]
