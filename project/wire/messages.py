"""What travels between processes: orders, commands, events from Discord, and what workers want said there.

All are immutable, become JSON and back, ignore fields they do not know (a newer process may run beside an older one)
and hold no secret: no interaction token, no voice token.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from project.wire.command import COMMAND_PATIENCE_MS, Actor, Command
from project.wire.desk import DESK_KINDS
from project.wire.events import (
    EVENT_KINDS,
    EVERYWHERE,
    AnnouncementRefused,
    ChannelDeleted,
    GuildEvent,
    GuildLeft,
    JoinRefused,
    ScreenEvent,
    ScreenGone,
    ScreenPosted,
    VoiceEvent,
    VoiceServerChanged,
    VoiceStateChanged,
)
from project.wire.orders import (
    ORDER_KINDS,
    READS,
    Clear,
    Join,
    Leave,
    LoopMode,
    MoveTrack,
    Order,
    Pause,
    Ping,
    Play,
    Position,
    Previous,
    Remove,
    Replay,
    Resume,
    Seek,
    SetFilters,
    SetLoop,
    SetVolume,
    ShowPlaying,
    ShowQueue,
    Shuffle,
    Skip,
    Stop,
    Suggest,
)
from project.wire.outbound import (
    Announcement,
    Choice,
    Ended,
    MoveVoice,
    Outbound,
    Outcome,
    RemoveScreen,
    Screen,
    Suggestions,
    TextFile,
    asked_by_program,
)
from project.wire.wish import Message, Wish

Inbound: TypeAlias = (
    Command
    | VoiceStateChanged
    | VoiceServerChanged
    | JoinRefused
    | ChannelDeleted
    | GuildLeft
    | ScreenPosted
    | ScreenGone
    | AnnouncementRefused
)

_outbound = msgspec.json.Decoder(Outbound)


class MalformedMessage(Exception):
    """What arrived is not a message of ours; a retry cannot help."""


def to_json(message: Message) -> str:
    """JSON text of any message."""
    return msgspec.json.encode(message).decode()


def to_dict(message: Message) -> dict[str, Any]:
    """JSON-able dict of a message, as it travels in a Celery task's arguments."""
    built: dict[str, Any] = msgspec.to_builtins(message)
    return built


def inbound_from_dict(raw: dict[str, Any]) -> Inbound:
    """The command or event in a Celery task's arguments; raises MalformedMessage."""
    try:
        message: Inbound = msgspec.convert(raw, Inbound)
        return message
    except msgspec.ValidationError as error:
        raise MalformedMessage(str(error)) from error


def outbound_from_json(raw: str | bytes) -> Outbound:
    """The out-stream entry in `raw`; raises MalformedMessage."""
    try:
        message: Outbound = _outbound.decode(raw)
        return message
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise MalformedMessage(str(error)) from error


def task_name(message: Inbound) -> str:
    """The Celery task that carries a message; one per order and event so that Flower reads well."""
    return _name_of(type(message.order) if isinstance(message, Command) else type(message))


def task_names() -> tuple[str, ...]:
    """All names that `task_name` can give for a guild's player."""
    return tuple(map(_name_of, (*ORDER_KINDS, *EVENT_KINDS)))


def desk_task_names() -> tuple[str, ...]:
    """All names that `task_name` can give for the desk."""
    return tuple(map(_name_of, DESK_KINDS))


def _name_of(kind: type[Message]) -> str:
    performer = kind.performer if issubclass(kind, Wish) else "player"
    return f"{performer}.{kind.__struct_config__.tag}"


READ_TASKS = tuple(map(_name_of, READS))
"""The Celery tasks that carry reads."""

__all__ = [
    "COMMAND_PATIENCE_MS",
    "EVENT_KINDS",
    "EVERYWHERE",
    "ORDER_KINDS",
    "READS",
    "READ_TASKS",
    "Actor",
    "Announcement",
    "AnnouncementRefused",
    "ChannelDeleted",
    "Choice",
    "Clear",
    "Command",
    "Ended",
    "GuildEvent",
    "GuildLeft",
    "Inbound",
    "Join",
    "JoinRefused",
    "Leave",
    "LoopMode",
    "MalformedMessage",
    "Message",
    "MoveTrack",
    "MoveVoice",
    "Order",
    "Outbound",
    "Outcome",
    "Pause",
    "Ping",
    "Play",
    "Position",
    "Previous",
    "Remove",
    "RemoveScreen",
    "Replay",
    "Resume",
    "Screen",
    "ScreenEvent",
    "ScreenGone",
    "ScreenPosted",
    "Seek",
    "SetFilters",
    "SetLoop",
    "SetVolume",
    "ShowPlaying",
    "ShowQueue",
    "Shuffle",
    "Skip",
    "Stop",
    "Suggest",
    "Suggestions",
    "TextFile",
    "VoiceEvent",
    "VoiceServerChanged",
    "VoiceStateChanged",
    "asked_by_program",
    "desk_task_names",
    "inbound_from_dict",
    "outbound_from_json",
    "task_name",
    "task_names",
    "to_dict",
    "to_json",
]
