"""Joining, moving and leaving voice channels, by the bot itself (op 4) or by a member's hand."""

import secrets

from simulator.world.changes import VoiceChanged
from simulator.world.events import Intent
from simulator.world.guilds import Channel, ChannelType, Guild
from simulator.world.payloads import voice_state_payload
from simulator.world.permissions import Permission, channel_permissions
from simulator.world.voice import VoiceState
from simulator.world.world import World

DISCONNECTED = 4014
"""Voice close code: kicked, moved, the channel gone or the main session over."""


def bot_may_join(world: World, channel: Channel) -> bool:
    """Discord answers an op 4 it cannot grant with silence: no permission, or a full channel."""
    permissions = world.bot_permissions(channel)
    needed = Permission.VIEW_CHANNEL | Permission.CONNECT
    if channel.type is not ChannelType.VOICE or permissions & needed != needed:
        return False
    if not channel.user_limit or permissions & Permission.MOVE_MEMBERS:
        return True
    inside = world.voice.in_channel(channel.guild_id, channel.id)
    return len([s for s in inside if s.user_id != world.bot.id]) < channel.user_limit


def bot_asks(
    world: World,
    *,
    guild_id: str,
    channel_id: str | None,
    self_mute: bool = False,
    self_deaf: bool = False,
    owner: str | None = None,
) -> bool:
    """Carries out op 4. `owner` is the gateway session that sent it. False means Discord stays silent."""
    guild = world.joined_guild(guild_id)
    if guild is None:
        return False
    if channel_id is None:
        return leave(world, guild, world.bot.id)
    channel = guild.channels.get(channel_id)
    if channel is None or not bot_may_join(world, channel):
        return False
    known = world.voice.get(guild_id, world.bot.id)
    if known is not None and known.owner != owner:
        world.close_voice(guild_id, DISCONNECTED)
        known = None
    state = known or VoiceState(guild_id, world.bot.id, channel_id, secrets.token_hex(16))
    moved = known is not None and known.channel_id != channel_id
    state.self_mute, state.self_deaf, state.owner = self_mute, self_deaf, owner
    _place(world, guild, state, channel_id, new_token=known is None or moved)
    if moved:
        world.close_voice(guild_id, DISCONNECTED)
    return True


def move_member(world: World, guild: Guild, user_id: str, channel_id: str | None) -> bool:
    """A member joins, changes or leaves voice, or the bot is moved or kicked. False: it was there already."""
    known = world.voice.get(guild.id, user_id)
    if channel_id is None:
        return leave(world, guild, user_id)
    if known is not None and known.channel_id == channel_id:
        return False
    state = known or VoiceState(guild.id, user_id, channel_id, secrets.token_hex(16))
    _place(world, guild, state, channel_id, new_token=True)
    if known is not None and user_id == world.bot.id:
        world.close_voice(guild.id, DISCONNECTED)
    return True


def mute_member(world: World, guild: Guild, user_id: str, muted: bool) -> None:
    """By the hand of a member who may; it lasts, whether or not that one is in voice."""
    guild.members[user_id].muted = muted
    state = world.voice.get(guild.id, user_id)
    if state is not None:
        _tell(world, guild, state, channel_id=state.channel_id)


def is_heard(world: World, guild_id: str, user_id: str) -> bool:
    """Whether the others in the channel hear what that one sends."""
    guild, state = world.guilds.get(guild_id), world.voice.get(guild_id, user_id)
    if guild is None or state is None:
        return False
    return not (state.suppressed or guild.members[user_id].muted)


def change_server(world: World, guild: Guild) -> bool:
    """Another voice server takes a guild's call over (a region's maintenance). False: the bot is in no call."""
    if world.voice.get(guild.id, world.bot.id) is None:
        return False
    _tell_server(world, guild, world.voice.new_token(guild.id))
    world.close_voice(guild.id, DISCONNECTED)
    return True


def leave(world: World, guild: Guild, user_id: str) -> bool:
    state = world.voice.remove(guild.id, user_id)
    if state is None:
        return False
    _tell(world, guild, state, channel_id=None)
    if user_id == world.bot.id:
        world.voice.revoke_token(guild.id)
        world.close_voice(guild.id, DISCONNECTED)
    return True


def end_session_voice(world: World, owner: str) -> None:
    """When a gateway session is over, every voice connection it made dies with it."""
    for state in world.voice.owned_by(owner):
        guild = world.guilds.get(state.guild_id)
        if guild is not None:
            leave(world, guild, state.user_id)


def may_enter(guild: Guild, channel: Channel, user_id: str) -> bool:
    """Whether a member could join that channel by hand."""
    return bool(channel_permissions(guild, guild.members[user_id], channel) & Permission.CONNECT)


def _place(world: World, guild: Guild, state: VoiceState, channel_id: str, *, new_token: bool) -> None:
    state.channel_id = channel_id
    allowed = channel_permissions(guild, guild.members[state.user_id], guild.channels[channel_id])
    state.suppressed = not allowed & Permission.SPEAK
    world.voice.put(state)
    of_bot = state.user_id == world.bot.id
    token = world.voice.token(guild.id)
    if of_bot and (new_token or token is None):
        token = world.voice.new_token(guild.id)
    _tell(world, guild, state, channel_id=channel_id)
    if of_bot and token is not None:
        _tell_server(world, guild, token)


def _tell_server(world: World, guild: Guild, token: str) -> None:
    data = {"token": token, "guild_id": guild.id, "endpoint": world.voice_endpoint}
    world.publish(guild.id, "VOICE_SERVER_UPDATE", data)


def _tell(world: World, guild: Guild, state: VoiceState, *, channel_id: str | None) -> None:
    world.changed(VoiceChanged(guild.id, state.user_id, channel_id))
    if not guild.bot_joined:
        return
    data = voice_state_payload(state, guild.members[state.user_id], channel_id=channel_id)
    intent = 0 if state.user_id == world.bot.id else Intent.GUILD_VOICE_STATES
    world.publish(guild.id, "VOICE_STATE_UPDATE", data, intent)
