"""A member is forgotten: nothing in the player names them any more, and the music goes on."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from project.wire.orders import ForgetMember
from workers.player.memory import Memory, Place
from workers.player.track import Entry
from workers.player.turn import OrderTurn

NOBODY = 0


def forget_member(turn: OrderTurn, order: ForgetMember) -> None:
    """Entries and places keep their order. A search of theirs that still runs finds for nobody."""
    memory, user_id = turn.memory, order.user_id
    if _names(memory, user_id):
        if memory.current is not None:
            memory.current = _nobodys(memory.current, user_id)
        memory.line = tuple(_place(place, user_id) for place in memory.line)
        memory.played = tuple(_nobodys(entry, user_id) for entry in memory.played)
        memory.cancelled = tuple(
            replace(place, requester_id=NOBODY, requester_name="") if place.requester_id == user_id else place
            for place in memory.cancelled
        )
        memory.set_state(votes=tuple(vote for vote in memory.state.votes if vote != user_id))
        if memory.skipped_by == user_id:
            memory.skipped_by = None
        turn.must_show = True  # the message says who asked for what plays
    turn.say("privacy.player_forgot")


def _names(memory: Memory, user_id: int) -> bool:
    entries = (memory.current,) if memory.current is not None else ()
    places = (*entries, *memory.line, *memory.played, *memory.cancelled)
    asked = any(place.requester_id == user_id for place in places)
    return asked or user_id in memory.state.votes or memory.skipped_by == user_id


def _place(place: Place, user_id: int) -> Place:
    if isinstance(place, Entry):
        return _nobodys(place, user_id)
    return replace(place, requester_id=NOBODY, requester_name="") if place.requester_id == user_id else place


def _nobodys(entry: Entry, user_id: int) -> Entry:
    if entry.requester_id != user_id:
        return entry
    return msgspec.structs.replace(entry, requester_id=NOBODY, requester_name="")


ORDERS = {ForgetMember: forget_member}
