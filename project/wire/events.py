"""Events: what happened at Discord. They travel in their guild's task queue, in order with its commands."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from project.wire.wish import Message


class VoiceStateChanged(Message, tag="voice_state", frozen=True, kw_only=True):
    """Where the bot is in voice and how many humans share its channel; always the latest state, never a delta."""

    guild_id: int
    bot_channel_id: int | None
    listeners: int
    """Humans (not bots) in the bot's channel."""
    present: tuple[int, ...] | None = None
    """Who they are; None where that is not known for certain, or they are too many to name."""
    user_id: int
    """Whose voice state changed."""
    at_ms: int
    move_rev: int | None = None
    """Rev of the last op 4 that the gateway had sent by then; clocks of two machines need not agree."""
    suppressed: bool = False
    """The bot may not speak in its channel: no permission, or the audience of a stage (Discord, Voice State object)."""
    muted: bool = False
    """A member has muted the bot in the whole guild (same place)."""
    own: bool = False
    """It is the bot's own voice state that changed."""


class VoiceServerChanged(Message, tag="voice_server", frozen=True, kw_only=True):
    """New voice credentials of a guild lie in `voice:<guild>`."""

    guild_id: int
    at_ms: int


class JoinRefused(Message, tag="join_refused", frozen=True, kw_only=True):
    """Discord did not let the bot into the channel: no voice state came within 5 s of op 4."""

    guild_id: int
    channel_id: int
    rev: int
    command_id: str | None = None
    at_ms: int


class ChannelDeleted(Message, tag="channel_deleted", frozen=True, kw_only=True):
    """A channel is gone; it may be the one the bot sits or writes in."""

    guild_id: int
    channel_id: int
    at_ms: int


class GuildLeft(Message, tag="guild_left", frozen=True, kw_only=True):
    """The bot was removed from a guild (not an outage)."""

    guild_id: int
    at_ms: int


class ScreenPosted(Message, tag="screen_posted", frozen=True, kw_only=True):
    """The player message exists under this id; `rev` is that of the Screen that was posted."""

    guild_id: int
    channel_id: int
    message_id: int
    rev: int
    at_ms: int


class ScreenGone(Message, tag="screen_gone", frozen=True, kw_only=True):
    """The player message cannot be posted there: the bot may not, or the channel is gone."""

    guild_id: int
    channel_id: int
    at_ms: int
    reason: Literal["forbidden", "unknown_channel"]
    missing: tuple[str, ...] = ()
    """Names of WRITING that the bot lacks there; empty: Discord did not tell."""


class AnnouncementRefused(Message, tag="announcement_refused", frozen=True, kw_only=True):
    """What was to be announced in a channel could not be said there; for the rest see ScreenGone."""

    guild_id: int
    channel_id: int
    at_ms: int
    missing: tuple[str, ...] = ()


WRITING = ("view_channel", "send_messages", "embed_links")
"""What the bot needs in a text channel, as Discord's permissions are called."""

VoiceEvent: TypeAlias = VoiceStateChanged | VoiceServerChanged | JoinRefused | ChannelDeleted | GuildLeft
"""Published for guilds that have a player; those of others are only mirrored."""
ScreenEvent: TypeAlias = ScreenPosted | ScreenGone | AnnouncementRefused
"""Always published: a player that is gone from memory still has its message."""
GuildEvent: TypeAlias = (
    VoiceStateChanged
    | VoiceServerChanged
    | JoinRefused
    | ChannelDeleted
    | GuildLeft
    | ScreenPosted
    | ScreenGone
    | AnnouncementRefused
)

EVENT_KINDS: tuple[type[GuildEvent], ...] = get_args(GuildEvent)
"""The same as a tuple."""
EVERYWHERE: tuple[type[GuildEvent], ...] = get_args(ScreenEvent)
"""Events that are published for every guild."""
