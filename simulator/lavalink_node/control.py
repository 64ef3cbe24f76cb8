"""The fake's own addresses under /_sim/: what was asked of it, who is here, and troubles to order."""

import os
from typing import Any

from aiohttp import web

from simulator.lavalink_node.faults import RequestFault
from simulator.lavalink_node.node import NODE, Node

PREFIX = "/_sim/"
_LOOPBACK = ("127.0.0.1", "::1")
_HOSTS = (*_LOOPBACK, "localhost")
"""Another name in the Host header is a web page that made its own name lead here."""


class WrongOrderError(ValueError):
    """The order for a fault cannot be carried out; the message says why."""


def _after(request: web.Request) -> float:
    return float(request.query.get("after", 0))


def _check_local(request: web.Request) -> None:
    """No password guards these, so only this machine may ask, and no web page in its browser."""
    host = request.url.host
    if request.remote not in _LOOPBACK or host not in _HOSTS or "Origin" in request.headers:
        raise web.HTTPForbidden(text="only for this machine")


async def requests(request: web.Request) -> web.StreamResponse:
    """GET /_sim/requests?after=…: what was asked of this node, after a moment in Unix seconds."""
    _check_local(request)
    return web.json_response(request.app[NODE].requests.entries(_after(request)))


async def events(request: web.Request) -> web.StreamResponse:
    """GET /_sim/events?after=…: when tracks ended, and why."""
    _check_local(request)
    return web.json_response(request.app[NODE].engine.events.entries(_after(request)))


async def sessions(request: web.Request) -> web.StreamResponse:
    """GET /_sim/sessions."""
    _check_local(request)
    registry = request.app[NODE].sessions
    listed = [(session, True) for session in registry.open_sessions()]
    listed += [(session, False) for session in registry.resumable_sessions()]
    return web.json_response(
        [
            {
                "id": session.id,
                "user_id": str(session.user_id),
                "client_name": session.client_name,
                "open": is_open,
                "resuming": session.resuming,
                "timeout": session.timeout,
                "players": [player.to_json() | {"voice": None} for player in session.players.values()],
            }
            for session, is_open in listed
        ]
    )


async def order_fault(request: web.Request) -> web.StreamResponse:
    """POST /_sim/faults; 400 says what is wrong with the order."""
    _check_local(request)
    order: dict[str, Any] = await request.json()
    try:
        result = await _carry_out(request.app[NODE], order)
    except (WrongOrderError, KeyError, TypeError, ValueError) as error:
        return web.json_response({"error": f"not a fault order: {error}"}, status=400)
    return web.json_response(result)


async def clear_faults(request: web.Request) -> web.StreamResponse:
    """DELETE /_sim/faults: all is well again."""
    _check_local(request)
    request.app[NODE].faults.clear()
    return web.Response(status=204)


async def _carry_out(node: Node, order: dict[str, Any]) -> dict[str, Any]:
    kind = order.get("kind")
    match kind:
        case "delay" | "status" | "hang":
            node.faults.add(_request_fault(kind, order))
        case "drop":
            return {"dropped": node.abort_websockets()}
        case "close":
            return {"closed": await node.close_websockets(int(order["code"]))}
        case "mute":
            node.faults.sound.mute()
        case "tone":
            node.faults.sound.tone(int(order["hz"]))
        case "lose_frames":
            guild = order.get("guild_id")
            node.faults.sound.lose_frames(int(order["count"]), None if guild is None else int(guild))
        case "finish":
            return {"finished": node.finish(int(order["guild_id"]))}
        case "kill":
            os._exit(137)
        case _:
            raise WrongOrderError(f"unknown kind {kind!r}")
    return {"kind": kind}


def _request_fault(kind: str, order: dict[str, Any]) -> RequestFault:
    count = order.get("count")
    return RequestFault(
        kind=kind,
        path=str(order.get("path", "")),
        delay_ms=int(order["ms"]) if kind == "delay" else 0,
        status=int(order["code"]) if kind == "status" else 500,
        left=None if count is None else int(count),
    )


ROUTES = (
    web.get("/_sim/requests", requests),
    web.get("/_sim/events", events),
    web.get("/_sim/sessions", sessions),
    web.post("/_sim/faults", order_fault),
    web.delete("/_sim/faults", clear_faults),
)
