"""Makes guilds with people and channels in them: the one every run starts with, and those tests ask for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from simulator.world.changes import PlacesChanged
from simulator.world.guilds import Channel, ChannelType, Guild, Member, Overwrite, Role, User
from simulator.world.permissions import EVERYONE
from simulator.world.snowflakes import SnowflakeMint, snowflake_at
from simulator.world.world import World

_FOUNDED_MS = 1_704_067_200_000
"""1 January 2024. The first guild's ids never change, so a bot's database outlives the simulator."""
BOT = User(snowflake_at(_FOUNDED_MS), "segue", bot=True)
FIRST_GUILD_ID = snowflake_at(_FOUNDED_MS + 60_000)


@dataclass(frozen=True, slots=True)
class NewMember:
    name: str
    roles: Sequence[str] = ()
    """Role names; those that do not exist are made."""
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewGuild:
    name: str = "Segue's listening room"
    guild_id: str | None = None
    members: Sequence[NewMember] = (NewMember("Alice", ("DJ",)), NewMember("Bob"), NewMember("Charlie"))
    voice: Sequence[str] = ("Music", "Lounge")
    text: Sequence[str] = ("general", "songs")
    bot_joined: bool = True
    locale: str = "en-US"
    role_permissions: dict[str, int] = field(default_factory=dict)


class FixedIds:
    """Counts up from the founding date instead of the clock."""

    def __init__(self, start_ms: int) -> None:
        self._next_ms = start_ms

    def new(self) -> str:
        self._next_ms += 1_000
        return snowflake_at(self._next_ms)


def found_guild(world: World, wanted: NewGuild, ids: SnowflakeMint | FixedIds | None = None) -> Guild:
    """Builds the guild, its owner Olivia, the cast, the bot with its own role, and the channels."""
    ids = ids or world.mint
    guild_id = wanted.guild_id or ids.new()
    owner = User(ids.new(), "olivia", "Olivia")
    guild = Guild(guild_id, wanted.name, owner.id, roles={}, locale=wanted.locale, bot_joined=wanted.bot_joined)
    guild.roles[guild_id] = Role(guild_id, "@everyone", int(EVERYONE), position=0)
    now = world.clock()
    guild.members[owner.id] = Member(owner, [], now)
    own_role = Role(ids.new(), "Segue", int(EVERYONE), managed_by=world.bot.id)
    guild.roles[own_role.id] = own_role
    guild.members[world.bot.id] = Member(world.bot, [own_role.id], now)
    for one in wanted.members:
        add_member(world, guild, one, ids, wanted.role_permissions)
    for kind, names in ((ChannelType.TEXT, wanted.text), (ChannelType.VOICE, wanted.voice)):
        for name in names:
            channel = Channel(ids.new(), guild_id, name, kind, position=len(guild.channels))
            guild.channels[channel.id] = channel
    world.add_guild(guild)
    return guild


def found_first_guild(world: World) -> Guild:
    return found_guild(world, NewGuild(guild_id=FIRST_GUILD_ID), FixedIds(_FOUNDED_MS + 120_000))


def add_member(
    world: World,
    guild: Guild,
    wanted: NewMember,
    ids: SnowflakeMint | FixedIds | None = None,
    role_permissions: dict[str, int] | None = None,
) -> Member:
    ids = ids or world.mint
    roles = [ensure_role(guild, name, ids, (role_permissions or {}).get(name, 0)).id for name in wanted.roles]
    user = User(wanted.user_id or ids.new(), wanted.name.lower().replace(" ", "_"), wanted.name)
    member = Member(user, roles, world.clock())
    guild.members[user.id] = member
    world.changed(PlacesChanged())
    return member


def ensure_role(guild: Guild, name: str, ids: SnowflakeMint | FixedIds, permissions: int = 0) -> Role:
    known = guild.role_named(name)
    if known is not None:
        return known
    role = Role(ids.new(), name, permissions, position=len(guild.roles))
    guild.roles[role.id] = role
    return role


def new_channel(
    world: World,
    guild: Guild,
    *,
    kind: ChannelType,
    name: str,
    denied_to_everyone: int = 0,
    user_limit: int = 0,
) -> Channel:
    """`denied_to_everyone` bits are denied to all without a role of their own there, the bot included."""
    overwrites: Iterable[Overwrite] = [Overwrite(guild.id, 0, 0, denied_to_everyone)] if denied_to_everyone else []
    channel = Channel(
        world.mint.new(),
        guild.id,
        name,
        kind,
        position=len(guild.channels),
        user_limit=user_limit,
        overwrites={o.id: o for o in overwrites},
    )
    world.add_channel(channel)
    return channel
