"""People sign in elsewhere with Discord: a code for who agreed, a token for whoever began, once."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from simulator.discord_rest.oauth2 import CLIENT_SECRET
from simulator.process.discord_site import DiscordSite

VERIFIER = "v" * 50
BACK = "http://127.0.0.1:1/back"


def asked(site: DiscordSite, **other: str) -> dict[str, str]:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    usual = {
        "response_type": "code",
        "client_id": site.world.application_id,
        "scope": "identify guilds",
        "redirect_uri": BACK,
        "state": "s1",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return {**usual, **other}


async def decided(site: DiscordSite, **form: str) -> dict[str, list[str]]:
    """What somebody is sent back with."""
    async with aiohttp.ClientSession() as session:
        url, body = site.base_url + "/oauth2/authorize", {**asked(site), **form}
        async with session.post(url, data=body, allow_redirects=False) as answer:
            assert answer.status == 302
            assert answer.headers["Location"].startswith(BACK)
            return parse_qs(urlsplit(answer.headers["Location"]).query)


async def exchanged(site: DiscordSite, code: str, **form: str) -> tuple[int, dict[str, str]]:
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        "client_id": site.world.application_id,
        "client_secret": CLIENT_SECRET,
        **form,
    }
    async with aiohttp.ClientSession() as session, session.post(site.rest_url + "/oauth2/token", data=body) as answer:
        return answer.status, await answer.json()


def alice(site: DiscordSite) -> str:
    return next(member.user.id for member in site.guild.members.values() if member.user.username == "alice")


async def test_a_token_tells_who_agreed_and_what_they_may_in_their_guilds(discord_site: DiscordSite) -> None:
    site = discord_site
    back = await decided(site, user_id=site.guild.owner_id, agreed="yes")
    assert back["state"] == ["s1"]
    status, token = await exchanged(site, back["code"][0])
    assert status == 200
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.get(site.rest_url + "/users/@me") as answer:
            assert (await answer.json())["id"] == site.guild.owner_id
        async with session.get(site.rest_url + "/users/@me/guilds") as answer:
            (guild,) = await answer.json()
            assert (guild["id"], guild["owner"]) == (site.guild.id, True)
        async with session.get(site.rest_url + "/gateway/bot") as answer:
            assert answer.status == 401, "it opens nothing else"


async def test_a_code_is_good_once_and_for_whoever_began_alone(discord_site: DiscordSite) -> None:
    site = discord_site
    for wrong in ({"code_verifier": "w" * 50}, {"redirect_uri": BACK + "2"}):
        code = (await decided(site, user_id=alice(site), agreed="yes"))["code"][0]
        assert (await exchanged(site, code, **wrong))[0] == 400
        assert (await exchanged(site, code))[1] == {
            "error": "invalid_grant",
            "error_description": 'Invalid "code" in request.',
        }
    assert (await exchanged(site, "nonsense", client_secret="wrong"))[0] == 401


async def test_who_does_not_agree_is_sent_back_with_an_error(discord_site: DiscordSite) -> None:
    assert (await decided(discord_site, user_id=alice(discord_site), agreed="no"))["error"] == ["access_denied"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "https://elsewhere.example/"},
        {"client_id": "1"},
        {"scope": "email"},
        {"code_challenge_method": "plain"},
    ],
)
async def test_nobody_is_sent_where_the_application_does_not_live(
    discord_site: DiscordSite, wrong: dict[str, str]
) -> None:
    async with aiohttp.ClientSession() as session:
        url = discord_site.base_url + "/oauth2/authorize"
        async with session.get(url, params=asked(discord_site, **wrong)) as answer:
            assert answer.status == 400
        async with session.get(url, params=asked(discord_site)) as answer:
            assert "Olivia" in await answer.text()
