"""A search ended: its tracks fill the place that the Play holds in the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from workers.player.autoplay import give_up_search, search_ended
from workers.player.deck import advance, begin, proceed
from workers.player.effects import Reply
from workers.player.facts import PlaceGivenUp, TracksFound
from workers.player.filters import speed
from workers.player.house_rules import objection
from workers.player.limits import Limits
from workers.player.memory import Lookup, Memory, Reservation
from workers.player.outcomes import Added, AddedMany, Conclusion, Refused, TracksOffered
from workers.player.position import left_ms
from workers.player.reservations import fill, find, give_up, of_member, take_cancelled
from workers.player.showing import place_to_write, write_in
from workers.player.track import Entry, Track
from workers.player.track_queue import new_entries
from workers.player.turn import Turn
from workers.player.voice import leave_if_pointless

OFFERED = 25
"""Matches to choose from; Discord's menus hold no more."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of a search's tracks is queued."""

    tracks: tuple[Track, ...]
    left_out: int = 0
    full: bool = False
    """Some were left out for want of room: no more come in."""


def tracks_found(turn: Turn, fact: TracksFound) -> None:
    """Queue what was found and answer its Play. A fact about no waiting Play changes nothing."""
    memory = turn.memory
    if fact.command_id == memory.follow_up_search:
        search_ended(turn, fact)
        return
    lookup = next((one for one in memory.lookups if one.command_id == fact.command_id), None)
    if lookup is not None:
        memory.lookups = tuple(one for one in memory.lookups if one is not lookup)
        turn.want(Reply(lookup.command_id, _offer(turn, fact, lookup), lookup.locale))
        return
    lost = take_cancelled(memory, fact.command_id)
    if lost is not None:
        turn.want(Reply(lost.command_id, Refused(reason="cancelled", detail=lost.query), lost.locale))
        return
    place = find(memory, fact.command_id)
    if place is None:
        return
    chosen = choose(turn, fact, place)
    if isinstance(chosen, Refused):
        _free(turn, place)
        turn.want(Reply(place.command_id, chosen, place.locale))
    else:
        first = queue(turn, place, chosen.tracks)
        turn.want(Reply(place.command_id, _conclusion(turn, fact, chosen, first), place.locale))


def place_given_up(turn: Turn, fact: PlaceGivenUp) -> None:
    """Free a place without a word; what waited behind it may start."""
    take_cancelled(turn.memory, fact.command_id)
    give_up_search(turn.memory, fact.command_id)
    place = find(turn.memory, fact.command_id)
    if place is not None:
        _free(turn, place)


def _offer(turn: Turn, fact: TracksFound, lookup: Lookup) -> Conclusion:
    """What guild and plan would let be queued of a search's matches."""
    if fact.failure is not None:
        return Refused(reason=fact.failure, detail=lookup.query)
    if not fact.tracks:
        return Refused(reason="nothing_found", detail=lookup.query)
    allowed = _allowed(turn, fact.tracks)
    if isinstance(allowed, Refused):
        return allowed
    return TracksOffered(guild_id=turn.memory.state.guild_id, query=lookup.query, tracks=tuple(allowed[:OFFERED]))


def _free(turn: Turn, place: Reservation) -> None:
    give_up(turn.memory, place)
    proceed(turn)
    leave_if_pointless(turn)


def choose(turn: Turn, fact: TracksFound, place: Reservation) -> Chosen | Refused:
    """The first match, or of a playlist all that the guild allows and that plan and queue have room for."""
    limits = turn.limits
    if fact.failure is not None:
        return Refused(reason=fact.failure, detail=place.query)
    if not fact.tracks:
        return Refused(reason="nothing_found", detail=place.query)
    wanted = fact.tracks if fact.playlist is not None else fact.tracks[:1]
    fitting = _allowed(turn, wanted)
    if isinstance(fitting, Refused):
        return fitting
    others, came = len(turn.memory.line) - 1, place.importing.count if place.importing is not None else 0
    room, share = _room(limits, others, came), _share(turn.memory, place)
    if room == 0:
        return Refused(reason="queue_full", limit=limits.queue_size, plan=limits.plan)
    if share == 0:
        return Refused(reason="member_limit", limit=place.member_limit)
    room = min((bound for bound in (room, share) if bound is not None), default=None)
    taken = tuple(fitting[:room])
    return Chosen(taken, left_out=len(wanted) - len(taken), full=len(taken) < len(fitting))


def _allowed(turn: Turn, tracks: Sequence[Track]) -> list[Track] | Refused:
    """Those that guild and plan let be queued; if none of some is, why the one that comes nearest is not."""
    limits, objections = turn.limits, [objection(track, turn.rules) for track in tracks]
    welcome = [track for track, its in zip(tracks, objections, strict=True) if its is None]
    fitting = [track for track in welcome if _fits(track, limits)]
    if fitting:
        return fitting
    if welcome:
        return Refused(reason="track_too_long", detail=welcome[0].title, limit=limits.track_length_ms, plan=limits.plan)
    return next(its for its in objections if its is not None)


