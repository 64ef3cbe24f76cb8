"""An INTERACTION_CREATE as we need it: Discord's raw dictionary read once, with types."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from bot.attachments import Attachment, attachment_of
from project.wire.messages import Actor

DISCORD_EPOCH_MS = 1_420_070_400_000
OptionValue = str | int | float | bool


class InteractionType(IntEnum):
    """Discord's interaction types (docs: Interactions, Interaction Type)."""

    PING = 1
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


MESSAGE_COMMAND = 3
"""Application command type (docs: Application Command Types)."""
SUBCOMMAND, SUBCOMMAND_GROUP = 1, 2
"""Option types that only lead to the options that were given (docs: Application Command Option Type)."""


class MalformedInteraction(Exception):
    """Discord sent something that is not an interaction as documented."""


@dataclass(frozen=True, slots=True)
class Target:
    """A message that a member has put in front of us: its text is readable only for that."""

    content: str
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One thing a member did. The token answers it and never leaves the gateway."""

    id: str
    token: str = field(repr=False)
    type: InteractionType
    name: str
    """Slash command's name, or the custom id of a component or a form."""
    path: tuple[str, ...] = ()
    """The subcommand's name, after its group's if it has one; empty for a command without subcommands."""
    guild_id: int | None
    channel_id: int | None
    user_id: int
    user_name: str
    locale: str
    guild_locale: str | None = None
    role_ids: tuple[int, ...] = ()
    permissions: int = 0
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    focused: str | None = None
    """Autocomplete: the option that is being typed."""
    values: tuple[str, ...] = ()
    """What was chosen in a select menu."""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of a form that was sent back: by custom id, what was typed, or chosen."""
    attachments: Mapping[int, Attachment] = field(default_factory=dict)
    """Files that options name, by id."""
    target: Target | None = None
    """The message on which a message command was used."""

    @property
    def named(self) -> dict[str, Any]:
        """What every line of the log about it says."""
        return {"command_id": self.id, "guild_id": self.guild_id}

    @property
    def line(self) -> str:
        """The command as a member would type it, without options."""
        return " ".join((self.name, *self.path))

    @property
    def created_ms(self) -> int:
        """When the member acted, in ms since 1970 on Discord's clock (snowflake format)."""
        return snowflake_ms(int(self.id))

    def actor(self, voice_channel_id: int | None) -> Actor:
        """Who wants it, for the wire."""
        return Actor(
            kind="member",
            user_id=self.user_id,
            name=self.user_name,
            role_ids=self.role_ids,
            permissions=self.permissions,
            voice_channel_id=voice_channel_id,
            locale=self.locale,
        )


def snowflake_ms(snowflake: int) -> int:
    """Milliseconds since 1970 at which an id was made."""
    return (snowflake >> 22) + DISCORD_EPOCH_MS


def interaction_of(data: Mapping[str, Any]) -> Interaction:
    """The interaction in a gateway event; raises MalformedInteraction."""
    try:
        return _read(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedInteraction(f"{type(error).__name__}: {error}") from error


def _read(data: Mapping[str, Any]) -> Interaction:
    member = data.get("member") or {}
    user = member.get("user") or data["user"]
    inner = data.get("data") or {}
    path, given = _leaf(inner.get("options") or ())
    resolved = inner.get("resolved") or {}
    return Interaction(
        id=str(int(data["id"])),
        token=str(data["token"]),
        type=InteractionType(data["type"]),
        name=str(inner.get("name") or inner.get("custom_id") or ""),
        guild_id=_id(data.get("guild_id")),
        channel_id=_id(data.get("channel_id")),
        user_id=int(user["id"]),
        user_name=storable(str(member.get("nick") or user.get("global_name") or user.get("username") or "")),
        locale=str(data.get("locale") or "en-US"),
        guild_locale=data.get("guild_locale"),
        role_ids=tuple(int(role) for role in member.get("roles") or ()),
        permissions=int(member.get("permissions") or 0),
        path=path,
        options={option["name"]: _value(option["value"]) for option in given if "value" in option},
        focused=next((str(option["name"]) for option in given if option.get("focused")), None),
        values=tuple(storable(str(value)) for value in inner.get("values") or ()),
        fields=dict(_filled(inner.get("components") or ())),
        attachments={int(number): attachment_of(raw) for number, raw in (resolved.get("attachments") or {}).items()},
        target=_target(resolved, inner) if inner.get("type") == MESSAGE_COMMAND else None,
    )


def _leaf(options: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, ...], Sequence[Mapping[str, Any]]]:
    """Names of the group and the subcommand, if any, and the options that were given there."""
    path: list[str] = []
    while options and options[0].get("type") in (SUBCOMMAND, SUBCOMMAND_GROUP):
        path.append(str(options[0]["name"]))
        options = options[0].get("options") or ()
    return tuple(path), options


def _filled(components: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The fields of a form; each stands in a label or, in older forms, in a row."""
    for component in components:
        inner = component.get("component")
        yield from _filled(component.get("components") or ((inner,) if inner else ()))
        if "custom_id" in component:
            values = component["values"] if "values" in component else (component.get("value") or "",)
            yield str(component["custom_id"]), tuple(storable(str(value)) for value in values)


def _target(resolved: Mapping[str, Any], inner: Mapping[str, Any]) -> Target:
    message = resolved["messages"][str(inner["target_id"])]
    files = tuple(attachment_of(raw) for raw in message.get("attachments") or ())
    return Target(storable(str(message.get("content") or "")), files)


def _id(value: object) -> int | None:
    return None if value is None else int(str(value))


def _value(value: OptionValue) -> OptionValue:
    return storable(value) if isinstance(value, str) else value


def storable(text: str) -> str:
    """Without what no store takes (PostgreSQL refuses NUL, UTF-8 lone surrogates) and no member can see.

    Line breaks and tabs part words: they become spaces.
    """
    spaced = "".join(" " if char in "\t\n\v\f\r\x85" else char for char in text)
    return "".join(char for char in spaced if unicodedata.category(char) not in ("Cc", "Cs"))
