"""Serves the REST operations over HTTP: token, rate limits, faults, checks and the log around each."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from simulator.discord_rest import (
    bot_routes,
    command_routes,
    guild_routes,
    interaction_routes,
    message_routes,
    webhook_routes,
)
from simulator.discord_rest.errors import DiscordError, not_found, unauthorized
from simulator.discord_rest.exchange import Answer, Call, Route
from simulator.discord_rest.oauth2 import OAuth2
from simulator.discord_rest.rate_limits import RateLimits, Verdict
from simulator.discord_rest.request_body import RequestBody, read_body
from simulator.discord_rest.request_log import RequestLog
from simulator.faults import Fault, FaultBoard, wait_out
from simulator.openapi import Violations
from simulator.world.guilds import User
from simulator.world.world import World

PREFIX = "/api/v10"
ROUTES: list[Route] = [
    *bot_routes.ROUTES,
    *guild_routes.ROUTES,
    *message_routes.ROUTES,
    *interaction_routes.ROUTES,
    *webhook_routes.ROUTES,
    *command_routes.ROUTES,
]
FOR_PEOPLE = {"GET /users/@me": "identify", "GET /users/@me/guilds": "guilds"}
"""Routes that a person's bearer token opens, and the OAuth2 scope it needs."""
_JSON = "application/json"
_HARMLESS = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
"""Discord's CDN is a host of its own; here an uploaded page shares ours, and must not act on the control API."""
_VIA = "1.1 google"
"""Discord's answers come through a proxy; discord.py takes a 429 without this header for a Cloudflare ban."""


class DiscordRest:
    def __init__(
        self,
        world: World,
        *,
        faults: FaultBoard,
        violations: Violations,
        limits: RateLimits | None = None,
        oauth2: OAuth2 | None = None,
    ) -> None:
        self._world = world
        self._oauth2 = oauth2 or OAuth2(world)
        self._faults = faults
        self._violations = violations
        self._limits = limits or RateLimits(world.clock)
        self.log = RequestLog()

    def routes(self) -> list[web.RouteDef]:
        defined = [web.route(r.method, PREFIX + r.path, self._handler(r)) for r in ROUTES]
        defined.append(web.route("*", PREFIX + "/{tail:.*}", self._unknown))
        defined.append(web.get("/attachments/{path:.+}", self._attachment))
        return defined

    def _handler(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._serve(request, route)

        return handle

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(request, Route(request.method, request.path.removeprefix(PREFIX), _no_route))

    async def _serve(self, request: web.Request, route: Route) -> web.StreamResponse:
        started = time.perf_counter()
        struck = self._faults.take("rest", method=request.method, path=request.path)
        await wait_out(struck)
        headers: dict[str, str] = {}
        body = RequestBody()
        code: int | None = None
        try:
            body = await read_body(request)
            self._violations.check_request(route.method, route.path, body.data)
            self._refuse_by_fault(request, struck)
            self._refuse_strangers(request, route)
            verdict = self._spend(request, route)
            headers = verdict.headers()
            answer = _too_many(verdict) if verdict.refused else self._perform(request, route, body)
            if verdict.refused:
                headers |= _limit_headers(verdict)
        except DiscordError as error:
            answer, code = Answer(error.status, error.body()), error.code
        if answer.status < 500:  # the description has no server errors; here only faults make them
            self._violations.check_answer(route.method, route.path, answer.status, answer.data)
        took = (time.perf_counter() - started) * 1000
        self.log.add(
            at=self._world.clock(),
            method=request.method,
            path=request.path,
            body=body.data,
            status=answer.status,
            took_ms=took,
            code=code,
        )
        return _response(answer, headers)

    def _perform(self, request: web.Request, route: Route, body: RequestBody) -> Answer:
        person = self._person(request, route)
        if person is not None:
            return Answer(data=self._oauth2.me(person) if route.path == "/users/@me" else self._oauth2.guilds(person))
        call = Call(self._world, request.match_info, request.query, body.data, body.files)
        return route.operation(call)

    def _person(self, request: web.Request, route: Route) -> User | None:
        """Whom the request's bearer token stands for, on the routes that people's tokens open."""
        scope = FOR_PEOPLE.get(route.name)
        return self._oauth2.user_of(request.headers.get("Authorization"), scope) if scope else None

    def _spend(self, request: web.Request, route: Route) -> Verdict:
        return self._limits.spend(route.name, request.match_info, counts_globally=route.counts_globally)

    def _refuse_strangers(self, request: web.Request, route: Route) -> None:
        is_bot = request.headers.get("Authorization") == f"Bot {self._world.bot_token}"
        if route.needs_token and not is_bot and self._person(request, route) is None:
            raise unauthorized()

    def _refuse_by_fault(self, request: web.Request, struck: list[Fault]) -> None:
        for fault in struck:
            if fault.kind == "drop":
                if request.transport is not None:
                    request.transport.abort()
                raise asyncio.CancelledError
            if fault.kind == "status":
                status = int(fault.params.get("status", 503))
                raise _faulty(status, fault.params)

    async def _attachment(self, request: web.Request) -> web.Response:
        stored = self._world.attachments.get(request.match_info["path"])
        if stored is None:
            return web.Response(status=404)
        content_type = stored.content_type.split(";")[0]
        return web.Response(body=stored.content, content_type=content_type, headers=_HARMLESS)


class _FaultyAnswer(DiscordError):
    """A 429 asked for by a fault also needs the fields of a rate limit."""

    def __init__(self, status: int, extra: dict[str, Any]) -> None:
        super().__init__(status, 0, f"{status}: asked for by a fault")
        self._extra = extra

    def body(self) -> dict[str, Any]:
        return super().body() | self._extra


def _faulty(status: int, params: Mapping[str, Any]) -> DiscordError:
    extra: dict[str, Any] = {}
    if status == 429:
        extra = {
            "retry_after": float(params.get("retry_after", 0.5)),
            "global": bool(params.get("global", False)),
        }
    return _FaultyAnswer(status, extra)


def _no_route(call: Call) -> Answer:
    raise not_found()


def _too_many(verdict: Verdict) -> Answer:
    data = {
        "message": "You are being rate limited.",
        "code": 0,
        "retry_after": round(verdict.reset_after, 3),
        "global": verdict.is_global,
    }
    return Answer(429, data)


def _limit_headers(verdict: Verdict) -> dict[str, str]:
    headers = {"Retry-After": str(max(1, round(verdict.reset_after)))}
    if verdict.is_global:
        return headers | {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
    return headers | {"X-RateLimit-Scope": "user"}


def _response(answer: Answer, headers: dict[str, str]) -> web.Response:
    """Content-Type without a charset: discord.py compares it as a whole."""
    headers = {**headers, "Via": _VIA}
    if answer.data is None and answer.status == 204:
        return web.Response(status=204, headers=headers)
    text = json.dumps(answer.data, separators=(",", ":"), ensure_ascii=False)
    return web.Response(status=answer.status, body=text.encode(), headers={**headers, "Content-Type": _JSON})
