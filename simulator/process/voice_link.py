"""Ties the voice server to the world: who may connect, and when a connection must end."""

import asyncio
from collections.abc import Coroutine

from simulator.discord_voice.admission import Admitted, Refusal
from simulator.discord_voice.server import VoiceServer
from simulator.world.voice_moves import is_heard
from simulator.world.world import World

_SESSION_INVALID = 4006


class WorldAdmission:
    """Compares a voice connection's credentials with what the gateway gave out last."""

    def __init__(self, world: World) -> None:
        self._world = world

    def admit(self, guild_id: str, user_id: str, session_id: str, token: str) -> Refusal | Admitted:
        channel_id = self._world.voice.admitted_channel(
            guild_id=guild_id, user_id=user_id, session_id=session_id, token=token
        )
        if channel_id is None:
            return Refusal(_SESSION_INVALID, "Session is no longer valid.")
        return Admitted(channel_id)

    def is_heard(self, guild_id: str, user_id: str) -> bool:
        return is_heard(self._world, guild_id, user_id)


class VoiceLink:
    """Carries out the world's wish to close voice connections."""

    def __init__(self, world: World, voice: VoiceServer) -> None:
        self._voice = voice
        self._tasks: set[asyncio.Task[None]] = set()
        world.voice_endpoint = voice.endpoint
        world.on_voice_close(self._close)

    def _close(self, guild_id: str, code: int) -> None:
        self._spawn(self._voice.close_connection(guild_id, code))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
