"""A guild that support has blocked: nobody is obeyed there but staff, nothing plays, the bot is in no channel."""

from __future__ import annotations

from project.wire.messages import Actor
from workers.player.limits import GuildRules
from workers.player.permissions import STAFF
from workers.player.turn import Turn
from workers.player.voice import announce_stop, halt, hang_up


def refuses(rules: GuildRules, actor: Actor) -> bool:
    """Whether commands of the actor are refused, whatever they are."""
    return rules.blocked and actor.kind not in STAFF


def settle_block(turn: Turn) -> None:
    """At the end of a turn: stop and leave, and keep what was queued for the day on which the block is lifted."""
    if turn.rules.blocked and turn.memory.state.voice_channel_id is not None:
        halt(turn, "blocked")
        hang_up(turn)
        announce_stop(turn, "blocked")
