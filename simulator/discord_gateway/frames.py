"""Turns payloads into websocket frames: plain text, or one zlib stream shared by the whole connection."""

import json
import zlib
from typing import Any, Protocol

from aiohttp import web


def encode(payload: dict[str, Any]) -> str:
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False)


class FrameWriter(Protocol):
    async def send(self, text: str) -> None: ...


class PlainFrames:
    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket

    async def send(self, text: str) -> None:
        await self._socket.send_str(text)


class ZlibFrames:
    """Every message ends with Z_SYNC_FLUSH's 00 00 ff ff; the context lives as long as the connection."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket
        self._stream = zlib.compressobj(level=1)

    async def send(self, text: str) -> None:
        packed = self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)
        await self._socket.send_bytes(packed)


def frames_for(socket: web.WebSocketResponse, compress: str | None) -> FrameWriter | None:
    """None for a compression that Discord does not know.

    zstd-stream is answered with text frames, which clients that asked for it read as well.
    """
    if not compress or compress == "zstd-stream":
        return PlainFrames(socket)
    return ZlibFrames(socket) if compress == "zlib-stream" else None
