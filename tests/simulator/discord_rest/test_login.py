"""Who may log in, and what a client is told about the bot and its gateway."""

import email.utils
import time

from simulator.process.discord_site import DiscordSite
from tests.simulator.discord_client import RestClient


async def test_a_wrong_token_is_refused_as_discord_does(discord_site: DiscordSite) -> None:
    async with RestClient(discord_site, token="stolen") as stranger:
        reply = await stranger("GET", "/users/@me")
    assert (reply.status, reply.data) == (401, {"message": "401: Unauthorized", "code": 0})


async def test_the_bot_is_told_who_it_is(rest: RestClient) -> None:
    user = await rest("GET", "/users/@me")
    application = await rest("GET", "/oauth2/applications/@me")
    assert user.data["id"] == application.data["id"] == rest.site.world.application_id
    assert user.data["bot"] is True


async def test_the_gateway_says_how_many_may_identify_at_once(rest: RestClient) -> None:
    reply = await rest("GET", "/gateway/bot")
    assert reply.data["url"] == rest.site.world.gateway_url
    assert reply.data["session_start_limit"]["max_concurrency"] == 1


async def test_the_date_header_tells_the_real_time(rest: RestClient) -> None:
    reply = await rest("GET", "/gateway")
    told = email.utils.parsedate_to_datetime(reply.headers["Date"]).timestamp()
    assert abs(told - time.time()) < 60


async def test_the_content_type_has_no_charset(rest: RestClient) -> None:
    reply = await rest("GET", "/users/@me")
    assert reply.headers["Content-Type"] == "application/json"


async def test_an_unknown_route_answers_404(rest: RestClient) -> None:
    path = "/no/such/thing"
    reply = await rest("GET", path)
    assert (reply.status, reply.data["code"]) == (404, 0)


async def test_a_body_that_is_no_json_is_refused(rest: RestClient) -> None:
    headers = {"Authorization": f"Bot {rest.site.world.bot_token}", "Content-Type": "application/json"}
    path = f"/channels/{rest.text_channel}/messages"
    reply = await rest("POST", path, data=b"{", headers=headers)
    assert (reply.status, reply.data["code"]) == (400, 50109)
