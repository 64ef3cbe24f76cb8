"""Roles and overwrites add up as Discord documents."""

from dataclasses import replace

import pytest

from simulator.world.founding import BOT, NewGuild, NewMember, found_guild
from simulator.world.guilds import Channel, Guild, Member, Overwrite
from simulator.world.permissions import (
    EVERYTHING,
    Permission,
    channel_permissions,
    guild_permissions,
    permissions_named,
)
from simulator.world.world import World


@pytest.fixture
def guild() -> Guild:
    world = World(bot=BOT, bot_token="t")
    cast = (NewMember("Alice", ("DJ",)), NewMember("Bob"), NewMember("Dana", ("Boss",)))
    administrator = {"Boss": int(Permission.ADMINISTRATOR), "DJ": int(Permission.MANAGE_GUILD)}
    return found_guild(world, NewGuild(members=cast, role_permissions=administrator))


def _member(guild: Guild, name: str) -> Member:
    return next(m for m in guild.members.values() if m.user.global_name == name)


def _channel(guild: Guild, *overwrites: Overwrite) -> Channel:
    channel = guild.channel_named("Music")
    assert channel is not None
    return replace(channel, overwrites={o.id: o for o in overwrites})


def test_roles_add_to_what_everyone_has(guild: Guild) -> None:
    assert guild_permissions(guild, _member(guild, "Alice")) & Permission.MANAGE_GUILD
    assert not guild_permissions(guild, _member(guild, "Bob")) & Permission.MANAGE_GUILD


@pytest.mark.parametrize("name", ["Dana", "Olivia"])
def test_administrators_and_the_owner_may_everything(guild: Guild, name: str) -> None:
    shut = _channel(guild, Overwrite(guild.id, 0, 0, EVERYTHING))
    assert channel_permissions(guild, _member(guild, name), shut) == EVERYTHING


def test_a_roles_overwrite_beats_everyones(guild: Guild) -> None:
    dj = guild.role_named("DJ")
    assert dj is not None
    connect = int(Permission.CONNECT)
    channel = _channel(guild, Overwrite(guild.id, 0, 0, connect), Overwrite(dj.id, 0, connect, 0))
    assert channel_permissions(guild, _member(guild, "Alice"), channel) & connect
    assert not channel_permissions(guild, _member(guild, "Bob"), channel) & connect


def test_a_members_own_overwrite_comes_last(guild: Guild) -> None:
    connect, bob = int(Permission.CONNECT), _member(guild, "Bob")
    channel = _channel(guild, Overwrite(guild.id, 0, 0, connect), Overwrite(bob.user.id, 1, connect, 0))
    assert channel_permissions(guild, bob, channel) & connect


def test_who_cannot_see_a_channel_can_do_nothing_there(guild: Guild) -> None:
    hidden = _channel(guild, Overwrite(guild.id, 0, 0, int(Permission.VIEW_CHANNEL)))
    assert channel_permissions(guild, _member(guild, "Bob"), hidden) == 0


def test_names_become_bits() -> None:
    assert permissions_named(["CONNECT", "SPEAK"]) == 1 << 20 | 1 << 21
    with pytest.raises(KeyError):
        permissions_named(["FLY"])
