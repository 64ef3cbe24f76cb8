"""What REST tells of the server itself, and the settings of a session."""

import time
from http import HTTPStatus

from aiohttp import web

from simulator.lavalink_node.errors import ApiError
from simulator.lavalink_node.filters import NAMES
from simulator.lavalink_node.lenient import as_flag, as_whole, object_of
from simulator.lavalink_node.lyrics import PLUGIN
from simulator.lavalink_node.node import NODE
from simulator.lavalink_node.settings import VERSION

_BUILT_AT_MS = 1_795_502_948_000
_COMMITTED_AT_MS = 1_772_839_275_000


async def version(request: web.Request) -> web.StreamResponse:
    """GET /version."""
    return web.Response(text=VERSION, content_type="text/plain", charset="ISO-8859-1")


async def info(request: web.Request) -> web.StreamResponse:
    """GET /v4/info."""
    major, minor, patch = (int(part) for part in VERSION.split("."))
    return web.json_response(
        {
            "version": {
                "semver": VERSION,
                "major": major,
                "minor": minor,
                "patch": patch,
                "preRelease": "",
            },
            "buildTime": _BUILT_AT_MS,
            "git": {"branch": "HEAD", "commit": "e8503fd", "commitTime": _COMMITTED_AT_MS},
            "jvm": "17.0.15",
            "lavaplayer": "2.2.6",
            "sourceManagers": list(request.app[NODE].sources.names),
            "filters": list(NAMES),
            "plugins": [PLUGIN] if request.app[NODE].settings.lyrics else [],
        }
    )


async def stats(request: web.Request) -> web.StreamResponse:
    """GET /v4/stats."""
    return web.json_response(request.app[NODE].stats.body())


async def metrics(request: web.Request) -> web.StreamResponse:
    """GET /metrics, which needs no password."""
    players = sum(1 for _ in request.app[NODE].sessions.players())
    text = (
        "# HELP lavalink_players Number of players.\n"
        "# TYPE lavalink_players gauge\n"
        f"lavalink_players {players}\n"
        f"process_start_time_seconds {time.time():.0f}\n"
    )
    return web.Response(body=text.encode(), headers={"Content-Type": "text/plain;version=0.0.4;charset=utf-8"})


async def nothing(request: web.Request) -> web.StreamResponse:
    """GET / and the old websocket's address: 200 without a body."""
    return web.Response()


async def route_planner_status(request: web.Request) -> web.StreamResponse:
    """GET /v4/routeplanner/status: there is none."""
    return web.Response(status=204)


async def route_planner_free(request: web.Request) -> web.StreamResponse:
    """POST /v4/routeplanner/free/…: there is none to free."""
    raise ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, "Can't access disabled route planner")


async def patch_session(request: web.Request) -> web.StreamResponse:
    """PATCH a session's resuming and time-out (whole seconds, negative ones too)."""
    body = object_of(await request.text())
    session = request.app[NODE].sessions.get(request.match_info["session_id"])
    resuming = as_flag(body["resuming"]) if "resuming" in body else session.resuming
    timeout = as_whole(body["timeout"]) if "timeout" in body else session.timeout
    session.resuming, session.timeout = resuming, timeout
    return web.json_response({"resuming": resuming, "timeout": timeout})
