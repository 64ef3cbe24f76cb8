"""A part of an import was looked up: its tracks are queued, and the next part follows until all lines were asked."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from project.wire.orders import ImportQueue
from workers.player.deck import proceed
from workers.player.effects import Progress, Reply
from workers.player.events import search
from workers.player.facts import ImportGoesOn, TracksFound
from workers.player.importing import IMPORT_MS, behind, lines_to_ask, next_part, part_size
from workers.player.memory import Importing, Memory, Reservation
from workers.player.orders.play import member_limit
from workers.player.outcomes import AddedMany, Conclusion, Refused
from workers.player.reservations import exchange, find, place_of, reserve
from workers.player.track import Entry
from workers.player.turn import Turn
from workers.player.voice import leave_if_pointless

NO_ROOM = ("queue_full", "member_limit")
"""Refusals after which no further line can come in."""


def tracks_found(turn: Turn, fact: TracksFound) -> None:
    """Of an import, or of any other search."""
    place = find(turn.memory, fact.command_id)
    if place is None or place.importing is None:
        search.tracks_found(turn, fact)
        return
    chosen = search.choose(turn, fact, place)
    importing, over = _after(turn, place, place.importing, fact, chosen)
    rest = None if over else behind(place, importing)
    if isinstance(chosen, Refused):
        exchange(turn.memory, place, rest)
        proceed(turn)
        leave_if_pointless(turn)
    else:
        first = search.queue(turn, place, chosen.tracks, rest)
        importing = replace(importing, first=importing.first or first)
        if rest is not None:
            rest = exchange(turn.memory, rest, replace(rest, importing=importing))
    _tell(turn, place, importing, rest)


def import_goes_on(turn: Turn, fact: ImportGoesOn) -> None:
    """Look up what the owner before had not got to. Its actor was allowed to: the first part was added."""
    command, so_far, order = fact.command, fact.so_far, fact.command.order
    if not isinstance(order, ImportQueue) or find(turn.memory, command.id) is not None:
        return
    lines, left_out = lines_to_ask(order, turn.limits)
    importing = Importing(
        lines=lines,
        began_ms=command.issued_ms,
        asked=so_far.asked or 0,
        first=so_far.first,
        count=so_far.count,
        missing=so_far.missing,
        unanswered=so_far.unanswered,
        left_out=max(so_far.left_out, left_out),
        cut=so_far.cut,
    )
    limit = member_limit(command.actor, turn.rules)
    place = place_of(command, order, turn.rules.locale or command.actor.locale, limit)
    # Its first part would have ended a stop: one that holds now came later.
    rest = replace(behind(place, importing), revives=turn.memory.state.stopped_by is None)
    if importing.asked >= len(lines):  # the plan has shrunk meanwhile
        _tell(turn, place, importing, None)
        return
    reserve(turn.memory, rest)
    turn.want(next_part(rest, importing))  # how far it is was recorded and told before


def so_far(memory: Memory, command_id: str) -> AddedMany | None:
    """How an import ends that cannot go on; None if it is none, or has added nothing."""
    place = find(memory, command_id)
    if place is None or place.importing is None or place.importing.first is None:
        return None
    remaining = len(place.importing.lines) - place.importing.asked
    importing = replace(place.importing, unanswered=place.importing.unanswered + remaining)
    return _added(memory, place, importing, place.importing.first)


def _after(
    turn: Turn, place: Reservation, before: Importing, fact: TracksFound, chosen: search.Chosen | Refused
) -> tuple[Importing, bool]:
    """How far it is with this part, and whether that was the last one."""
    part = part_size(before)
    counted = replace(
        before,
        asked=before.asked + part,
        missing=before.missing + fact.missing,
        unanswered=before.unanswered + fact.unanswered,
    )
    if isinstance(chosen, Refused):
        full = chosen.reason in NO_ROOM
        vague = before.refusal is None or before.refusal.reason == "nothing_found"
        refusal = chosen if vague or fact.failure is not None else before.refusal
        counted = replace(counted, left_out=before.left_out + len(fact.tracks), refusal=refusal)
    else:
        full = chosen.full
        counted = replace(counted, count=before.count + len(chosen.tracks), left_out=before.left_out + chosen.left_out)
    remaining = len(counted.lines) - counted.asked
    if full:
        return replace(counted, left_out=counted.left_out + remaining), True
    if fact.unanswered >= part or turn.now_ms - before.began_ms >= IMPORT_MS:
        return replace(counted, unanswered=counted.unanswered + remaining), True
    return counted, remaining <= 0


def _tell(turn: Turn, place: Reservation, importing: Importing, rest: Reservation | None) -> None:
    """Answer, or say how far it is and go on."""
    if rest is None:
        turn.want(Reply(place.command_id, _conclusion(turn.memory, place, importing), place.locale))
        return
    if importing.first is not None:
        told = _added(turn.memory, place, importing, importing.first)
        told = msgspec.structs.replace(told, asked=importing.asked, lines=len(importing.lines))
        turn.want(Progress(place.command_id, told, place.locale))
    turn.want(next_part(rest, importing))


def _conclusion(memory: Memory, place: Reservation, importing: Importing) -> Conclusion:
    if importing.first is not None:
        return _added(memory, place, importing, importing.first)
    return importing.refusal or Refused(reason="nothing_found", detail=place.query)


def _added(memory: Memory, place: Reservation, importing: Importing, first: Entry) -> AddedMany:
    shown = _still_there(memory, first)
    added = search.added_many(memory, place.query, importing.count, shown or first, gone=shown is None)
    return msgspec.structs.replace(
        added,
        missing=importing.missing,
        unanswered=importing.unanswered,
        left_out=importing.left_out,
        cut=importing.cut,
    )


def _still_there(memory: Memory, first: Entry) -> Entry | None:
    """The first of the tracks; where it was played or taken out meanwhile, what plays or waits next."""
    known = [entry for entry in (memory.current, *memory.queue) if entry is not None]
    return next((entry for entry in known if entry.id == first.id), known[0] if known else None)
