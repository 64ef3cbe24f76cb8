"""Whether the audio process is alive and ready, for probes and people, and what its children count."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import asdict, dataclass

from aiohttp import web

from project import metrics
from project.env import refuse_to_start


@dataclass(frozen=True, slots=True)
class ChildHealth:
    """One child as a probe sees it."""

    pid: int | None
    alive: bool
    """Runs, or was restarted without dying again and again."""
    ready: bool
    slots: int
    open: int
    """Of the slots, those whose queue is consumed."""


Look = Callable[[], list[ChildHealth]]


async def serve_health(look: Look, host: str, port: int) -> web.AppRunner:
    """Serve /health, /ready and /metrics; refuses to start on a port that is taken. The caller cleans the runner up.

    A worker without slots is ready: a rollout must not wait for a share that only appears when others leave.
    """

    async def health(_request: web.Request) -> web.Response:
        return _answer(look(), all(child.alive for child in look()), "ok", "children down")

    async def ready(_request: web.Request) -> web.Response:
        return _answer(look(), all(child.ready for child in look()), "ready", "not ready")

    async def tell_metrics(_request: web.Request) -> web.Response:
        return web.Response(body=metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})

    app = web.Application()
    app.add_routes([web.get("/health", health), web.get("/ready", ready), web.get("/metrics", tell_metrics)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        if error.errno == errno.EADDRINUSE:
            refuse_to_start(f"Port {port} on {host} is taken. Stop what listens there, or set AUDIO_PORT.")
        raise
    return runner


def _answer(children: list[ChildHealth], good: bool, yes: str, no: str) -> web.Response:
    body = {"status": yes if good else no, "children": [asdict(child) for child in children]}
    return web.json_response(body, status=200 if good else 503)
