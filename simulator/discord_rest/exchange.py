"""The shape of one REST operation: a plain function from a call to an answer, found by method and path."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.discord_rest.errors import unknown_channel, unknown_guild
from simulator.discord_rest.request_body import UploadedFile
from simulator.world.guilds import Channel, Guild
from simulator.world.permissions import Permission
from simulator.world.world import World


@dataclass(frozen=True, slots=True)
class Call:
    world: World
    params: Mapping[str, str]
    query: Mapping[str, str]
    data: Any = None
    files: list[UploadedFile] = field(default_factory=list)

    def asks(self, name: str) -> bool:
        """A boolean of the query string, in any of the spellings clients use."""
        return self.query.get(name, "").lower() in ("1", "true")

    def guild(self) -> Guild:
        """The guild in the path; raises Unknown Guild also when the bot is not in it."""
        guild = self.world.joined_guild(self.params["guild_id"])
        if guild is None:
            raise unknown_guild()
        return guild

    def channel(self) -> Channel:
        channel = self.world.channels.get(self.params["channel_id"])
        if channel is None or self.world.joined_guild(channel.guild_id) is None:
            raise unknown_channel()
        return channel

    def bot_may(self, channel: Channel, needed: Permission) -> bool:
        return self.world.bot_permissions(channel) & needed == needed


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    data: Any = None


NO_CONTENT = Answer(204)


@dataclass(frozen=True, slots=True)
class Route:
    """`path` is written as in Discord's description, so it also finds the operation there."""

    method: str
    path: str
    operation: Callable[[Call], Answer]
    needs_token: bool = True
    counts_globally: bool = True

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"
