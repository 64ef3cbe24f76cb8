"""Which permissions the bot lacks in a text channel: asked for when it matters, as nothing of guilds is remembered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import structlog

from bot.discord_rest import MISSING_ACCESS, DiscordAway, DiscordRefused, DiscordRest

log = structlog.get_logger(__name__)

BITS = {"view_channel": 1 << 10, "send_messages": 1 << 11, "embed_links": 1 << 14}
"""Permissions by the names of project.wire.events.WRITING (docs: Permissions)."""
SEND_IN_THREADS = 1 << 38
ADMINISTRATOR = 1 << 3
THREADS = (10, 11, 12)
"""Channel types: of announcements, public, private; their parent's overwrites hold."""
EVERYTHING = -1


class ChannelRights:
    """Costs three requests, of which Discord's limits allow plenty."""

    def __init__(self, rest: DiscordRest) -> None:
        self._rest = rest

    async def missing(self, guild_id: int, channel_id: int, needed: Iterable[str] = tuple(BITS)) -> tuple[str, ...]:
        """Names of what the bot lacks of what it needs; empty also where Discord does not tell."""
        try:
            channel = await self._rest.channel(channel_id)
            place = channel
            if channel.get("type") in THREADS:
                place = await self._rest.channel(int(channel["parent_id"]))
            roles, member = await self._rest.roles(guild_id), await self._rest.own_member(guild_id)
        except DiscordRefused as error:
            if error.code == MISSING_ACCESS:
                return ("view_channel",)
            log.warning("What the bot may not do is not known", guild_id=guild_id, reason=str(error))
            return ()
        except DiscordAway as error:
            log.warning("What the bot may not do is not known", guild_id=guild_id, reason=str(error))
            return ()
        held = permissions(guild_id, roles, member, place.get("permission_overwrites") or ())
        return tuple(name for name in needed if not held & _bit(name, channel))


def _bit(name: str, channel: Mapping[str, Any]) -> int:
    return SEND_IN_THREADS if name == "send_messages" and channel.get("type") in THREADS else BITS[name]


def permissions(
    guild_id: int,
    roles: Iterable[Mapping[str, Any]],
    member: Mapping[str, Any],
    overwrites: Iterable[Mapping[str, Any]],
) -> int:
    """Bits that a member has in a channel (docs: Permissions, Permission Overwrites)."""
    everyone, own = str(guild_id), {str(role) for role in member.get("roles") or ()}
    held = 0
    for role in roles:
        if role["id"] == everyone or role["id"] in own:
            held |= int(role["permissions"])
    if held & ADMINISTRATOR:
        return EVERYTHING
    for subjects in ({everyone}, own, {str(member["user"]["id"])}):
        applied = [one for one in overwrites if one["id"] in subjects]
        for one in applied:
            held &= ~int(one["deny"])
        for one in applied:
            held |= int(one["allow"])
    return held if held & BITS["view_channel"] else 0
