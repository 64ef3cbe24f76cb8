"""What a member has added, in the form in which it is offered to them again."""

from __future__ import annotations

from project.wire.messages import Command, Play
from project.wire.orders import ImportQueue, PlaySaved
from workers.player.outcomes import Added, AddedMany, Conclusion


def asked_for(command: Command, conclusion: Conclusion) -> tuple[int, str, str] | None:
    """(user id, name, what to type) of a Play that added something; None for all else."""
    order, actor = command.order, command.actor
    if not isinstance(order, Play) or isinstance(order, PlaySaved | ImportQueue) or actor.kind != "member":
        return None
    if isinstance(conclusion, Added):
        track = conclusion.entry.track
        return actor.user_id, track.title, track.uri or order.query
    if isinstance(conclusion, AddedMany):
        return actor.user_id, conclusion.playlist, order.query
    return None
