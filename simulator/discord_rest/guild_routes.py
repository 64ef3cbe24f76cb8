"""Guilds, channels, members and voice states as the bot may read them."""

from typing import Any

from simulator.discord_rest.errors import missing_access, unknown_member, unknown_voice_state
from simulator.discord_rest.exchange import Answer, Call, Route
from simulator.world.payloads import (
    channel_payload,
    guild_payload,
    member_payload,
    role_payload,
    voice_state_payload,
)
from simulator.world.permissions import Permission


def own_guilds(call: Call) -> Answer:
    world = call.world
    listed: list[dict[str, Any]] = [
        {
            "id": guild.id,
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(guild.roles[guild.id].permissions),
            "features": [],
        }
        for guild in world.joined_guilds()
    ]
    return Answer(data=listed)


def guild(call: Call) -> Answer:
    found = call.guild()
    data = guild_payload(found)
    if call.asks("with_counts"):
        data |= {"approximate_member_count": len(found.members), "approximate_presence_count": 0}
    return Answer(data=data)


def guild_channels(call: Call) -> Answer:
    return Answer(data=[channel_payload(channel) for channel in call.guild().channels.values()])


def guild_roles(call: Call) -> Answer:
    return Answer(data=[role_payload(role) for role in call.guild().roles.values()])


def guild_member(call: Call) -> Answer:
    member = call.guild().members.get(call.params["user_id"])
    if member is None:
        raise unknown_member()
    return Answer(data=member_payload(member))


def own_voice_state(call: Call) -> Answer:
    return _voice_state(call, call.world.bot.id)


def voice_state(call: Call) -> Answer:
    return _voice_state(call, call.params["user_id"])


def _voice_state(call: Call, user_id: str) -> Answer:
    found = call.guild()
    state = call.world.voice.get(found.id, user_id)
    if state is None:
        raise unknown_voice_state()
    return Answer(data=voice_state_payload(state, found.members[user_id], channel_id=state.channel_id))


def channel(call: Call) -> Answer:
    found = call.channel()
    if not call.bot_may(found, Permission.VIEW_CHANNEL):
        raise missing_access()
    return Answer(data=channel_payload(found))


ROUTES = [
    Route("GET", "/users/@me/guilds", own_guilds),
    Route("GET", "/guilds/{guild_id}", guild),
    Route("GET", "/guilds/{guild_id}/channels", guild_channels),
    Route("GET", "/guilds/{guild_id}/roles", guild_roles),
    Route("GET", "/guilds/{guild_id}/members/{user_id}", guild_member),
    Route("GET", "/guilds/{guild_id}/voice-states/@me", own_voice_state),
    Route("GET", "/guilds/{guild_id}/voice-states/{user_id}", voice_state),
    Route("GET", "/channels/{channel_id}", channel),
]
