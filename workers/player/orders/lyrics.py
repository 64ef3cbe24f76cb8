"""The words of a song: a read, whose answer comes from outside."""

from __future__ import annotations

from project.wire.orders import ShowLyrics
from workers.player.effects import FindLyrics
from workers.player.turn import OrderTurn


def show_lyrics(turn: OrderTurn, order: ShowLyrics) -> None:
    """Of what was searched for, else of what plays."""
    query, current = order.query.strip(), turn.memory.current
    if not query and current is None:
        turn.refuse("nothing_playing")
        return
    track = None if query or current is None else current.track
    turn.want(FindLyrics(turn.command.id, turn.memory.state.guild_id, turn.locale, query, track, order.page))


ORDERS = {ShowLyrics: show_lyrics}
