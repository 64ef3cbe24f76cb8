"""The baseline: a bot that keeps everything in one process with lavalink.py's DefaultPlayer, on the same node."""

from __future__ import annotations

import asyncio
import json
import os
import time
from typing import Any

import lavalink

from tests.bench.pacing import at_moments
from tests.bench.partner import answer_all

USER_ID = 77
ALBUM = "https://music.segue.example/album/old-tunes"
READY_SECONDS = 10.0
QUEUED = 400
"""Tracks each player has waiting."""


VOICE: Any = {"token": "t", "endpoint": "voice.example:1", "sessionId": "s", "channelId": "1"}
"""The library's type for it has no channelId, which Lavalink wants since 4.2."""


class StockBot:
    """lavalink.py as it comes: its own transport, its own queue."""

    def __init__(self, node: dict[str, Any]) -> None:
        self._client: lavalink.Client[lavalink.DefaultPlayer] = lavalink.Client(USER_ID)
        self._node = self._client.add_node(node["host"], node["port"], node["password"], "any", name="bench")
        self._players: list[lavalink.DefaultPlayer] = []
        self._turn = 0

    async def prepare(self, question: dict[str, Any]) -> dict[str, Any]:
        """Have the given guilds play, with a long queue."""
        async with asyncio.timeout(READY_SECONDS):
            while not self._node.available:  # noqa: ASYNC110 # the library has no event that can be awaited
                await asyncio.sleep(0.02)
        tracks = (await self._node.get_tracks(ALBUM)).tracks
        for guild_id in question["guilds"]:
            player = self._client.player_manager.create(guild_id, node=self._node)
            await self._node.update_player(guild_id=guild_id, voice_state=VOICE)
            for number in range(QUEUED):
                player.add(tracks[number % len(tracks)])
            await player.play()
            self._players.append(player)
        return {}

    async def press(self, question: dict[str, Any]) -> dict[str, Any]:
        """Pause and resume guilds in turn at the moments given; answers [guild, Unix seconds of the call] in order."""
        calls: list[tuple[int, float]] = []

        async def toggle(_number: int) -> None:
            player = self._players[self._turn % len(self._players)]
            self._turn += 1
            calls.append((int(player.guild_id), time.time()))
            await player.set_pause(not player.paused)

        await at_moments(question["moments"], toggle)
        return {"calls": calls}

    async def close(self) -> None:
        """End its session and connections."""
        await self._client.close()  # type: ignore[no-untyped-call] # the library's


async def _main() -> None:
    bot = StockBot(json.loads(os.environ["BENCH_NODE"]))
    await answer_all({"prepare": bot.prepare, "press": bot.press})
    await bot.close()


if __name__ == "__main__":
    asyncio.run(_main())
