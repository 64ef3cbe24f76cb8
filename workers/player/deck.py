"""What plays: beginning an entry, retiring it, and going on to the next."""

from __future__ import annotations

from typing import Literal, TypeAlias

from workers.player.effects import StartTrack, StopTrack
from workers.player.filters import lavalink_filters, within
from workers.player.memory import Memory
from workers.player.position import begin_at
from workers.player.track import Entry
from workers.player.track_queue import again, insert, remember
from workers.player.turn import Turn
from workers.player.voice import announce_stop, halt

How: TypeAlias = Literal["finished", "skipped", "failed"]

END_SLACK_MS = 2_000
"""Closer than this to a track's end it counts as over: saved positions are up to 5 s old and run 0.4 s ahead."""


def begin(turn: Turn, entry: Entry, position_ms: int = 0) -> None:
    """Make an entry current and have it played from a position."""
    memory = turn.memory
    memory.current = entry
    memory.started_ms = turn.now_ms
    memory.skipped_by = None
    memory.set_state(current_entry=entry.id, votes=())
    _fit_into_plan(turn)
    memory.set_clock(position_ms, turn.now_ms)
    memory.set_presence(joined_for_play=False)
    play_on(turn, entry)


def _fit_into_plan(turn: Turn) -> None:
    """It may have shrunk since volume and filters were set; what plays is not made to sound otherwise in its middle."""
    state, limits = turn.memory.state, turn.limits
    turn.memory.set_state(volume=min(state.volume, limits.volume_cap), filters=within(state.filters, limits))


def play_on(turn: Turn, entry: Entry) -> None:
    """Have the current entry played from where the clock stands."""
    memory = turn.memory
    position = memory.position_ms(turn.now_ms) if entry.track.is_seekable and not entry.track.is_stream else 0
    begin_at(memory, position, turn.now_ms)
    memory.confirmed = False
    # The revision is put in when the turn ends: only then is it known whether it changes.
    state = memory.state
    turn.want(StartTrack(entry, position, state.paused, state.volume, 0, lavalink_filters(state.filters)))


def retire(memory: Memory) -> None:
    """The current entry has been played."""
    if memory.current is not None:
        remember(memory, [memory.current])
    memory.current = None
    memory.confirmed = False
    memory.set_state(current_entry=None, votes=())
    memory.set_clock(0, 0)


def withdraw(memory: Memory) -> Entry | None:
    """Take the current entry off without counting it as played."""
    current, memory.current = memory.current, None
    retire(memory)
    return current


def advance(turn: Turn, how: How) -> None:
    """End the current entry and go on; the node is silenced if nothing follows and it has not ended by itself."""
    memory = turn.memory
    ended = memory.current
    retire(memory)
    if ended is not None:
        _repeat(turn, ended, how)
    proceed(turn)
    if memory.current is None and ended is not None:
        memory.set_state(follow_up=ended.id)  # whether anything follows by itself is settled when the turn ends
    if memory.current is None and how == "skipped":
        turn.want(StopTrack())


def proceed(turn: Turn) -> None:
    """Start what is due: nothing while something is current, the player is stopped, or a search holds the head."""
    memory = turn.memory
    if memory.current is not None or memory.state.stopped_by is not None or memory.state.voice_channel_id is None:
        return
    if memory.line and isinstance(memory.line[0], Entry) and turn.limits.month_used_up:
        halt(turn, "month_used_up")
        announce_stop(turn, "month_used_up")
    elif memory.line and isinstance(memory.line[0], Entry):
        head, memory.line = memory.line[0], memory.line[1:]
        begin(turn, head)
    elif not memory.line:
        memory.set_state(paused=False)


def awaits(memory: Memory) -> bool:
    """Nothing plays because the head of the line is a place that a running search holds."""
    return memory.current is None and bool(memory.line)


def is_over(memory: Memory, now_ms: int, slack_ms: int = END_SLACK_MS) -> bool:
    """The clock says that the current entry has played to its end."""
    length = memory.current.track.length_ms if memory.current is not None else 0
    return length > 0 and memory.position_ms(now_ms) >= length - slack_ms


def _repeat(turn: Turn, ended: Entry, how: How) -> None:
    """Looping: the track once more at once, or at the end of the queue. One that failed is not tried again."""
    memory = turn.memory
    if memory.state.loop == "track" and how == "finished":
        insert(memory, 0, [again(memory, ended, turn.now_ms)])
    elif memory.state.loop == "queue" and how != "failed":
        insert(memory, len(memory.line), [again(memory, ended, turn.now_ms)])
