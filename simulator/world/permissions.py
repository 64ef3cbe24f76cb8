"""Who may do what where: Discord's permission bits and the order in which roles and overwrites apply."""

from collections.abc import Iterable
from enum import IntFlag

from simulator.world.guilds import Channel, Guild, Member


class Permission(IntFlag):
    """The bits this world acts on (Discord documents more)."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MOVE_MEMBERS = 1 << 24
    USE_VAD = 1 << 25
    USE_APPLICATION_COMMANDS = 1 << 31


EVERYTHING = (1 << 53) - 1
EVERYONE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.CONNECT
    | Permission.SPEAK
    | Permission.USE_VAD
    | Permission.USE_APPLICATION_COMMANDS
)


def permissions_named(names: Iterable[str]) -> int:
    """The bits of names such as CONNECT; KeyError for a name this world does not know."""
    bits = 0
    for name in names:
        bits |= Permission[name]
    return bits


def guild_permissions(guild: Guild, member: Member) -> int:
    if member.user.id == guild.owner_id:
        return EVERYTHING
    bits = guild.roles[guild.id].permissions
    for role_id in member.role_ids:
        bits |= guild.roles[role_id].permissions
    return EVERYTHING if bits & Permission.ADMINISTRATOR else bits


def channel_permissions(guild: Guild, member: Member, channel: Channel) -> int:
    """@everyone's overwrite first, then all roles' together, then the member's own."""
    bits = guild_permissions(guild, member)
    if bits == EVERYTHING:
        return bits
    bits = _apply(bits, channel, [guild.id])
    bits = _apply(bits, channel, member.role_ids)
    bits = _apply(bits, channel, [member.user.id])
    return bits if bits & Permission.VIEW_CHANNEL else 0


def _apply(bits: int, channel: Channel, ids: Iterable[str]) -> int:
    allow = deny = 0
    for subject in ids:
        overwrite = channel.overwrites.get(subject)
        if overwrite is not None:
            allow |= overwrite.allow
            deny |= overwrite.deny
    return bits & ~deny | allow
