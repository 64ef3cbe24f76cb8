"""A new owner meets the player on its node, or the node has lost it: make what is heard what is wanted.

Every PATCH carries the revision, so a lower one on the node means that changes were saved and not told to it yet:
the differences are applied. A higher one means that the player advanced from memory while PostgreSQL was away: then the
node knows better, unless a former owner has spoken since we did.
"""

from __future__ import annotations

from workers.player.deck import advance, is_over, play_on, proceed, retire
from workers.player.effects import (
    ConnectVoice,
    DestroyPlayer,
    MoveTo,
    SeekTo,
    SetFilters,
    SetPaused,
    SetVolume,
    StopTrack,
)
from workers.player.facts import LivePlayer, NodeLost, PlayerAdopted
from workers.player.filters import lavalink_filters, speed
from workers.player.memory import Memory
from workers.player.position import begin_at, position_of_track
from workers.player.track import Entry
from workers.player.track_queue import again, insert, remember
from workers.player.turn import Turn

SOUGHT_MS = 3_000
"""A node that is further off than this from where it should be was not told of a seek; less is buffering."""


def player_adopted(turn: Turn, fact: PlayerAdopted) -> None:
    """Compare the player on the node with ours."""
    live = fact.live
    if live is None:
        _rebuild(turn)
        return
    if turn.memory.state.voice_channel_id is None:
        turn.want(DestroyPlayer())
        if not fact.again:  # the former owner may not have come to tell Discord
            turn.want(MoveTo(None, rev=0))
        return
    foreign = fact.again and live.epoch != fact.epoch
    behind = foreign or live.rev < turn.memory.state.rev
    if live.rev > turn.memory.state.rev and not foreign:
        _catch_up(turn, live)
    _reconcile(turn, live, behind=behind)


def node_lost(turn: Turn, fact: NodeLost) -> None:
    """The track goes on elsewhere from where it was last heard."""
    memory = turn.memory
    if memory.running and memory.confirmed:
        memory.set_clock(memory.position_ms(fact.at_ms), turn.now_ms)
    _rebuild(turn)


def _rebuild(turn: Turn) -> None:
    memory = turn.memory
    if memory.state.voice_channel_id is None:
        return
    if not memory.confirmed and memory.current is not None:
        # Nobody has heard it since it was saved, however long ago that is: the clock did not run.
        memory.set_clock(memory.state.position_ms, turn.now_ms)
    _play_wanted(turn)
    turn.want(ConnectVoice())


def _play_wanted(turn: Turn) -> None:
    """Have the current entry played from where the clock stands; one that has played to its end has ended."""
    memory = turn.memory
    if memory.current is None:
        # What waited for a search of the former owner's need not wait for the Play to come again.
        proceed(turn)
    elif not memory.on_air:
        return
    elif memory.running and is_over(memory, turn.now_ms):
        advance(turn, "finished")
    else:
        play_on(turn, memory.current)


def _reconcile(turn: Turn, live: LivePlayer, *, behind: bool) -> None:
    memory = turn.memory
    current = memory.current
    if not memory.on_air or current is None:
        _play_wanted(turn)
        if memory.current is current and live.entry is not None:
            turn.want(StopTrack())
    elif live.entry != current.id:
        _play_wanted(turn)
    else:
        _apply_difference(turn, current, live, behind=behind)
        memory.confirmed = True
    if not live.connected:
        turn.want(ConnectVoice())


def _apply_difference(turn: Turn, current: Entry, live: LivePlayer, *, behind: bool) -> None:
    """The same entry plays: change only what differs, each by its own PATCH, so that the track goes on."""
    memory = turn.memory
    state = memory.state
    _agree_on_position(turn, current, live, behind=behind)
    if live.volume != state.volume:
        turn.want(SetVolume(state.volume))
    filters = lavalink_filters(state.filters)
    if behind and live.filters != filters:
        turn.want(SetFilters(filters))
    if live.paused != state.paused:
        turn.want(SetPaused(state.paused))


def _agree_on_position(turn: Turn, current: Entry, live: LivePlayer, *, behind: bool) -> None:
    """The node knows the position, unless it was not told of a seek, or has not played yet (TRAPS 5)."""
    memory = turn.memory
    wanted = memory.position_ms(turn.now_ms)
    if live.position_ms == 0 and not live.connected:
        memory.set_clock(memory.state.position_ms, turn.now_ms)
        return
    playing = 0 if live.paused else max(0, turn.now_ms - live.at_ms)
    off = abs(position_of_track(memory, live.position_ms + playing) - wanted)
    if memory.anchor is None and speed(memory.state.filters) != 1.0:
        # Its position says how long it played, not how far it came: ours stands, and its next word is about then.
        memory.set_clock(wanted, turn.now_ms)
        memory.anchor = (live.position_ms + playing, wanted)
    elif behind and off > SOUGHT_MS and current.track.is_seekable and not current.track.is_stream:
        begin_at(memory, wanted, turn.now_ms)
        turn.want(SeekTo(wanted))
    elif not (memory.state.paused and live.paused):
        memory.set_clock(position_of_track(memory, live.position_ms), live.at_ms)


def _catch_up(turn: Turn, live: LivePlayer) -> None:
    """Move our queue on to what the node plays."""
    memory = turn.memory
    memory.set_state(rev=live.rev)  # what is saved or started from now on must be newer
    turn.must_save = True
    if live.entry is None or (memory.current is not None and memory.current.id == live.entry):
        return
    reached = _find_live(turn, live.entry)
    if reached is not None:
        _make_current(memory, reached, live)


def _find_live(turn: Turn, entry_id: int) -> Entry | None:
    memory = turn.memory
    found = next((entry for entry in memory.queue if entry.id == entry_id), None)
    is_new = entry_id >= memory.state.next_entry
    if found is None and is_new and memory.current is not None and memory.state.loop == "track":
        # Looping, the player gave the same track a new entry each time, with numbers that were never saved.
        memory.set_state(next_entry=entry_id)
        insert(memory, 0, [again(memory, memory.current, turn.now_ms)])
        return memory.queue[0]
    return found


def _make_current(memory: Memory, reached: Entry, live: LivePlayer) -> None:
    passed = tuple(entry for entry in memory.queue if entry.rank < reached.rank)
    retire(memory)
    remember(memory, passed)
    memory.line = tuple(place for place in memory.line if not (isinstance(place, Entry) and place.rank <= reached.rank))
    memory.current = reached
    memory.started_ms = live.at_ms - live.position_ms
    memory.set_state(current_entry=reached.id, stopped_by=None, paused=live.paused, volume=live.volume)
    memory.anchor = (0, 0)
    memory.set_clock(position_of_track(memory, live.position_ms), live.at_ms)
