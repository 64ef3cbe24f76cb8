"""Whether the gateway is alive and ready, and its metrics, on its own port."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.gateway_socket import GatewayRefused

Readiness = Callable[[], dict[str, bool]]
"""What must be true to be ready, by name."""


class Health:
    """Serves /health, /ready and /metrics."""

    def __init__(self, host: str, port: int, readiness: Readiness) -> None:
        self._host, self._port = host, port
        self._readiness = readiness
        app = web.Application()
        app.router.add_get("/health", self._health)
        app.router.add_get("/ready", self._ready)
        app.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)

    async def start(self) -> None:
        """Listen; raises GatewayRefused when the port is taken."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            raise GatewayRefused(
                f"Port {self._port} on {self._host} cannot be used: {error.strerror}. Free it or set GATEWAY_PORT."
            ) from error

    async def close(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._runner.addresses[0][1])

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _ready(self, _request: web.Request) -> web.Response:
        missing = [name for name, fulfilled in self._readiness().items() if not fulfilled]
        if missing:
            return web.json_response({"status": "not ready", "away": missing}, status=503)
        return web.json_response({"status": "ready"})

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
