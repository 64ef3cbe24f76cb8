"""Members write messages too: chat that buries the player, links for a context menu."""

from simulator.world.guilds import Channel, User
from simulator.world.messages import Message
from simulator.world.world import World


def member_posts(world: World, channel: Channel, author: User, content: str) -> Message:
    message = Message(
        id=world.mint.new(),
        channel_id=channel.id,
        guild_id=channel.guild_id,
        author=author,
        created=world.clock(),
        content=content,
    )
    world.post(message)
    return message
