"""Reads a request's body as discord.py sends it: JSON, or multipart with payload_json and files."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from simulator.discord_rest.errors import DiscordError, invalid_json

_LARGEST_FILE = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class UploadedFile:
    filename: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class RequestBody:
    """`data` is None when the request had no body."""

    data: Any = None
    files: list[UploadedFile] = field(default_factory=list)


async def read_body(request: web.Request) -> RequestBody:
    """Raises DiscordError 50109 for what is no JSON, 40005 for files too large."""
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request)
    raw = await request.read()
    if not raw:
        return RequestBody()
    if request.content_type != "application/json":
        raise DiscordError(
            400,
            50035,
            "Invalid Form Body",
            {
                "_errors": [
                    {
                        "code": "CONTENT_TYPE_INVALID",
                        "message": 'Expected "Content-Type" header to be one of {"application/json"}.',
                    }
                ]
            },
        )
    return RequestBody(_decode(raw))


async def _read_multipart(request: web.Request) -> RequestBody:
    data: Any = {}
    files: list[UploadedFile] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        content = bytes(await part.read())
        if part.name == "payload_json":
            data = _decode(content)
        elif part.filename is not None:
            if len(content) > _LARGEST_FILE:
                raise DiscordError(413, 40005, "Request entity too large")
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files.append(UploadedFile(part.filename, content, kind))
    return RequestBody(data, files)


def _decode(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise invalid_json() from None