def _fits(track: Track, limits: Limits) -> bool:
    return limits.track_length_ms is None or track.length_ms <= limits.track_length_ms


def _room(limits: Limits, others: int, came: int) -> int | None:
    """How many tracks may come of one Play, of which so many `came` already; None means any number."""
    bounds = [] if limits.import_size is None else [max(0, limits.import_size - came)]
    if limits.queue_size is not None:
        # The plan may have shrunk since the place was taken.
        bounds.append(max(0, limits.queue_size - others))
    return min(bounds, default=None)


def _share(memory: Memory, place: Reservation) -> int | None:
    """How many more tracks of the requester may wait, this Play's included."""
    if place.member_limit is None:
        return None
    return max(0, place.member_limit - len(of_member(memory, place.requester_id)) + 1)


def queue(turn: Turn, place: Reservation, tracks: Sequence[Track], rest: Reservation | None = None) -> Entry:
    """Fill the place and start what is due; returns the first of the new entries. `rest` waits behind them."""
    memory = turn.memory
    entries = new_entries(
        memory,
        tracks,
        requester_id=place.requester_id,
        requester_name=place.requester_name,
        added_ms=turn.now_ms,
    )
    fill(memory, place, entries, rest)
    memory.set_state(locale=place.guild_locale or memory.state.locale)
    write_in(memory, place_to_write(turn, place.text_channel_id))
    _start_due(turn, place)
    return entries[0]


def _start_due(turn: Turn, place: Reservation) -> None:
    memory = turn.memory
    was_stopped = memory.state.stopped_by is not None
    if was_stopped and place.revives:
        memory.failures = ()
        memory.set_state(stopped_by=None, paused=False)
    if memory.state.stopped_by is not None:
        leave_if_pointless(turn)
    elif place.position == "now" and memory.current is not None:
        memory.set_state(paused=False)
        advance(turn, "skipped")
        memory.skipped_by = place.requester_id
    elif was_stopped and memory.current is not None:
        begin(turn, memory.current, memory.state.position_ms)
    else:
        proceed(turn)


def added_many(memory: Memory, playlist: str, count: int, first: Entry, *, gone: bool = False) -> AddedMany:
    """Where the first of them stands now; `gone`: nowhere any more."""
    position = 1 if gone else _position(memory, first)
    waits = position > 0 and memory.on_air
    return AddedMany(
        playlist=playlist,
        count=count,
        first=memory.current if position == 0 and memory.current else first if gone else _entry(memory, first.id),
        position=position,
        held=waits and memory.state.paused,
        behind_loop=waits and memory.state.loop == "track",
    )


def _conclusion(turn: Turn, fact: TracksFound, chosen: Chosen, first: Entry) -> Conclusion:
    memory = turn.memory
    position = _position(memory, first)
    waits = position > 0 and memory.on_air
    held = waits and memory.state.paused
    behind_loop = waits and memory.state.loop == "track"
    if fact.playlist is not None:
        many = added_many(memory, fact.playlist, len(chosen.tracks), first)
        return msgspec.structs.replace(many, left_out=chosen.left_out)
    return Added(
        entry=memory.current if position == 0 and memory.current else _entry(memory, first.id),
        position=position,
        wait_ms=0 if position == 0 else _wait_ms(memory, first, turn.now_ms),
        held=held,
        behind_loop=behind_loop,
    )


def _entry(memory: Memory, entry_id: int) -> Entry:
    """The queued entry with its rank."""
    return next(entry for entry in memory.queue if entry.id == entry_id)


def _position(memory: Memory, entry: Entry) -> int:
    """0 for what plays; else its place in the line, where what is about to play at the head counts as playing."""
    if memory.current is not None and memory.current.id == entry.id:
        return 0
    index = _index(memory, entry)
    return index + 1 if memory.current is not None or memory.state.stopped_by is not None else index


def _index(memory: Memory, entry: Entry) -> int:
    return next(index for index, place in enumerate(memory.line) if isinstance(place, Entry) and place.id == entry.id)


def _wait_ms(memory: Memory, entry: Entry, now_ms: int) -> int | None:
    """Until it plays; None when nobody knows: paused, stopped, repeating, a search or a live stream before it."""
    current = memory.current
    ahead = memory.line[: _index(memory, entry)]
    if current is None or not memory.running or current.track.is_stream or memory.state.loop == "track":
        return None
    if any(not isinstance(place, Entry) or place.track.is_stream for place in ahead):
        return None
    lengths = sum(place.track.length_ms for place in ahead if isinstance(place, Entry))
    return left_ms(memory, now_ms) + round(lengths / speed(memory.state.filters))
