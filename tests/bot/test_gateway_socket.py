"""What is mended in discord.py's socket."""

from __future__ import annotations

import asyncio
from typing import cast

import aiohttp
from discord.gateway import KeepAliveHandler

from bot.gateway_socket import ShardWebSocket

INTERVAL = 41.25


class AnsweredAtOnce:
    """A connection on which the acknowledgement is there before the thread that wanted the heartbeat runs again."""

    def __init__(self) -> None:
        self.keep_alive: KeepAliveHandler | None = None

    async def send_str(self, _data: str) -> None:
        """Send, and be answered."""
        assert self.keep_alive is not None
        self.keep_alive.ack()


async def test_a_latency_is_counted_from_the_heartbeat_that_was_answered() -> None:
    connection = AnsweredAtOnce()
    loop = asyncio.get_running_loop()
    socket = ShardWebSocket(cast(aiohttp.ClientWebSocketResponse, connection), loop=loop)
    socket._max_heartbeat_timeout = 60.0
    socket._keep_alive = connection.keep_alive = KeepAliveHandler(ws=socket, interval=INTERVAL, shard_id=0)
    socket._keep_alive._last_send -= INTERVAL
    await socket.send_heartbeat({"op": socket.HEARTBEAT, "d": 7})
    assert socket.latency < INTERVAL
