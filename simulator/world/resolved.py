"""The objects behind ids in an interaction: what Discord sends as `resolved`, so that a bot need not ask."""

from typing import Any

from simulator.world.guilds import Guild
from simulator.world.payloads import channel_payload, member_payload, role_payload, user_payload

_NOT_IN_PARTIAL = ("user", "deaf", "mute")


class UnknownObject(Exception):
    """The guild has nothing of that id."""


def resolve(guild: Guild, object_id: str, found: dict[str, dict[str, Any]]) -> None:
    """Adds the member, role or channel of that id to `found`; raises UnknownObject."""
    if object_id in guild.members:
        member = guild.members[object_id]
        found.setdefault("users", {})[object_id] = user_payload(member.user)
        payload = member_payload(member, int(guild.roles[guild.id].permissions))
        partial = {key: payload[key] for key in payload if key not in _NOT_IN_PARTIAL}
        found.setdefault("members", {})[object_id] = partial
    elif object_id in guild.roles:
        found.setdefault("roles", {})[object_id] = role_payload(guild.roles[object_id])
    elif object_id in guild.channels:
        found.setdefault("channels", {})[object_id] = channel_payload(guild.channels[object_id], 0)
    else:
        raise UnknownObject(f"The guild has no member, role or channel {object_id}.")
