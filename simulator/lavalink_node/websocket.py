"""The upgrade to a session's websocket and the reading side of it, which only waits for its end."""

import logging

from aiohttp import WSCloseCode, web

from simulator.lavalink_node.errors import API_VERSION_HEADER, bad_request
from simulator.lavalink_node.node import NODE, Node
from simulator.lavalink_node.session import Session

_LOG = logging.getLogger(__name__)
_CLOSE_ANSWER = 1.0


async def open_websocket(request: web.Request) -> web.StreamResponse:
    """GET /v4/websocket: 400 without a User-Id, 401 for any wrong password (see routes)."""
    user_id = request.headers.get("User-Id")
    if user_id in (None, "", "0"):
        return web.Response(status=400)
    if not web.WebSocketResponse().can_prepare(request):
        raise bad_request('Can "Upgrade" only to "WebSocket".')
    return await _serve(request, request.app[NODE], str(user_id))


async def _serve(request: web.Request, node: Node, user_id: str) -> web.WebSocketResponse:
    claimed = node.sessions.claim(request.headers.get("Session-Id"))
    socket = web.WebSocketResponse(timeout=_CLOSE_ANSWER, compress=False)
    socket.headers["Session-Resumed"] = "false" if claimed is None else "true"
    socket.headers[API_VERSION_HEADER] = "4"
    try:
        await socket.prepare(request)
    except (OSError, web.HTTPException):
        if claimed is not None:
            node.sessions.let_go(claimed)
        raise
    if claimed is None and not user_id.lstrip("-").isdigit():
        await socket.close(code=WSCloseCode.INTERNAL_ERROR)
        return socket
    session = claimed or node.sessions.create(int(user_id), request.headers.get("Client-Name"))
    session.attach(socket, resumed=claimed is not None)
    if claimed is None:
        session.send(node.stats.message(session))
    node.opened(socket, request)
    try:
        await _read(socket, session)
    finally:
        node.sessions.dropped(session, socket)
        node.closed(socket)
    return socket


async def _read(socket: web.WebSocketResponse, session: Session) -> None:
    async for message in socket:
        _LOG.warning("session %s sent %s, which v4 does not know", session.id, message.type.name)
