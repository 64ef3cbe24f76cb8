"""Signing in with Discord: OAuth2 with PKCE, and which guilds a person manages. Discord's token is not kept.

Discord's documentation, OAuth2: authorization code grant, scopes `identify` and `guilds`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

import structlog

from apps.accounts.discord_brake import Brake, Door, TooOften
from apps.api.redis_clients import client
from project import settings

log = structlog.get_logger(__name__)

SCOPES = "identify guilds"
ADMINISTRATOR, MANAGE_GUILD = 1 << 3, 1 << 5
ANSWER_SECONDS = 5
LARGEST_ANSWER = 1 << 20
"""200 guilds are some 60 KiB."""
REST_SECONDS = 5
"""Where Discord says that there were too many requests and not for how long."""
UNKNOWN_SECONDS = 60
"""Where it does not know us: asking again helps nobody before somebody has looked at our settings."""

brake = Brake(client)


class DiscordRefused(Exception):
    """Discord did not accept the code: it is used, too old, or none of ours."""


class DiscordAway(Exception):
    """Discord did not answer in time, or not as documented, or is not to be asked for `wait_s`."""

    def __init__(self, text: str, wait_s: int | None = None) -> None:
        super().__init__(text)
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in, with the guilds that they manage."""

    user_id: int
    name: str
    guilds: dict[int, str]


def is_available() -> bool:
    """Whether people can sign in here at all."""
    return bool(settings.DISCORD_CLIENT_SECRET and settings.DISCORD_BOT_ID)


def new_verifier() -> str:
    """A PKCE code verifier (RFC 7636), for one login."""
    return secrets.token_urlsafe(48)


def authorize_url(*, state: str, verifier: str, redirect_uri: str) -> str:
    """Where the person agrees; Discord sends them back to `redirect_uri` with a code."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": str(settings.DISCORD_BOT_ID),
        "scope": SCOPES,
        "redirect_uri": redirect_uri,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "prompt": "none",
    }
    return f"{settings.DISCORD_AUTHORIZE_URL}?{urllib.parse.urlencode(query)}"


def sign_in(*, code: str, verifier: str, redirect_uri: str, door: Door) -> Person:
    """Who the code stands for; raises DiscordRefused, DiscordAway."""
    try:
        brake.count(door)
    except TooOften as often:
        raise DiscordAway(str(often), often.wait_s) from None
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    token = _text(_post("/oauth2/token", form), "access_token")
    try:
        return _person(_get("/users/@me", token), _get("/users/@me/guilds", token))
    finally:
        _revoke(token)


def _person(user: Any, guilds: Any) -> Person:
    try:
        managed = {int(guild["id"]): str(guild["name"]) for guild in guilds if _manages(guild)}
        return Person(int(user["id"]), str(user.get("global_name") or user["username"]), managed)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DiscordAway("Discord's answer was not as documented") from error


def _manages(guild: dict[str, Any]) -> bool:
    return bool(guild.get("owner")) or bool(int(guild["permissions"]) & (ADMINISTRATOR | MANAGE_GUILD))


def _revoke(token: str) -> None:
    """Nothing of ours needs it any more; where this fails it runs out by itself."""
    try:
        _post("/oauth2/token/revoke", {"token": token, "token_type_hint": "access_token"})
    except (DiscordAway, DiscordRefused) as error:
        log.info("A token of Discord's could not be given back", reason=str(error))


def _post(path: str, form: dict[str, str]) -> Any:
    credentials = {"client_id": str(settings.DISCORD_BOT_ID), "client_secret": settings.DISCORD_CLIENT_SECRET}
    return _ask(path, urllib.parse.urlencode({**form, **credentials}).encode(), {})


def _get(path: str, token: str) -> Any:
    return _ask(path, None, {"Authorization": f"Bearer {token}"})


def _ask(path: str, body: bytes | None, headers: dict[str, str]) -> Any:
    """Neither code nor token may get into a log: errors name the path and the status alone."""
    agent = {"User-Agent": f"DiscordBot ({settings.PUBLIC_URL}, 1)", "Accept": "application/json"}
    request = urllib.request.Request(settings.DISCORD_API_URL + path, body, {**agent, **headers})  # noqa: S310 # ours
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            return json.loads(answer.read(LARGEST_ANSWER) or b"null")
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 429:
            brake.rest(_seconds(error.headers.get("Retry-After")))
        elif error.code == 401 and body is not None:
            log.error("Discord does not know this application: check DISCORD_BOT_ID and DISCORD_CLIENT_SECRET")
            brake.rest(UNKNOWN_SECONDS)
        if error.code in {400, 401, 403}:
            raise DiscordRefused(f"{path}: {error.code}") from None
        raise DiscordAway(f"{path}: {error.code}") from None
    except (OSError, ValueError) as error:
        raise DiscordAway(f"{path}: {type(error).__name__}") from None


def _seconds(header: str | None) -> float:
    """What Retry-After says; Discord gives seconds, never a date."""
    try:
        return float(header or REST_SECONDS)
    except ValueError:
        return REST_SECONDS


def _text(answer: Any, field: str) -> str:
    found = answer.get(field) if isinstance(answer, dict) else None
    if not isinstance(found, str):
        raise DiscordAway("Discord's answer was not as documented")
    return found
