"""The node's web application: its addresses, and what every request passes on its way to them."""

import logging
from collections.abc import AsyncIterator
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

from simulator.lavalink_node import control, lyrics, rest_players, rest_server, rest_tracks, websocket
from simulator.lavalink_node.errors import (
    API_VERSION_HEADER,
    ApiError,
    error_response,
    unforeseen,
)
from simulator.lavalink_node.node import NODE, Node

_LOG = logging.getLogger(__name__)
_OPEN_TO_ALL = ("/metrics",)
_WEBSOCKET = "/v4/websocket"
_SHUTDOWN_TIMEOUT = 0.5
_METHOD_ORDER = ("DELETE", "PATCH", "POST", "GET")


@web.middleware
async def _log_and_trouble(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Note the request and let it suffer what a test ordered; the control API is spared."""
    if request.path.startswith(control.PREFIX):
        return await handler(request)
    node = request.app[NODE]
    entry = await node.requests.add(request)
    status = await node.faults.suffer(request.path)
    if status is not None:
        entry.status = status
        return web.Response(status=status)
    if node.workers.exhausted:
        return await node.workers.never_answer()
    response = await handler(request)
    entry.status = response.status
    return response


@web.middleware
async def _answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every failure into the JSON body the real server has for it."""
    try:
        return await handler(request)
    except ApiError as error:
        return error_response(request, error)
    except web.HTTPNotFound:
        return error_response(request, ApiError(HTTPStatus.NOT_FOUND, f"No endpoint {request.method} {request.path}."))
    except web.HTTPMethodNotAllowed as error:
        return error_response(request, _not_allowed(request.method, error.allowed_methods))
    except web.HTTPException:
        raise
    except Exception:
        _LOG.exception("%s %s broke", request.method, request.path)
        return error_response(request, unforeseen(None))


def _not_allowed(method: str, allowed: set[str]) -> ApiError:
    names = ", ".join(name for name in _METHOD_ORDER if name in allowed)
    return ApiError(HTTPStatus.METHOD_NOT_ALLOWED, f"Method '{method}' is not supported.", headers={"Allow": names})


@web.middleware
async def _authorise(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Want the password: 401 without one, 403 for a wrong one, but 401 for both on the upgrade."""
    unknown = request.match_info.http_exception
    if isinstance(unknown, web.HTTPNotFound) or request.path in _OPEN_TO_ALL:
        return await handler(request)
    if request.path.startswith(control.PREFIX):
        return await handler(request)
    given = request.headers.get("Authorization")
    if given == request.app[NODE].settings.password:
        return await handler(request)
    refused = 401 if given is None or request.path == _WEBSOCKET else 403
    return web.Response(status=refused)


@web.middleware
async def _want_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse bodies of another type than JSON with 415."""
    has_handler = request.match_info.http_exception is None
    if not has_handler or request.method not in ("PATCH", "POST") or request.path.startswith(control.PREFIX):
        return await handler(request)
    if request.content_type != "application/json" and request.body_exists:
        raise _unsupported(request)
    return await handler(request)


def _unsupported(request: web.Request) -> ApiError:
    kind = request.content_type
    if kind.startswith("text/"):
        kind = f"{kind};charset=UTF-8"
    accepted = "application/json, application/*+json"
    return ApiError(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        f"Content-Type '{kind}' is not supported.",
        headers={"Accept": accepted, f"Accept-{request.method.title()}": accepted},
    )


async def _add_version(request: web.Request, response: web.StreamResponse) -> None:
    """Every foreseen answer names the API's version (see ApiError for those that do not)."""
    if response.status < 500 and not request.path.startswith(control.PREFIX):
        response.headers.setdefault(API_VERSION_HEADER, "4")


async def _run_node(app: web.Application) -> AsyncIterator[None]:
    app[NODE].start()
    yield
    await app[NODE].close()


async def _close_sockets(app: web.Application) -> None:
    """Before aiohttp waits for the handlers, or it would wait for clients to leave by themselves."""
    await app[NODE].say_goodbye()


def build_app(node: Node) -> web.Application:
    """Return the application that serves a node."""
    app = web.Application(middlewares=[_log_and_trouble, _answer_errors, _authorise, _want_json])
    app[NODE] = node
    player = "/v4/sessions/{session_id}/players/{guild_id}"
    app.add_routes(
        [
            web.get("/", rest_server.nothing),
            web.get("/version", rest_server.version),
            web.get("/metrics", rest_server.metrics),
            web.get("/v3/websocket", rest_server.nothing),
            web.get(_WEBSOCKET, websocket.open_websocket),
            web.get("/v4/info", rest_server.info),
            web.get("/v4/stats", rest_server.stats),
            web.get("/v4/loadtracks", rest_tracks.load_tracks),
            web.get("/v4/lyrics", lyrics.show_lyrics),
            web.get("/v4/decodetrack", rest_tracks.decode_one),
            web.post("/v4/decodetracks", rest_tracks.decode_many),
            web.get("/v4/routeplanner/status", rest_server.route_planner_status),
            web.post("/v4/routeplanner/free/{what}", rest_server.route_planner_free),
            web.patch("/v4/sessions/{session_id}", rest_server.patch_session),
            web.get("/v4/sessions/{session_id}/players", rest_players.list_players),
            web.get(player, rest_players.show_player, allow_head=False),
            web.patch(player, rest_players.patch_player),
            web.delete(player, rest_players.delete_player),
            *control.ROUTES,
        ]
    )
    app.on_response_prepare.append(_add_version)
    app.on_shutdown.append(_close_sockets)
    app.cleanup_ctx.append(_run_node)
    return app


async def serve(node: Node, host: str, port: int, requests: logging.Logger | None = None) -> tuple[web.AppRunner, int]:
    """Listen; returns the runner, whose `cleanup` ends the node, and the port. OSError when it is taken.

    Requests are told to `requests`, without headers.
    """
    runner = web.AppRunner(
        build_app(node), access_log=requests, access_log_format="%r %s", shutdown_timeout=_SHUTDOWN_TIMEOUT
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner, int(runner.addresses[0][1])
