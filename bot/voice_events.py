"""Reads Discord's voice, guild and channel events into the voice map, and tells the workers what concerns them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from bot.voice_map import OWN_STATE, GuildVoice, Seat, seat_field, state_changed
from bot.voice_mover import VoiceMover
from bot.voice_news import VoiceNews
from project.wire import keys
from project.wire.messages import ChannelDeleted, GuildLeft, VoiceServerChanged, VoiceStateChanged
from project.wire.publish import SideWrites

log = structlog.get_logger(__name__)

Event = Mapping[str, Any]


class VoiceEvents:
    """Every method handles one event of a guild; events of one guild must come one after the other."""

    def __init__(self, own_id: int, news: VoiceNews, mover: VoiceMover, now_ms: Callable[[], int]) -> None:
        self._own_id = own_id
        self._news = news
        self._mover = mover
        self._now_ms = now_ms

    async def voice_state_update(self, event: Event) -> None:
        """Somebody, perhaps we, came, left, or moved."""
        guild_id, user_id = int(event["guild_id"]), int(event["user_id"])
        channel_id = int(event["channel_id"]) if event.get("channel_id") else None
        voice = await self._news.guild(guild_id)
        if user_id == self._own_id:
            await self._own_state(guild_id, voice, channel_id, event)
            return
        bot = bool(((event.get("member") or {}).get("user") or {}).get("bot"))
        concerns_us = voice.move(user_id, None if channel_id is None else Seat(channel_id, bot))
        key, name = keys.voice(guild_id), seat_field(user_id, bot)
        side = (
            SideWrites(hdel=((key, name),)) if channel_id is None else SideWrites(hset=((key, name, str(channel_id)),))
        )
        await self._news.tell(guild_id, side, *([self._state(guild_id, voice, user_id)] if concerns_us else []))

    async def voice_server_update(self, event: Event) -> None:
        """New credentials; without an endpoint the old voice server is gone and another one will be named."""
        guild_id, endpoint = int(event["guild_id"]), event.get("endpoint")
        log.info("VOICE_SERVER_UPDATE", guild_id=guild_id, endpoint=endpoint)
        voice = await self._news.guild(guild_id)
        voice.endpoint, voice.token = endpoint, event.get("token")
        key = keys.voice(guild_id)
        if not endpoint:
            await self._news.tell(guild_id, SideWrites(hdel=((key, "endpoint"), (key, "token"))))
            return
        side = SideWrites(hset=((key, "endpoint", endpoint), (key, "token", str(event.get("token")))))
        await self._news.tell(guild_id, side, VoiceServerChanged(guild_id=guild_id, at_ms=self._now_ms()))

    async def guild_create(self, event: Event) -> None:
        """All about a guild: it replaces what we knew. Voice that a new gateway session has lost is asked for again.

        Not where we were, but where we are wanted: an op 4 of the lost session may have gone unconfirmed.
        """
        if event.get("unavailable"):
            return
        guild_id = int(event["id"])
        before = await self._news.guild(guild_id)
        voice = self._told(event, before)
        wanted = before.belongs if voice.own_channel is None else None
        if wanted is None:
            self._mover.moved(guild_id, voice, voice.own_channel)
        else:
            voice.move_channel = wanted
        news = voice.own_channel is not None or (before.own_channel is not None and wanted is None)
        await self._news.replace(guild_id, voice, *([self._state(guild_id, voice, self._own_id)] if news else []))
        if wanted is not None and not self._mover.awaits(guild_id):
            await self._mover.rejoin(guild_id, wanted)

    async def guild_delete(self, event: Event) -> None:
        """We were removed, unless the guild is merely unavailable."""
        if event.get("unavailable"):
            return
        guild_id = int(event["id"])
        self._mover.forget(guild_id)
        log.info("The bot left a guild", guild_id=guild_id)
        await self._news.forget(guild_id, GuildLeft(guild_id=guild_id, at_ms=self._now_ms()))

    async def channel_delete(self, event: Event) -> None:
        """A channel is gone; those who sat in it get voice states of their own, or none."""
        guild_id, channel_id = int(event["guild_id"]), int(event["id"])
        (await self._news.guild(guild_id)).without_channel(channel_id)
        deleted = ChannelDeleted(guild_id=guild_id, channel_id=channel_id, at_ms=self._now_ms())
        await self._news.tell(guild_id, SideWrites(), deleted)

    async def _own_state(self, guild_id: int, voice: GuildVoice, channel_id: int | None, state: Event) -> None:
        self._mover.moved(guild_id, voice, channel_id)
        _seat_ourselves(voice, channel_id, state)
        key, fields = keys.voice(guild_id), voice.to_mirror()
        gone = [name for name in OWN_STATE if name not in fields]
        if voice.move_channel is None:
            gone.append("move_channel")
        side = SideWrites(
            hset=tuple((key, name, fields[name]) for name in OWN_STATE if name in fields),
            hdel=tuple((key, name) for name in gone),
        )
        # Where we are and nobody has a player, somebody has to leave.
        state_now = self._state(guild_id, voice, self._own_id)
        await self._news.tell(guild_id, side, state_now, always=channel_id is not None)

    def _state(self, guild_id: int, voice: GuildVoice, user_id: int) -> VoiceStateChanged:
        return state_changed(guild_id, voice, by=user_id, at_ms=self._now_ms(), own=user_id == self._own_id)

    def _told(self, event: Event, before: GuildVoice) -> GuildVoice:
        """The guild as GUILD_CREATE describes it; its members list names who is in voice, bots among them."""
        bots = {
            int(member["user"]["id"]) for member in event.get("members") or () if (member.get("user") or {}).get("bot")
        }
        bots |= {user for user, seat in before.seats.items() if seat.bot}
        voice = GuildVoice(
            complete=True,
            move_rev=before.move_rev,
            move_channel=before.move_channel,
            move_epoch=before.move_epoch,
        )
        for state in event.get("voice_states") or ():
            user_id, channel_id = int(state["user_id"]), state.get("channel_id")
            if not channel_id:
                continue
            if user_id == self._own_id:
                _seat_ourselves(voice, int(channel_id), state)
            else:
                voice.seats[user_id] = Seat(int(channel_id), user_id in bots)
        if voice.own_session is not None and voice.own_session == before.own_session:
            voice.endpoint, voice.token = before.endpoint, before.token
        return voice


def _seat_ourselves(voice: GuildVoice, channel_id: int | None, state: Event) -> None:
    """Note our own voice state; in no channel there is none."""
    session = state.get("session_id")
    voice.own_channel = channel_id
    voice.own_session = str(session) if channel_id is not None and session else None
    voice.own_suppressed = channel_id is not None and bool(state.get("suppress"))
    voice.own_muted = channel_id is not None and bool(state.get("mute"))
