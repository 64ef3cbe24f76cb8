"""The real server's few request threads, which a voice PATCH that never returns keeps for ever."""

import asyncio

from aiohttp import web


class RequestWorkers:
    """After as many hung requests as there are threads, nothing is answered until a restart (61)."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._stopped = asyncio.Event()
        self.hung = 0

    @property
    def exhausted(self) -> bool:
        """Whether no thread is left for REST and new websockets."""
        return self.hung >= self._threads

    async def hang(self) -> web.Response:
        """Keep a thread for ever."""
        self.hung += 1
        return await self.never_answer()

    async def never_answer(self) -> web.Response:
        """Wait until the node stops."""
        await self._stopped.wait()
        raise web.HTTPServiceUnavailable

    def stop(self) -> None:
        """Let go of what waits, because the process ends."""
        self._stopped.set()
