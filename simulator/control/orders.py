"""Reads the JSON of control requests; what is wrong with it is told in one sentence."""

import json
from typing import Any

from aiohttp import web

from simulator.world.guilds import Channel, Guild, Member
from simulator.world.world import World


class BadOrder(Exception):
    """The request cannot be carried out; `status` is the HTTP status of the answer."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


_MISSING = object()


class Order:
    """The body of one control request, read field by field."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    @classmethod
    async def of(cls, request: web.Request) -> "Order":
        raw = await request.read()
        try:
            fields = json.loads(raw) if raw else {}
            json.dumps(fields, ensure_ascii=False).encode()  # half a surrogate pair could never be sent on
        except ValueError:
            raise BadOrder("The body is not JSON, or not Unicode.") from None
        if not isinstance(fields, dict):
            raise BadOrder("The body must be a JSON object.")
        return cls(fields)

    def has(self, name: str) -> bool:
        return self._fields.get(name) is not None

    def raw(self, name: str, default: Any = None) -> Any:
        return self._fields.get(name, default)

    def without(self, *names: str) -> dict[str, Any]:
        return {key: value for key, value in self._fields.items() if key not in names}

    def text(self, name: str, default: Any = _MISSING) -> Any:
        """A string; ids may also be given as numbers."""
        value = self._fields.get(name)
        if value is None:
            if default is _MISSING:
                raise BadOrder(f"The field {name!r} is missing.")
            return default
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise BadOrder(f"The field {name!r} must be a string.")
        return str(value)

    def number(self, name: str, default: int, *, least: int = 0, most: int = 1 << 53) -> int:
        value = self._fields.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadOrder(f"The field {name!r} must be a whole number.")
        if not least <= value <= most:
            raise BadOrder(f"The field {name!r} must lie between {least} and {most}.")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self._fields.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise BadOrder(f"The field {name!r} must be true or false.")
        return value

    def listing(self, name: str, default: Any = None) -> list[Any] | None:
        value = self._fields.get(name, default)
        if value is not None and not isinstance(value, list):
            raise BadOrder(f"The field {name!r} must be a list.")
        return value


def guild_of(world: World, guild_id: str) -> Guild:
    guild = world.guilds.get(guild_id)
    if guild is None:
        raise BadOrder(f"There is no guild {guild_id}.", 404)
    return guild


def channel_of(world: World, channel_id: str) -> Channel:
    channel = world.channels.get(channel_id)
    if channel is None:
        raise BadOrder(f"There is no channel {channel_id}.", 404)
    return channel


def member_of(guild: Guild, user_id: str) -> Member:
    member = guild.members.get(user_id)
    if member is None:
        raise BadOrder(f"The guild {guild.id} has no member {user_id}.", 404)
    return member
