"""The objects of Discord's API, built in one place so that REST and gateway cannot disagree."""

from datetime import UTC, datetime
from typing import Any

from simulator.world.guilds import Channel, ChannelType, Guild, Member, Role, User
from simulator.world.messages import Message
from simulator.world.voice import VoiceState

Payload = dict[str, Any]


def timestamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")


def user_payload(user: User) -> Payload:
    return {
        "id": user.id,
        "username": user.username,
        "discriminator": "0000" if user.bot else "0",
        "global_name": user.global_name,
        "avatar": None,
        "banner": None,
        "accent_color": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
        "public_flags": 0,
        "flags": 0,
        "bot": user.bot,
    }


def own_user_payload(user: User) -> Payload:
    """The bot's own user, with what only it may see."""
    return {**user_payload(user), "mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}


def role_payload(role: Role) -> Payload:
    payload: Payload = {
        "id": role.id,
        "name": role.name,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.managed_by is not None,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if role.managed_by is not None:
        payload["tags"] = {"bot_id": role.managed_by}
    return payload


def member_payload(member: Member, permissions: int | None = None) -> Payload:
    """`permissions` only where Discord sends them: in interactions."""
    payload: Payload = {
        "user": user_payload(member.user),
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": list(member.role_ids),
        "joined_at": timestamp(member.joined_at),
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": member.muted,
        "pending": False,
        "flags": 0,
    }
    if permissions is not None:
        payload["permissions"] = str(permissions)
    return payload


def channel_payload(channel: Channel, permissions: int | None = None) -> Payload:
    payload: Payload = {
        "id": channel.id,
        "type": int(channel.type),
        "guild_id": channel.guild_id,
        "name": channel.name,
        "position": channel.position,
        "parent_id": None,
        "flags": 0,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "last_message_id": channel.last_message_id,
        "permission_overwrites": [
            {"id": o.id, "type": o.type, "allow": str(o.allow), "deny": str(o.deny)}
            for o in channel.overwrites.values()
        ],
    }
    if channel.type is ChannelType.VOICE:
        payload |= {"bitrate": 64_000, "user_limit": channel.user_limit, "rtc_region": None}
    else:
        payload["topic"] = None
    if permissions is not None:
        payload["permissions"] = str(permissions)
    return payload


def voice_state_payload(state: VoiceState, member: Member, *, channel_id: str | None) -> Payload:
    """`channel_id` None is how leaving is told."""
    return {
        "guild_id": state.guild_id,
        "channel_id": channel_id,
        "user_id": state.user_id,
        "member": member_payload(member),
        "session_id": state.session_id,
        "deaf": False,
        "mute": member.muted,
        "self_deaf": state.self_deaf,
        "self_mute": state.self_mute,
        "self_stream": False,
        "self_video": False,
        "suppress": state.suppressed,
        "request_to_speak_timestamp": None,
    }


def guild_payload(guild: Guild) -> Payload:
    """As GET /guilds/{id} answers."""
    return {
        "id": guild.id,
        "name": guild.name,
        "owner_id": guild.owner_id,
        "preferred_locale": guild.locale,
        "roles": [role_payload(role) for role in guild.roles.values()],
        **_GUILD_DEFAULTS,
    }


_NOTHING_SET = [
    *("icon", "description", "home_header", "splash", "discovery_splash", "banner", "vanity_url_code"),
    *("application_id", "afk_channel_id", "system_channel_id", "widget_channel_id", "rules_channel_id"),
    *("safety_alerts_channel_id", "public_updates_channel_id", "max_presences", "incidents_data"),
    "premium_progress_bar_enabled_user_updated_at",
]

_GUILD_DEFAULTS: Payload = dict.fromkeys(_NOTHING_SET) | {
    "region": "deprecated",
    "afk_timeout": 300,
    "system_channel_flags": 0,
    "widget_enabled": False,
    "verification_level": 0,
    "default_message_notifications": 0,
    "mfa_level": 0,
    "explicit_content_filter": 0,
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "premium_progress_bar_enabled": False,
    "nsfw": False,
    "nsfw_level": 0,
    "features": [],
    "emojis": [],
    "stickers": [],
}


def guild_create_payload(guild: Guild, states: list[VoiceState], bot: Member) -> Payload:
    """The gateway's GUILD_CREATE to a bot without privileged intents: of the members only itself and those in voice."""
    present = {bot.user.id: bot, **{state.user_id: guild.members[state.user_id] for state in states}}
    voice_states = []
    for state in states:
        payload = voice_state_payload(state, guild.members[state.user_id], channel_id=state.channel_id)
        voice_states.append({key: payload[key] for key in payload if key not in ("guild_id", "member")})
    return {
        **guild_payload(guild),
        "joined_at": timestamp(bot.joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_payload(member) for member in present.values()],
        "channels": [channel_payload(channel) for channel in guild.channels.values()],
        "voice_states": voice_states,
        "threads": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def message_payload(message: Message, application_id: str) -> Payload:
    payload: Payload = {
        "id": message.id,
        "channel_id": message.channel_id,
        "type": message.type,
        "author": user_payload(message.author),
        "content": message.content,
        "embeds": message.embeds,
        "components": message.components,
        "attachments": message.attachments,
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": message.tts,
        "flags": message.flags,
        "timestamp": timestamp(message.created),
        "edited_timestamp": None if message.edited is None else timestamp(message.edited),
    }
    if message.nonce is not None:
        payload["nonce"] = message.nonce
    if message.interaction_metadata is not None:
        payload["interaction_metadata"] = message.interaction_metadata
        payload["application_id"] = payload["webhook_id"] = application_id
    return payload
