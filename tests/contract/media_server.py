"""The web server of the recordings: the same files, politely, without ranges, cut short, stalling, or refused."""

import asyncio
import re
from pathlib import Path

from aiohttp import web

HEAD_BYTES = 48_000
"""What the stalling, dripping and cut answers give at once: three seconds of the 300 s MP3."""

_RANGE = re.compile(r"bytes=(\d+)-")
_DRIP_EVERY = 0.4


class MediaServer:
    """`gone` holds the names that answer 404 from now on."""

    def __init__(self, folder: Path) -> None:
        self.gone: set[str] = set()
        self.asked: list[str] = []
        self.url = ""
        self._folder = folder
        self._runner: web.AppRunner | None = None
        self._stopped = asyncio.Event()

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/404", self._status),
                web.get("/500", self._status),
                web.get("/403", self._status),
                web.get("/timeout", self._never),
                web.get("/stream", self._stream),
                web.get("/redirect/{name}", self._redirect),
                web.get("/norange/{name}", self._whole),
                web.get("/cut/{name}", self._cut),
                web.get("/slow/{name}", self._stall_each),
                web.get("/stall/{name}", self._stall),
                web.get("/drip/{name}", self._drip),
                web.get("/{name}", self._file),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Free the port; answers that stall end."""
        self._stopped.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def _path(self, request: web.Request) -> Path:
        self.asked.append(request.path)
        name = request.match_info["name"]
        path = self._folder / name
        if name in self.gone or not path.is_file():
            raise web.HTTPNotFound
        return path

    async def _status(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=int(request.path[1:]))

    async def _never(self, request: web.Request) -> web.StreamResponse:
        await self._stopped.wait()
        return web.Response()

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self._path(request))

    async def _redirect(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"/{request.match_info['name']}")

    async def _whole(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=self._path(request).read_bytes(), content_type="audio/mpeg")

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """An endless answer, as of a radio: no length."""
        response = web.StreamResponse(headers={"Content-Type": "audio/mpeg"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write((self._folder / "tone10.mp3").read_bytes())
        return response

    async def _start(self, request: web.Request, data: bytes) -> tuple[web.StreamResponse, bytes]:
        """Answer with the headers of everything from the wanted place on."""
        wanted = _RANGE.match(request.headers.get("Range", ""))
        rest = data[int(wanted[1]) :] if wanted else data
        response = web.StreamResponse(
            status=206 if wanted else 200,
            headers={"Content-Type": "audio/mpeg", "Accept-Ranges": "bytes", "Content-Length": str(len(rest))},
        )
        await response.prepare(request)
        return response, rest

    async def _cut(self, request: web.Request) -> web.StreamResponse:
        response, rest = await self._start(request, self._path(request).read_bytes())
        await response.write(rest[:HEAD_BYTES])
        await asyncio.sleep(0.05)
        if request.transport is not None:
            request.transport.close()
        return response

    async def _stall_each(self, request: web.Request) -> web.StreamResponse:
        response, rest = await self._start(request, self._path(request).read_bytes())
        await response.write(rest[:HEAD_BYTES])
        await self._stopped.wait()
        return response

    async def _stall(self, request: web.Request) -> web.StreamResponse:
        response, rest = await self._head(request)
        del rest
        await self._stopped.wait()
        return response

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        response, rest = await self._head(request)
        for byte in rest:
            if self._stopped.is_set():
                break
            try:
                await response.write(bytes([byte]))
            except ConnectionError:
                break
            await asyncio.sleep(_DRIP_EVERY)
        return response

    async def _head(self, request: web.Request) -> tuple[web.StreamResponse, bytes]:
        """Give what lies in the first bytes of the file, wherever the answer starts."""
        data = self._path(request).read_bytes()
        response, rest = await self._start(request, data)
        start = len(data) - len(rest)
        given = data[start : max(start, HEAD_BYTES)]
        if given:
            await response.write(given)
        return response, data[start + len(given) :]
