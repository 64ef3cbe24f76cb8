"""Guilds and what they are made of: people, roles, channels."""

from dataclasses import dataclass, field
from enum import IntEnum


class ChannelType(IntEnum):
    TEXT = 0
    VOICE = 2


@dataclass(frozen=True, slots=True)
class User:
    id: str
    username: str
    global_name: str | None = None
    bot: bool = False


@dataclass(slots=True)
class Role:
    id: str
    name: str
    permissions: int
    position: int = 1
    managed_by: str | None = None
    """The bot's user id for the role that came with its invitation."""


@dataclass(slots=True)
class Member:
    user: User
    role_ids: list[str]
    joined_at: float
    muted: bool = False
    """In the whole guild's voice channels, by a member who may."""


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What a role (type 0) or a member (type 1) is allowed or denied in one channel."""

    id: str
    type: int
    allow: int
    deny: int


@dataclass(slots=True)
class Channel:
    id: str
    guild_id: str
    name: str
    type: ChannelType
    position: int
    user_limit: int = 0
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    last_message_id: str | None = None


@dataclass(slots=True)
class Guild:
    id: str
    name: str
    owner_id: str
    roles: dict[str, Role]
    locale: str = "en-US"
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    bot_joined: bool = True

    def channel_named(self, name: str) -> Channel | None:
        return next((c for c in self.channels.values() if c.name == name), None)

    def role_named(self, name: str) -> Role | None:
        return next((r for r in self.roles.values() if r.name == name), None)
