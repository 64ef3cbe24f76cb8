"""Votes: how those who may not skip by themselves skip together."""

from __future__ import annotations

from project.wire.orders import Skip, VoteSkip
from workers.player.orders.transport import means_current, skip
from workers.player.turn import OrderTurn
from workers.player.votes import votes_needed


def vote_skip(turn: OrderTurn, order: VoteSkip) -> None:
    """Count a member's vote once; the one that is enough skips."""
    memory, current, voter = turn.memory, turn.memory.current, turn.actor.user_id
    have, need = len(memory.state.votes), votes_needed(memory, turn.rules)
    if current is None or not memory.on_air:
        turn.refuse("nothing_playing")
    elif not means_current(turn, order.entry, current):
        turn.refuse("already_skipped", detail=current.track.title)
    elif voter in memory.state.votes and have < need:
        turn.deny("vote.given", have=have, need=need)
    elif have + 1 >= need:
        skip(turn, Skip(entry=current.id))
    else:
        memory.set_state(votes=(*memory.state.votes, voter))
        turn.say("voted", title=current.track.title, have=have + 1, need=need)


ORDERS = {VoteSkip: vote_skip}
