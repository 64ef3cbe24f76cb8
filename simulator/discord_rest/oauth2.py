"""Discord's OAuth2 for people who sign in elsewhere: the consent page, tokens, and who they are.

Discord's documentation, OAuth2: authorization code grant with PKCE (S256), scopes identify and guilds.
"""

import base64
import hashlib
import html
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from multidict import MultiMapping

from simulator.world.guilds import User
from simulator.world.payloads import own_user_payload
from simulator.world.permissions import guild_permissions
from simulator.world.world import World

CLIENT_SECRET = "sandbox-client-secret"
CODE_SECONDS = 60
TOKEN_SECONDS = 604_800
SCOPES = {"identify", "guilds"}
_OWN_NAMES = {"127.0.0.1", "localhost"}


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody agreed to; the code for it can be used once."""

    user_id: str
    scopes: frozenset[str]
    redirect_uri: str
    challenge: str
    until: float


class OAuth2:
    """Codes and tokens in memory."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._codes: dict[str, Grant] = {}
        self._tokens: dict[str, Grant] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/oauth2/authorize", self._page),
            web.post("/oauth2/authorize", self._decide),
            web.post("/api/v10/oauth2/token", self._token),
            web.post("/api/v10/oauth2/token/revoke", self._revoke),
        ]

    def user_of(self, authorization: str | None, scope: str) -> User | None:
        """Whom a bearer token stands for, if it has the scope."""
        kind, _, token = (authorization or "").partition(" ")
        grant = self._tokens.get(token) if kind == "Bearer" else None
        if grant is None or scope not in grant.scopes or grant.until < self._world.clock():
            return None
        return self._people().get(grant.user_id)

    def me(self, user: User) -> dict[str, object]:
        """GET /users/@me."""
        return own_user_payload(user)

    def guilds(self, user: User) -> list[dict[str, object]]:
        """GET /users/@me/guilds: all of the person's, whether the bot is there or not."""
        return [
            {
                "id": guild.id,
                "name": guild.name,
                "icon": None,
                "banner": None,
                "owner": guild.owner_id == user.id,
                "permissions": str(guild_permissions(guild, guild.members[user.id])),
                "features": [],
            }
            for guild in self._world.guilds.values()
            if user.id in guild.members
        ]

    async def _page(self, request: web.Request) -> web.Response:
        """Who are you, and do you agree? Discord knows the first; here anybody may be anybody."""
        problem = self._problem(request.query)
        if problem is not None:
            return web.Response(status=400, text=problem)
        people = "".join(
            f"<option value='{user.id}'>{html.escape(user.global_name or user.username)} ({user.id})</option>"
            for user in self._people().values()
        )
        kept = "".join(
            f"<input type=hidden name='{html.escape(name)}' value='{html.escape(value)}'>"
            for name, value in request.query.items()
        )
        page = (
            "<!doctype html><meta charset=utf-8><title>Authorize</title><h1>Segue wants to know who you are</h1>"
            f"<form method=post>{kept}<label>You are <select name=user_id>{people}</select></label> "
            "<button name=agreed value=yes>Authorize</button> <button name=agreed value=no>Cancel</button></form>"
        )
        return web.Response(text=page, content_type="text/html")

    async def _decide(self, request: web.Request) -> web.Response:
        form = await request.post()
        given = {name: value for name, value in form.items() if isinstance(value, str)}
        problem = self._problem(given)
        if problem is not None:
            return web.Response(status=400, text=problem)
        state = {"state": given["state"]} if "state" in given else {}
        if given.get("agreed") != "yes":
            raise web.HTTPFound(_with_query(given["redirect_uri"], {"error": "access_denied", **state}))
        if given.get("user_id") not in self._people():
            return web.Response(status=400, text="There is no such person.")
        code = secrets.token_urlsafe(22)
        self._codes[code] = Grant(
            given["user_id"],
            frozenset(given["scope"].split()),
            given["redirect_uri"],
            given["code_challenge"],
            self._world.clock() + CODE_SECONDS,
        )
        raise web.HTTPFound(_with_query(given["redirect_uri"], {"code": code, **state}))

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if not self._is_client(form):
            return web.json_response({"error": "invalid_client"}, status=401)
        if form.get("grant_type") != "authorization_code":
            return web.json_response({"error": "unsupported_grant_type"}, status=400)
        grant = self._codes.pop(str(form.get("code", "")), None)
        if grant is None or grant.until < self._world.clock() or grant.redirect_uri != form.get("redirect_uri"):
            return _invalid_grant('Invalid "code" in request.')
        if _challenge(str(form.get("code_verifier", ""))) != grant.challenge:
            return _invalid_grant('Invalid "code_verifier" in request.')
        token = secrets.token_urlsafe(22)
        until = self._world.clock() + TOKEN_SECONDS
        self._tokens[token] = Grant(grant.user_id, grant.scopes, "", "", until)
        answer = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "refresh_token": secrets.token_urlsafe(22),
            "scope": " ".join(sorted(grant.scopes)),
        }
        return web.json_response(answer)

    async def _revoke(self, request: web.Request) -> web.Response:
        form = await request.post()
        if not self._is_client(form):
            return web.json_response({"error": "invalid_client"}, status=401)
        self._tokens.pop(str(form.get("token", "")), None)
        return web.json_response({})

    def _is_client(self, form: MultiMapping[object]) -> bool:
        return (form.get("client_id"), form.get("client_secret")) == (self._world.application_id, CLIENT_SECRET)

    def _problem(self, query: "MultiMapping[str] | dict[str, str]") -> str | None:
        """Why nobody can be sent back: Discord shows a page of its own then."""
        redirect = query.get("redirect_uri", "")
        if query.get("client_id") != self._world.application_id:
            return "Unknown application."
        if urlsplit(redirect).hostname not in _OWN_NAMES:
            return "Invalid OAuth2 redirect_uri."
        if query.get("response_type") != "code" or not set(query.get("scope", "").split()) <= SCOPES:
            return "Invalid response_type or scope."
        if query.get("code_challenge_method") != "S256" or len(query.get("code_challenge", "")) != 43:
            return "Invalid code_challenge."
        return None

    def _people(self) -> dict[str, User]:
        return {
            user.id: user
            for guild in self._world.guilds.values()
            for user in (member.user for member in guild.members.values())
            if not user.bot
        }


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _with_query(url: str, more: dict[str, str]) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(more)}"


def _invalid_grant(description: str) -> web.Response:
    return web.json_response({"error": "invalid_grant", "error_description": description}, status=400)
