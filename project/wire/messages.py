"""What travels between processes: orders, commands, events from Discord, and what workers want said there.

All are immutable, become JSON and back, ignore fields they do not know (a newer process may run beside an older one)
and hold no secret: no interaction token, no voice token.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypeVar

import msgspec

Position: TypeAlias = Literal["end", "next", "now"]


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of everything on the wire; the `type` field says which one it is."""


# -- orders: what someone wants of a player ---------------------------------------------------------------------------


class Play(Message, tag="play", frozen=True, kw_only=True):
    """Search words, or a URL whose tracks are all queued."""

    query: str
    position: Position = "end"


class Pause(Message, tag="pause", frozen=True, kw_only=True):
    """Hold the current track."""


class Resume(Message, tag="resume", frozen=True, kw_only=True):
    """Go on with the current track, or come back to the queue after a stop that kept it."""


class Skip(Message, tag="skip", frozen=True, kw_only=True):
    """End the current track. A button names the entry it means; without one the command's time decides."""

    entry: int | None = None


class Stop(Message, tag="stop", frozen=True, kw_only=True):
    """Clear the queue and leave."""


class Join(Message, tag="join", frozen=True, kw_only=True):
    """Come to the actor's voice channel."""


class Leave(Message, tag="leave", frozen=True, kw_only=True):
    """Leave the voice channel and keep the queue."""


class ShowQueue(Message, tag="queue", frozen=True, kw_only=True):
    """Read one page of the queue, counted from 1. Changes nothing, so it is neither journalled nor recorded."""

    page: int = 1


Order: TypeAlias = Play | Pause | Resume | Skip | Stop | Join | Leave | ShowQueue

READS: tuple[type[Order], ...] = (ShowQueue,)
"""Orders that change nothing."""
READ_TASKS = tuple(f"player.{order.__struct_config__.tag}" for order in READS)
"""The Celery tasks that carry them."""


class Actor(Message, frozen=True, kw_only=True):
    """Who wants it, with what Discord said of them at that moment."""

    kind: Literal["member", "token", "staff", "system"]
    user_id: int
    name: str = ""
    role_ids: tuple[int, ...] = ()
    permissions: int = 0
    """Discord permission bits in the text channel."""
    voice_channel_id: int | None = None
    locale: str = "en-US"


class Command(Message, tag="command", frozen=True, kw_only=True):
    """An order for one guild's player."""

    id: str
    """The interaction id, or a UUID from API and admin. The same id is carried out once."""
    guild_id: int
    order: Order
    actor: Actor
    text_channel_id: int | None = None
    guild_locale: str | None = None
    issued_ms: int
    """When it was meant, in ms since 1970 on Discord's clock."""
    deadline_ms: int = 0
    """Not taken after this moment, in ms since 1970 on Redis's clock; 0 means none."""
    trace_id: str = ""


# -- events: what happened at Discord ---------------------------------------------------------------------------------


class VoiceStateChanged(Message, tag="voice_state", frozen=True, kw_only=True):
    """Where the bot is in voice and how many humans share its channel; always the latest state, never a delta."""

    guild_id: int
    bot_channel_id: int | None
    listeners: int
    """Humans (not bots) in the bot's channel."""
    user_id: int
    """Whose voice state changed."""
    at_ms: int


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


VoiceEvent: TypeAlias = VoiceStateChanged | VoiceServerChanged | JoinRefused | ChannelDeleted | GuildLeft
Inbound: TypeAlias = Command | VoiceStateChanged | VoiceServerChanged | JoinRefused | ChannelDeleted | GuildLeft


# -- out-stream: what workers want said or done at Discord -----------------------------------------------------------


class Outcome(Message, tag="outcome", frozen=True, kw_only=True):
    """The answer to a command. `payload` is a Discord message body (content, embeds, components)."""

    command_id: str
    guild_id: int
    payload: dict[str, Any]
    ephemeral: bool = False
    error: bool = False
    """A public deferral that ends in an error is deleted and followed by an ephemeral message."""
    followup: bool = False
    """A later word on a command that was already answered."""


class MoveVoice(Message, tag="move_voice", frozen=True, kw_only=True):
    """Gateway op 4: join, move or (None) leave. An older `rev` than one already sent is dropped."""

    guild_id: int
    channel_id: int | None
    rev: int
    command_id: str | None = None


class Announcement(Message, tag="announcement", frozen=True, kw_only=True):
    """A message in a channel that answers no command, e.g. a track that could not be played."""

    guild_id: int
    channel_id: int
    payload: dict[str, Any]
    nonce: str
    """Discord drops a second message with the same nonce (`enforce_nonce`)."""


Outbound: TypeAlias = Outcome | MoveVoice | Announcement

T = TypeVar("T")

_inbound = msgspec.json.Decoder(Inbound)
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
    subject = message.order if isinstance(message, Command) else message
    return f"player.{subject.__struct_config__.tag}"


def task_names() -> tuple[str, ...]:
    """All names that `task_name` can give."""
    kinds = (Play, Pause, Resume, Skip, Stop, Join, Leave, ShowQueue, VoiceStateChanged, VoiceServerChanged)
    later = (JoinRefused, ChannelDeleted, GuildLeft)
    return tuple(f"player.{kind.__struct_config__.tag}" for kind in (*kinds, *later))
