"""Keeps web pages and other machines away from the control API by looking at Host and Origin."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def refusal(host: str | None, origin: str | None) -> str | None:
    """Why a request is refused, None when it may pass. An Origin, where a browser sends one, must be ours."""
    if host is None or _name(f"//{host}") not in _OWN_NAMES:
        return "The control API answers to 127.0.0.1 and localhost only."
    if origin is not None and urlsplit(origin).netloc != host:
        return "The control API does not answer to pages of other origins."
    return None


def _name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.path.startswith("/control"):
        why = refusal(request.headers.get("Host"), request.headers.get("Origin"))
        if why is not None:
            return web.json_response({"error": why}, status=403)
    return await handler(request)
