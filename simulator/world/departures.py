"""What happens when something ends: the bot leaves a guild or is invited again, a channel is deleted."""

from simulator.world.changes import PlacesChanged
from simulator.world.events import Intent
from simulator.world.guilds import Guild
from simulator.world.payloads import channel_payload
from simulator.world.voice_moves import leave
from simulator.world.world import World


def remove_bot(world: World, guild: Guild) -> None:
    """A member throws the bot out: its voice connection dies, then GUILD_DELETE."""
    if not guild.bot_joined:
        return
    leave(world, guild, world.bot.id)
    guild.bot_joined = False
    world.changed(PlacesChanged())
    world.publish(guild.id, "GUILD_DELETE", {"id": guild.id}, Intent.GUILDS)


def invite_bot(world: World, guild: Guild) -> None:
    if not guild.bot_joined:
        guild.bot_joined = True
        world.changed(PlacesChanged())
        world.publish(guild.id, "GUILD_CREATE", world.guild_create(guild), Intent.GUILDS)


def delete_channel(world: World, guild: Guild, channel_id: str) -> None:
    channel = guild.channels.pop(channel_id)
    world.channels.pop(channel_id, None)
    world.messages.forget_channel(channel_id)
    for state in world.voice.in_channel(guild.id, channel_id):
        leave(world, guild, state.user_id)
    world.changed(PlacesChanged())
    if guild.bot_joined:
        world.publish(guild.id, "CHANNEL_DELETE", channel_payload(channel), Intent.GUILDS)
