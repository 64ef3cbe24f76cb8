"""Play: takes a place in the line at once, brings the bot, and has the tracks searched for."""

from __future__ import annotations

from dataclasses import replace

from project.wire.command import Actor
from project.wire.orders import ImportQueue, Play, PlaySaved
from workers.player.effects import Fetch, Search
from workers.player.importing import lines_to_ask, next_part
from workers.player.limits import GuildRules
from workers.player.memory import Importing
from workers.player.permissions import is_free, is_trusted
from workers.player.reservations import find, of_member, place_of, reserve, take_cancelled
from workers.player.turn import OrderTurn
from workers.player.voice import begin_session, move_to

QUERY_LENGTH = 1_000


def play(turn: OrderTurn, order: Play) -> None:
    """Answered when the search ends: see events/search.py."""
    memory, query = turn.memory, order.query.strip()
    if find(memory, turn.command.id) is not None:
        return  # delivered twice; the first one's search will answer
    size, share = turn.limits.queue_size, member_limit(turn.actor, turn.rules)
    if not query:
        turn.refuse("query_empty")
    elif len(query) > QUERY_LENGTH:
        turn.refuse("query_too_long", limit=QUERY_LENGTH)
    elif size is not None and len(memory.line) >= size:
        turn.refuse("queue_full", limit=size, plan=turn.limits.plan)
    elif share is not None and len(of_member(memory, turn.actor.user_id)) >= share:
        turn.refuse("member_limit", limit=share)
    elif come_to_actor(turn):
        _search(turn, order, query)


def come_to_actor(turn: OrderTurn) -> bool:
    """Be where the actor can listen, joining while the search still runs: both take long. False: refused."""
    memory = turn.memory
    here, there = memory.state.voice_channel_id, turn.actor.voice_channel_id
    if here is None and there is None:
        turn.refuse("not_in_voice" if turn.actor.kind == "member" else "not_connected")
        return False
    if here is None:
        begin_session(turn)
        move_to(turn, there)
        memory.set_presence(joined_for_play=True)
    elif there not in (here, None) and is_free(memory):
        move_to(turn, there)
    return True


def member_limit(actor: Actor, rules: GuildRules) -> int | None:
    """How many tracks of an actor may wait; managers, tokens and staff may fill the queue."""
    return None if is_trusted(actor) else rules.max_tracks_per_member


def _search(turn: OrderTurn, order: Play, query: str) -> None:
    memory, command, actor = turn.memory, turn.command, turn.actor
    # Delivered again after a stop: the place is taken anew, and answered once.
    take_cancelled(memory, command.id)
    place = place_of(command, order, turn.locale, member_limit(actor, turn.rules))
    if isinstance(order, ImportQueue):
        lines, left_out = lines_to_ask(order, turn.limits)
        importing = Importing(lines, turn.now_ms, left_out=left_out, cut=order.cut)
        place = replace(place, importing=importing)
        turn.want(next_part(place, importing))
    reserve(memory, place)
    if isinstance(order, PlaySaved):
        turn.want(Fetch(command.id, actor.user_id, order))
    elif place.importing is None:
        turn.want(Search(command.id, query))


ORDERS = {Play: play, PlaySaved: play, ImportQueue: play}
