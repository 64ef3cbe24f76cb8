"""Who may do what to a guild's player: the one place that decides it."""

from __future__ import annotations

from project.wire.messages import READS, Actor, Command, Join, Leave, Order, Pause, Play, Remove, Resume, Skip
from project.wire.orders import VoteSkip
from project.wire.staff import STAFF_KINDS
from workers.player.limits import GuildRules
from workers.player.memory import Memory
from workers.player.outcomes import Refused
from workers.player.track_queue import touched

ADMINISTRATOR = 1 << 3
MANAGE_GUILD = 1 << 5

STAFF = frozenset({"staff", "system"})
"""Kinds of actors whom a guild's rules do not concern."""

BRINGS_THE_BOT: tuple[type[Order], ...] = (Play, Join, Resume)
"""Orders that may fetch the bot out of a channel where nobody listens."""

BY_REQUESTER: tuple[type[Order], ...] = (Skip, Pause, Resume)
"""Orders that the member who asked for the current track may give in spite of DJ rules."""


def refusal(command: Command, memory: Memory, rules: GuildRules) -> Refused | None:
    """Why the actor may not do this now; None if they may."""
    actor, order = command.actor, command.order
    if isinstance(order, STAFF_KINDS) and actor.kind not in STAFF:
        return Refused(reason="not_allowed")
    if isinstance(order, READS) or is_trusted(actor):
        return None
    return _place_refusal(order, actor, memory) or _dj_refusal(order, actor, memory, rules)


def is_trusted(actor: Actor) -> bool:
    """Tokens have scopes, staff have roles, both checked before; managers of a guild are never locked out."""
    return actor.kind != "member" or bool(actor.permissions & (ADMINISTRATOR | MANAGE_GUILD))


def _place_refusal(order: Order, actor: Actor, memory: Memory) -> Refused | None:
    """Members control the bot from its voice channel."""
    if actor.voice_channel_id is None:
        return Refused(reason="not_in_voice")
    bots = memory.state.voice_channel_id
    if bots is None or bots == actor.voice_channel_id or (isinstance(order, BRINGS_THE_BOT) and is_free(memory)):
        return None
    return Refused(reason="other_channel", detail=f"<#{bots}>")


def is_free(memory: Memory) -> bool:
    """Nobody is with the bot, so nobody loses anything when it is fetched away."""
    return memory.presence.listeners == 0


def _dj_refusal(order: Order, actor: Actor, memory: Memory, rules: GuildRules) -> Refused | None:
    """With a DJ role or in DJ-only mode, what affects others needs the role."""
    if rules.dj_role_id is None and not rules.dj_only:
        return None
    if not _affects_others(order, actor, memory, rules) or rules.dj_role_id in actor.role_ids:
        return None
    if _is_alone(actor, memory) or (isinstance(order, BY_REQUESTER) and _asked_for_current(actor, memory)):
        return None
    return Refused(reason="not_allowed", detail=f"<@&{rules.dj_role_id}>" if rules.dj_role_id else "")


def _affects_others(order: Order, actor: Actor, memory: Memory, rules: GuildRules) -> bool:
    """Adding to the end of the queue, removing one's own, voting, bringing the bot back take nothing from anybody."""
    if isinstance(order, Play):
        return rules.dj_only or order.position != "end"
    if isinstance(order, VoteSkip):
        return False
    if isinstance(order, Remove):
        return any(entry.requester_id != actor.user_id for entry in touched(memory, order, actor.user_id))
    if isinstance(order, Join | Resume) and not memory.on_air:
        return False
    return not (isinstance(order, Join | Leave) and is_free(memory))


def _is_alone(actor: Actor, memory: Memory) -> bool:
    here = memory.state.voice_channel_id
    return here is not None and here == actor.voice_channel_id and memory.presence.listeners == 1


def _asked_for_current(actor: Actor, memory: Memory) -> bool:
    return memory.current is not None and memory.current.requester_id == actor.user_id
