"""Reads: what is in the queue, what plays, how long the way here takes."""

from __future__ import annotations

from project.wire.messages import Ping, ShowPlaying, ShowQueue
from project.wire.orders import ExportQueue, SearchTracks
from workers.player.effects import MeasureNode, Search
from workers.player.exporting import export_pages
from workers.player.memory import Lookup
from workers.player.outcomes import QueueExported, QueueShown
from workers.player.showing import player_shown
from workers.player.turn import OrderTurn

PAGE_SIZE = 10


def show_queue(turn: OrderTurn, order: ShowQueue) -> None:
    """One page of the queue."""
    memory = turn.memory
    queue = memory.queue
    pages = max(1, -(-len(queue) // PAGE_SIZE))
    if memory.current is None and not queue:
        turn.refuse("queue_empty")
    elif not 1 <= order.page <= pages and not order.nearest:
        turn.refuse("no_such_page", limit=pages)
    else:
        page = min(max(1, order.page), pages)
        first = (page - 1) * PAGE_SIZE
        turn.reply(
            QueueShown(
                guild_id=memory.state.guild_id,
                current=memory.current,
                position_ms=memory.position_ms(turn.now_ms),
                paused=memory.state.paused,
                stopped=not memory.on_air,
                entries=queue[first : first + PAGE_SIZE],
                page=page,
                pages=pages,
                total=len(queue),
                total_ms=sum(entry.track.length_ms for entry in queue),
            )
        )


def show_playing(turn: OrderTurn, _: ShowPlaying) -> None:
    """What the player message shows."""
    if turn.memory.current is None:
        turn.refuse("nothing_playing")
    else:
        turn.reply(player_shown(turn.memory, turn.now_ms, turn.limits, turn.rules))


def export_queue(turn: OrderTurn, order: ExportQueue) -> None:
    """What plays, then what waits."""
    memory = turn.memory
    entries = (*((memory.current,) if memory.current is not None else ()), *memory.queue)
    pages = export_pages(entry.track for entry in entries)
    if not entries:
        turn.refuse("queue_empty")
    elif not 1 <= order.page <= len(pages):
        turn.refuse("no_such_page", limit=len(pages))
    else:
        turn.reply(QueueExported(lines=pages[order.page - 1], page=order.page, pages=len(pages), total=len(entries)))


def search_tracks(turn: OrderTurn, order: SearchTracks) -> None:
    """Answered when the search ends: see events/search.py."""
    memory, command, query = turn.memory, turn.command, order.query.strip()
    if not query:
        turn.refuse("query_empty")
    elif not any(lookup.command_id == command.id for lookup in memory.lookups):
        memory.lookups = (*memory.lookups, Lookup(command.id, query, turn.locale))
        turn.want(Search(command.id, query, order.source))


def ping(turn: OrderTurn, order: Ping) -> None:
    """How long it took to get here; the node is asked outside."""
    received_ms = turn.command.received_ms
    broker_ms = None if received_ms is None else max(0, turn.now_ms - received_ms)
    turn.want(MeasureNode(turn.command.id, turn.locale, order.gateway_ms, broker_ms))


ORDERS = {
    ShowQueue: show_queue,
    ExportQueue: export_queue,
    SearchTracks: search_tracks,
    ShowPlaying: show_playing,
    Ping: ping,
}
