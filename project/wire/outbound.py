"""What workers want said or done at Discord; it travels in the out-stream of the guild's gateway shard."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from project.wire.wish import Message


class TextFile(Message, frozen=True, kw_only=True):
    """A file that is attached to a message."""

    name: str
    text: str


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
    progress: bool = False
    """How far a command is; its outcome is still to come and takes this one's place."""
    files: tuple[TextFile, ...] = ()


class MoveVoice(Message, tag="move_voice", frozen=True, kw_only=True):
    """Gateway op 4: join, move or (None) leave. An older `rev` than one already sent is dropped, of one `epoch`."""

    guild_id: int
    channel_id: int | None
    rev: int
    epoch: int = 0
    """Of the slot's owner. A newer owner's word holds whatever its `rev`: a restored database counts on from below."""
    command_id: str | None = None


class Announcement(Message, tag="announcement", frozen=True, kw_only=True):
    """A message in a channel that answers no command, e.g. a track that could not be played."""

    guild_id: int
    channel_id: int
    payload: dict[str, Any]
    nonce: str
    """Discord drops a second message with the same nonce (`enforce_nonce`)."""
    otherwise_id: int | None = None
    """The channel where it goes if the first one does not take it."""


class Screen(Message, tag="screen", frozen=True, kw_only=True):
    """The guild's one player message as it should look now. Of several only the one with the newest `rev` matters."""

    guild_id: int
    channel_id: int
    message_id: int | None
    """The message to edit; None when it was never posted here, or that is not known yet."""
    payload: dict[str, Any]
    rev: int
    nonce: str
    """Of the message if it has to be posted; Discord drops a second one with the same nonce (`enforce_nonce`)."""
    fresh: bool = False
    """The track changed: if chat has buried the message since, it is deleted and posted anew."""


class RemoveScreen(Message, tag="remove_screen", frozen=True, kw_only=True):
    """Delete a player message: it lives in another channel now."""

    guild_id: int
    channel_id: int
    message_id: int


class Choice(Message, frozen=True, kw_only=True):
    """One suggestion of an autocompletion: what is shown and what is then typed, at most 100 characters each."""

    name: str
    value: str


class Suggestions(Message, tag="suggestions", frozen=True, kw_only=True):
    """The answer to a Suggest."""

    command_id: str
    guild_id: int
    choices: tuple[Choice, ...] = ()


class Ended(Message, tag="ended", frozen=True, kw_only=True):
    """How a command of the API or the admin ended; it goes to `temp:outcome:<id>` and never to Discord."""

    command_id: str
    guild_id: int
    outcome: dict[str, Any]
    """As in `commands.outcome`."""
    error: bool = False
    """Nothing changed."""
    sentence: str = ""
    """The same in words, in Discord's markup."""


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def asked_by_program(command_id: str) -> bool:
    """Whether a command came from the API or the admin: theirs have UUIDs, Discord's the interaction's id."""
    return _UUID.fullmatch(command_id) is not None


Outbound: TypeAlias = Outcome | MoveVoice | Announcement | Screen | RemoveScreen | Suggestions
