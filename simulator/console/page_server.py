"""Serves the console's page, and pictures in messages as Discord's media proxy would."""

import re
from pathlib import Path

from aiohttp import web

_FOLDER = Path(__file__).parent / "page"
_ARTWORK = re.compile(r"https://music\.segue\.example/artwork/([\w-]+\.png)")
"""Where the catalogue says that its pictures are; the files lie in its folder."""
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class ConsolePages:
    """`pictures` is the catalogue's folder; without one, pictures of messages are not found."""

    def __init__(self, pictures: Path | None) -> None:
        self._files = {path.name: path for path in _FOLDER.iterdir() if path.is_file()}
        self._pictures = pictures

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._index),
            web.get("/console/picture", self._picture),
            web.get("/console/{name}", self._file),
        ]

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self._files["index.html"], headers=_HEADERS)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = self._files.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound(headers=_HEADERS)
        return web.FileResponse(path, headers=_HEADERS)

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        """The picture that `url` names, if it is the catalogue's: nothing is ever fetched from elsewhere."""
        known = _ARTWORK.fullmatch(request.query.get("url", ""))
        path = self._pictures / known[1] if known and self._pictures else None
        if path is None or not path.is_file():
            raise web.HTTPNotFound(headers=_HEADERS)
        return web.FileResponse(path, headers=_HEADERS)
