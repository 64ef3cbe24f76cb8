"""Publishes what happened in voice and mirrors who sits where; nothing is lost while Redis is away."""

from __future__ import annotations

import structlog
from celery import Celery

from bot.voice_map import GuildVoice, present
from bot.voice_mirror import VoiceMirror
from project.wire import keys
from project.wire.messages import GuildEvent, to_json
from project.wire.publish import (
    COMMAND_PATIENCE_MS,
    NotPublished,
    SideWrites,
    event_identity,
    mirror,
    publication,
)
from project.wire.publisher import Publisher

log = structlog.get_logger(__name__)


class VoiceNews:
    """The voice map with its mirror in Redis. Of events that could not be published the latest per kind is kept."""

    def __init__(self, app: Celery, publisher: Publisher, mirrored: VoiceMirror, slots: int) -> None:
        self._app = app
        self._publisher = publisher
        self._mirrored = mirrored
        self._slots = slots
        self._guilds: dict[int, GuildVoice] = {}
        self._owed: dict[int, dict[str, GuildEvent]] = {}
        self._owed_always: set[int] = set()

    async def guild(self, guild_id: int) -> GuildVoice:
        """What is known of a guild; what a former process mirrored is read first, for which Redis is waited for."""
        known = self._guilds.get(guild_id)
        if known is not None:
            return known
        voice = await self._mirrored.read(guild_id)
        return self._guilds.setdefault(guild_id, voice)

    async def load(self) -> None:
        """Read all that was mirrored, before Redis may be emptied; waits as long as it is away."""
        await self._mirrored.find(self._take)
        log.info("The voice map is loaded", guilds=len(self._guilds))

    def _take(self, guild_id: int, voice: GuildVoice) -> None:
        self._guilds.setdefault(guild_id, voice)

    async def replace(self, guild_id: int, voice: GuildVoice, *events: GuildEvent) -> None:
        """GUILD_CREATE tells all anew: the mirror is written from scratch."""
        self._guilds[guild_id] = voice
        await self._say(guild_id, _whole(guild_id, voice), events)

    async def tell(self, guild_id: int, side: SideWrites, *events: GuildEvent, always: bool = False) -> None:
        """Write what changed in the mirror, and publish the events about it; `always`: also if no player is there."""
        await self._say(guild_id, side, events, always=always)

    async def forget(self, guild_id: int, *events: GuildEvent) -> None:
        """The guild is gone."""
        self._guilds.pop(guild_id, None)
        self._owed_always.discard(guild_id)
        await self._say(guild_id, SideWrites(delete=(keys.voice(guild_id),)), events)

    async def say_owed(self) -> None:
        """Try again what could not be published; the mirror of those guilds is written whole."""
        for guild_id in list(self._owed):
            events = tuple(self._owed.pop(guild_id).values())
            always = guild_id in self._owed_always
            self._owed_always.discard(guild_id)
            await self._say(guild_id, self._present(guild_id), events, always=always)
            if guild_id in self._owed:
                return  # Redis is still away

    async def tell_all_again(self, at_ms: int) -> None:
        """Redis was emptied, queues too: mirror every guild known here, and say where we are.

        Where we are in voice there is a player, though the emptied `players:active` does not say so.
        """
        for guild_id, voice in list(self._guilds.items()):
            events = present(guild_id, voice, at_ms)
            await self._say(guild_id, self._present(guild_id), events, always=voice.own_channel is not None)

    def _present(self, guild_id: int) -> SideWrites:
        voice = self._guilds.get(guild_id)
        return SideWrites(delete=(keys.voice(guild_id),)) if voice is None else _whole(guild_id, voice)

    async def _say(
        self, guild_id: int, side: SideWrites, events: tuple[GuildEvent, ...], *, always: bool = False
    ) -> None:
        deadline = self._publisher.clock.now_ms() + COMMAND_PATIENCE_MS
        runs = [mirror(side, deadline_ms=deadline)]
        runs += [
            publication(self._app, event, slots=self._slots, deadline_ms=deadline, side=_tapped(event), always=always)
            for event in events
        ]
        try:
            for run in runs:
                await self._publisher.publish(run)
        except NotPublished as error:
            log.warning("Voice news must wait for Redis", guild_id=guild_id, reason=str(error))
            owed = self._owed.setdefault(guild_id, {})
            owed.update((event_identity(event), event) for event in events)
            if always:
                self._owed_always.add(guild_id)


def _tapped(event: GuildEvent) -> SideWrites:
    """For operators, who look here whether a voice server came; events hold no token."""
    return SideWrites(publish=((keys.TO_AUDIO_TAP, to_json(event)),))


def _whole(guild_id: int, voice: GuildVoice) -> SideWrites:
    """All of a guild; where we do not know everybody, the members that a former process wrote stay."""
    key = keys.voice(guild_id)
    hset = tuple((key, name, value) for name, value in voice.to_mirror().items())
    if voice.complete:
        return SideWrites(delete=(key,), hset=hset)
    return SideWrites(hset=hset, hdel=tuple((key, name) for name in voice.unset()))
