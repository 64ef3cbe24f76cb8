"""Tells apart the ways in which a Lavalink node's REST API fails, so that callers know whether to ask again."""

from __future__ import annotations

import re
import time
from http import HTTPStatus
from typing import Any

import aiohttp

from project import tracing
from workers.adapters.lavalink_metrics import CALL_SECONDS, CALLS_OPEN
from workers.ports import Away, NodeFailed, NodeRefused, NotOffered, PasswordRefused, PortFailed

ANSWER_WITHIN = 3.0
_REST_TIMEOUT = aiohttp.ClientTimeout(total=ANSWER_WITHIN, sock_connect=2.0)
_BEHIND_A_PROXY = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}


class NoAnswer(Away):
    """The node took the request and did not answer in time; what was asked may still happen."""


class SessionUnknown(Away):
    """The node knows no such session now: gone for good, or (TRAPS 2) nobody holds its socket at the moment."""


def new_http_session() -> aiohttp.ClientSession:
    """Connections that are kept open; the library would open one per request (TRAPS 21)."""
    connector = aiohttp.TCPConnector(limit=64, keepalive_timeout=20.0)
    return aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=None))


def password_refused(node: str) -> PasswordRefused:
    """The sentence for an operator."""
    return PasswordRefused(
        f"Lavalink node {node} refuses our password. "
        "Set LAVALINK_PASSWORD (or the node's password in LAVALINK_NODES) to the server's lavalink.server.password."
    )


async def ask(http: aiohttp.ClientSession, node: str, method: str, url: str, **options: Any) -> Any:
    """One request; the JSON of a 200, None of a 204. Raises Away (also NoAnswer, SessionUnknown), NodeRefused.

    Neither headers nor body are ever logged: they carry the node's password and voice tokens.
    """
    options.setdefault("timeout", _REST_TIMEOUT)
    asked, answer = time.monotonic(), "failed"
    CALLS_OPEN.labels(node).inc()
    try:
        with tracing.step("lavalink", method=method, node=node):
            found = await _request(http, node, method, url, **options)
        answer = "ok"
    except PortFailed as error:
        answer = type(error).__name__
        raise
    finally:
        CALLS_OPEN.labels(node).dec()
        CALL_SECONDS.labels(method, answer).observe(time.monotonic() - asked)
    return found


async def _request(http: aiohttp.ClientSession, node: str, method: str, url: str, **options: Any) -> Any:
    try:
        async with http.request(method, url, allow_redirects=False, **options) as response:
            return await _answer(response, node, f"{method} {_public_path(url)}")
    except aiohttp.ConnectionTimeoutError as error:
        raise Away(f"Lavalink node {node} cannot be reached") from error
    except TimeoutError as error:
        raise NoAnswer(f"Lavalink node {node} did not answer {method} {_public_path(url)} in time") from error
    except aiohttp.ClientError as error:
        raise Away(f"Lavalink node {node} cannot be reached ({type(error).__name__})") from error


async def _answer(response: aiohttp.ClientResponse, node: str, asked: str) -> Any:
    status = response.status
    if status == HTTPStatus.NO_CONTENT:
        return None
    if status == HTTPStatus.OK:
        return await _json(response, node, asked)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise password_refused(node)
    if status == HTTPStatus.NOT_FOUND and "/sessions/" in response.url.path:
        raise SessionUnknown(f"Lavalink node {node} does not know our session at the moment")
    if status == HTTPStatus.NOT_FOUND:
        raise NotOffered(f"Lavalink node {node} knows no {asked}")
    if status in _BEHIND_A_PROXY:
        raise Away(f"Lavalink node {node} is away: a proxy answered {status} to {asked}")
    failed = NodeFailed if status >= HTTPStatus.INTERNAL_SERVER_ERROR else NodeRefused
    raise failed(f"Lavalink node {node} answered {status} to {asked}: {await _message(response)}")


async def _json(response: aiohttp.ClientResponse, node: str, asked: str) -> Any:
    try:
        return await response.json(content_type=None)
    except ValueError as error:
        raise NodeRefused(f"Lavalink node {node} answered {asked} with something else than JSON") from error


async def _message(response: aiohttp.ClientResponse) -> str:
    try:
        body = await response.json(content_type=None)
    except ValueError:
        return response.reason or "no reason"
    return str(body.get("message") if isinstance(body, dict) else body)[:200]


def _public_path(url: str) -> str:
    """The path for a log, without the session's id."""
    return re.sub(r"/sessions/[^/]+", "/sessions/…", re.sub(r"^https?://[^/]+", "", url))
