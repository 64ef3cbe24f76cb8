"""A message as the people in the channel see it: Discord's object, and what its client would know besides."""

from typing import Any

from simulator.world.messages import Message
from simulator.world.payloads import message_payload
from simulator.world.world import World


def shown(world: World, message: Message) -> dict[str, Any]:
    """`command` is the name of the command that it answers; `seen_by` the one member who sees it, null for all."""
    metadata = message.interaction_metadata
    asked = world.interactions.get(metadata["id"]) if metadata else None
    return {
        **message_payload(message, world.application_id),
        "guild_id": message.guild_id,
        "ephemeral": message.ephemeral,
        "loading": message.loading,
        "command": asked.payload["data"].get("name") if asked else None,
        "seen_by": metadata["user"]["id"] if metadata and message.ephemeral else None,
    }
