"""A new owner meets the player on its node, or the node has lost it: make what is heard what is wanted.

The saved revision grows with every change, the node's only with every StartTrack: an equal or lower one on the node is
normal, and only differences that can be heard are re-applied. A higher one means that the player advanced from memory
while PostgreSQL was away: then the node knows better.
"""

from __future__ import annotations

from workers.player.deck import advance, is_over, play_on, proceed, retire
from workers.player.effects import ConnectVoice, DestroyPlayer, SetPaused, StopTrack
from workers.player.facts import LivePlayer, NodeLost, PlayerAdopted
from workers.player.memory import Memory
from workers.player.track import Entry
from workers.player.track_queue import again, insert, remember
from workers.player.turn import Turn


def player_adopted(turn: Turn, fact: PlayerAdopted) -> None:
    """Compare the player on the node with ours."""
    live = fact.live
    if live is None:
        _rebuild(turn)
    elif turn.memory.state.voice_channel_id is None:
        turn.want(DestroyPlayer())
    else:
        if live.rev > turn.memory.state.rev:
            _catch_up(turn, live)
        _reconcile(turn, live)


def node_lost(turn: Turn, _: NodeLost) -> None:
    """The track goes on elsewhere from where the clock stands."""
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


def _reconcile(turn: Turn, live: LivePlayer) -> None:
    memory = turn.memory
    current = memory.current
    if not memory.on_air or current is None:
        _play_wanted(turn)
        if memory.current is current and live.entry is not None:
            turn.want(StopTrack())
    elif live.entry != current.id or live.volume != memory.state.volume:
        _play_wanted(turn)
    else:
        memory.set_clock(live.position_ms, live.at_ms)
        memory.confirmed = True
        if live.paused != memory.state.paused:
            turn.want(SetPaused(memory.state.paused))
    if not live.connected:
        turn.want(ConnectVoice())


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
    memory.set_clock(live.position_ms, live.at_ms)
