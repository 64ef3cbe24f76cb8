"""The requests that the gateway makes of Discord, through discord.py's HTTP client and its rate limiter."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient, Route

from bot.shut_out import ShutOut
from bot.uploads import attaching, form_of
from project.wire.messages import TextFile

EPHEMERAL = 64
"""Message flag (docs: Message Flags)."""
GLOBAL_LIMIT_SECONDS = 1.0
CALL_SECONDS = 20.0
"""Longest a call may take, rate limits included."""

GONE_CODES = frozenset({10015, 10062, 50027})
"""Unknown webhook, unknown interaction, invalid webhook token: nobody can answer this interaction any more."""
ALREADY_ACKNOWLEDGED = 40060
UNKNOWN_MESSAGE = 10008
UNKNOWN_CHANNEL = 10003
MISSING_ACCESS = 50001
FORBIDDEN_CODES = frozenset({MISSING_ACCESS, 50013, 50006})
"""Missing access, missing permissions; an empty message, which is what is left without embeds that it may not have."""
SUPPRESS_EMBEDS = 4
"""Message flag: a moderator has taken the embeds away."""


class CallbackType(IntEnum):
    """First responses (docs: Interaction Callback Type)."""

    MESSAGE = 4
    DEFER_MESSAGE = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    """The message on which a button was pressed becomes this one."""
    CHOICES = 8
    FORM = 9


NO_RETRIES = object()
"""Marks a request (aiohttp's trace_request_ctx) whose 5xx answer the caller wants to hear of at once."""


class ServerFault(Exception):
    """Discord answered with a fault of its own; raised from inside the HTTP client."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class DiscordAway(Exception):
    """Discord did not answer, or with its own fault (5xx, endless 429): asking again can help."""


class DiscordShutOut(DiscordAway):
    """Discord's wall lets nothing of ours through for now: asking again before it opens makes it last."""


class DiscordRefused(Exception):
    """Discord will not do it; asking the same again cannot help. `code` is Discord's error code, 0 if it gave none."""

    def __init__(self, status: int, code: int, reason: str) -> None:
        super().__init__(f"{status} {code}: {reason}")
        self.status, self.code = status, code

    @property
    def gone(self) -> bool:
        """Whether the interaction is over: 3 s without a first response, or 15 minutes old."""
        return self.code in GONE_CODES or (self.status == 401 and self.code == 0)


class EmbedsDropped(Exception):
    """Discord has taken a message without its embeds, since the bot may not embed links in the channel."""

    def __init__(self, message_id: int) -> None:
        super().__init__(f"the message {message_id} came out without embeds")
        self.message_id = message_id


class DiscordRest:
    """Every call raises DiscordAway or DiscordRefused."""

    def __init__(self, http: HTTPClient, application_id: int, user_id: int = 0) -> None:
        """`user_id` is the bot's, which need not be the application's."""
        self._http = http
        self._user_id = user_id
        self._answers = _with_its_own_gate(http)
        self._shut_out = ShutOut()
        self._application_id = application_id

    async def respond(
        self,
        interaction_id: str,
        token: str,
        kind: CallbackType,
        data: dict[str, Any],
        *,
        seconds: float,
        files: Sequence[TextFile] = (),
    ) -> None:
        """The first response; accepted once and within 3 s of the interaction. Choices are the data of CHOICES."""
        route = Route(
            "POST",
            "/interactions/{webhook_id}/{webhook_token}/callback",
            webhook_id=int(interaction_id),
            webhook_token=token,
        )
        body = {"type": int(kind), "data": attaching(data, files)}
        await self._call(route, seconds=seconds, **form_of(body, files))

    async def edit_original(self, token: str, payload: dict[str, Any], files: Sequence[TextFile] = ()) -> None:
        """Change the first response, or fill a deferral."""
        route = self._webhook("PATCH", token, "/messages/@original")
        await self._call(route, **form_of(attaching(payload, files), files))

    async def delete_original(self, token: str) -> None:
        """Take the first response back."""
        await self._call(self._webhook("DELETE", token, "/messages/@original"))

    async def follow_up(self, token: str, payload: dict[str, Any], files: Sequence[TextFile] = ()) -> None:
        """One more message in answer to an interaction."""
        await self._call(self._webhook("POST", token, ""), **form_of(attaching(payload, files), files))

    async def post(self, channel_id: int, payload: dict[str, Any], nonce: str) -> int:
        """A message that answers nothing; its id. A second one with the same nonce is the first (for some minutes).

        Raises EmbedsDropped, too, as does `edit`.
        """
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel_id)
        posted = await self._call(route, json={**payload, "nonce": nonce[:25], "enforce_nonce": True})
        _check_embeds(payload, posted)
        return int(posted["id"])

    async def edit(self, channel_id: int, message_id: int, payload: dict[str, Any]) -> None:
        """Change one of our messages."""
        _check_embeds(payload, await self._call(_message("PATCH", channel_id, message_id), json=payload))

    async def delete(self, channel_id: int, message_id: int) -> None:
        """Take one of our messages away."""
        await self._call(_message("DELETE", channel_id, message_id))

    async def newest_message(self, channel_id: int) -> int | None:
        """Id of the last message that was sent to a channel, which may be gone by now (docs: last_message_id)."""
        channel = await self.channel(channel_id)
        return int(channel["last_message_id"]) if channel.get("last_message_id") else None

    async def channel(self, channel_id: int) -> dict[str, Any]:
        """A channel with its permission overwrites."""
        found: dict[str, Any] = await self._call(Route("GET", "/channels/{channel_id}", channel_id=channel_id))
        return found

    async def roles(self, guild_id: int) -> list[dict[str, Any]]:
        """A guild's roles; that of everyone has the guild's id."""
        found: list[dict[str, Any]] = await self._call(Route("GET", "/guilds/{guild_id}/roles", guild_id=guild_id))
        return found

    async def own_member(self, guild_id: int) -> dict[str, Any]:
        """The bot as a member of a guild."""
        route = Route("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=guild_id, user_id=self._user_id)
        found: dict[str, Any] = await self._call(route)
        return found

    async def voice_channel(self, guild_id: int, user_id: int) -> int | None:
        """The voice channel a member is in (docs: Get User Voice State); None if in none."""
        route = Route("GET", "/guilds/{guild_id}/voice-states/{user_id}", guild_id=guild_id, user_id=user_id)
        try:
            state = await self._call(route, seconds=1.0)
        except DiscordRefused as error:
            if error.status == 404:
                return None
            raise
        return int(state["channel_id"]) if state.get("channel_id") else None

    async def commands(self) -> list[dict[str, Any]]:
        """The global commands that Discord knows, with their localizations."""
        found: list[dict[str, Any]] = await self._call(self._application("GET"), params={"with_localizations": "true"})
        return found

    async def replace_commands(self, commands: list[dict[str, Any]]) -> None:
        """Bulk overwrite of the global commands."""
        await self._call(self._application("PUT"), json=commands)

    async def identify_concurrency(self) -> int:
        """How many shards may IDENTIFY within 5 s (docs: Session Start Limit, max_concurrency)."""
        answer = await self._call(Route("GET", "/gateway/bot"))
        return max(1, int(answer["session_start_limit"]["max_concurrency"]))

    def _webhook(self, method: str, token: str, path: str) -> Route:
        return Route(
            method,
            "/webhooks/{webhook_id}/{webhook_token}" + path,
            webhook_id=self._application_id,
            webhook_token=token,
        )

    def _application(self, method: str) -> Route:
        return Route(method, "/applications/{application_id}/commands", application_id=self._application_id)

    async def _call(self, route: Route, *, seconds: float = CALL_SECONDS, **content: Any) -> Any:
        if (left := self._shut_out.left()) > 0:
            raise DiscordShutOut(f"shut out for {left:.0f} s, {route.key} not asked")
        http = self._http if route.webhook_token is None else self._answers
        try:
            async with asyncio.timeout(seconds):
                return await http.request(route, trace_request_ctx=NO_RETRIES, **content)
        except (discord.DiscordServerError, ServerFault) as error:
            raise DiscordAway(f"{error.status} on {route.key}") from error
        except discord.HTTPException as error:
            if error.status == 429:
                if self._shut_out.noted(error.response.headers):
                    raise DiscordShutOut(f"429 on {route.key}") from error
                raise DiscordAway(f"429 on {route.key}") from error
            raise DiscordRefused(error.status, error.code, f"{error.text[:300]} on {route.key}") from error
        except (TimeoutError, OSError, aiohttp.ClientError, discord.RateLimited) as error:
            raise DiscordAway(f"{type(error).__name__} on {route.key}") from error
        finally:
            _let_others_go_on(http._global_over)


def _with_its_own_gate(http: HTTPClient) -> HTTPClient:
    """The same client for answers to interactions, which Discord does not bind to its global limit (docs: Interactions,
    Endpoints): while that stops everything else, members still hear in time."""
    client = copy.copy(http)
    client._global_over = asyncio.Event()
    client._global_over.set()
    return client


def _let_others_go_on(gate: asyncio.Event) -> None:
    """A call that is given up while it waits out the global limit leaves discord.py's gate shut for ever.

    The gate is for one second at most (50 requests per second), so opening it a second later is never too early.
    """
    if not gate.is_set():
        asyncio.get_running_loop().call_later(GLOBAL_LIMIT_SECONDS, gate.set)


def _check_embeds(sent: dict[str, Any], message: dict[str, Any]) -> None:
    if sent.get("embeds") and not message["embeds"] and not int(message.get("flags") or 0) & SUPPRESS_EMBEDS:
        raise EmbedsDropped(int(message["id"]))


def _message(method: str, channel_id: int, message_id: int) -> Route:
    path = "/channels/{channel_id}/messages/{message_id}"
    return Route(method, path, channel_id=channel_id, message_id=message_id)
