"""A new gateway session in which many guilds have to be in voice again."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.guild_lanes import GuildLanes
from bot.patience import Patience
from bot.voice_events import VoiceEvents
from bot.voice_map import GuildVoice
from bot.voice_mover import VoiceMover
from project.wire.messages import MoveVoice

OWN, CHANNEL, OTHER = 99, 5, 6
GUILDS = range(1, 301)


class News:
    """Guilds in whose voice channel the bot was; keeps nothing else."""

    def __init__(self) -> None:
        self.voices = {guild: GuildVoice(complete=True, own_channel=CHANNEL, own_session="old") for guild in GUILDS}

    async def guild(self, guild_id: int) -> GuildVoice:
        return self.voices[guild_id]

    async def replace(self, guild_id: int, voice: GuildVoice, *events: Any) -> None:
        self.voices[guild_id] = voice

    async def tell(self, guild_id: int, side: Any, *events: Any) -> None:
        """Nobody listens."""


class Socket:
    """Sends no op 4 until it may."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.sent: list[tuple[int, int | None]] = []

    async def send(self, guild_id: int, channel_id: int | None) -> None:
        await self.open.wait()
        self.sent.append((guild_id, channel_id))


async def test_commands_wait_for_no_rejoin() -> None:
    news, socket, lanes = News(), Socket(), GuildLanes()
    mover = VoiceMover(socket.send, news, lambda: 0, Patience())  # type: ignore[arg-type] # a fake
    events = VoiceEvents(OWN, news, mover, lambda: 0)  # type: ignore[arg-type] # a fake
    served: list[int] = []

    async def command(guild: int) -> None:
        served.append(guild)

    for guild in GUILDS:
        lanes.submit(guild, lambda guild=guild: events.guild_create({"id": str(guild), "voice_states": []}))  # type: ignore[misc] # bound now
        lanes.submit(guild, lambda guild=guild: command(guild))  # type: ignore[misc] # bound now
    assert await lanes.drained(10)
    assert sorted(served) == list(GUILDS)
    socket.open.set()
    await asyncio.sleep(0.01)
    assert set(socket.sent) == {(guild, CHANNEL) for guild in GUILDS}
    await mover.close()


async def test_a_rejoin_that_a_newer_move_has_replaced_is_not_awaited() -> None:
    news, socket = News(), Socket()
    mover = VoiceMover(socket.send, news, lambda: 0, Patience(join=0.0))  # type: ignore[arg-type] # a fake
    await mover.rejoin(1, CHANNEL)
    moving = asyncio.create_task(mover.move(MoveVoice(guild_id=1, channel_id=None, rev=3)))
    await asyncio.sleep(0)
    socket.open.set()
    await moving
    await asyncio.sleep(0.01)
    assert news.voices[1].move_rev == 3
    assert not mover.awaits(1)
    await mover.close()
