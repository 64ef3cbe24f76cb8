"""Reads: what is in the queue."""

from __future__ import annotations

from project.wire.messages import ShowQueue
from workers.player.outcomes import QueueShown
from workers.player.turn import OrderTurn

PAGE_SIZE = 10


def show_queue(turn: OrderTurn, order: ShowQueue) -> None:
    """One page of the queue."""
    memory = turn.memory
    queue = memory.queue
    pages = max(1, -(-len(queue) // PAGE_SIZE))
    if memory.current is None and not queue:
        turn.refuse("queue_empty")
    elif not 1 <= order.page <= pages:
        turn.refuse("no_such_page", limit=pages)
    else:
        first = (order.page - 1) * PAGE_SIZE
        turn.reply(
            QueueShown(
                current=memory.current,
                position_ms=memory.position_ms(turn.now_ms),
                paused=not memory.running,
                entries=queue[first : first + PAGE_SIZE],
                page=order.page,
                pages=pages,
                total=len(queue),
                total_ms=sum(entry.track.length_ms for entry in queue),
            )
        )
