"""A message as the people in the channel see it: Discord's object, and what its client would know besides."""

from typing import Any

from simulator.world.commands import SUBCOMMAND, SUBCOMMAND_GROUP
from simulator.world.messages import Message
from simulator.world.payloads import message_payload
from simulator.world.world import World


def shown(world: World, message: Message) -> dict[str, Any]:
    """`command` is the command that it answers, subcommands too; `seen_by` the one member who sees it, null for all."""
    metadata = message.interaction_metadata
    asked = world.interactions.get(metadata["id"]) if metadata else None
    return {
        **message_payload(message, world.application_id),
        "guild_id": message.guild_id,
        "ephemeral": message.ephemeral,
        "loading": message.loading,
        "command": _typed(asked.payload["data"]) if asked else None,
        "seen_by": metadata["user"]["id"] if metadata and message.ephemeral else None,
    }


def _typed(data: dict[str, Any]) -> str | None:
    """As typed, such as playlist create; None for what is no command."""
    if "name" not in data:
        return None
    words = [str(data["name"])]
    inner = data.get("options") or ()
    while inner and inner[0]["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP):
        words.append(inner[0]["name"])
        inner = inner[0].get("options") or ()
    return " ".join(words)
