"""Turns what goes wrong in a control request into an answer with one sentence."""

from aiohttp import web

from simulator.control.guard import Handler
from simulator.control.orders import BadOrder


@web.middleware
async def sentences(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except BadOrder as wrong:
        return web.json_response({"error": str(wrong)}, status=wrong.status)
