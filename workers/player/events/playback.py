"""What the node says of the entry it plays. Facts that name another entry than the current one are late or doubled."""

from __future__ import annotations

from workers.player.announcements import TrackSkipped
from workers.player.autoplay import follows
from workers.player.deck import advance, awaits, retire
from workers.player.effects import StopTrack
from workers.player.facts import PositionReported, TrackEnded, TrackFailed, TrackStarted, TrackStuck
from workers.player.position import position_of_track
from workers.player.turn import Turn
from workers.player.voice import announce_stop, halt, hang_up

FAILURE_WINDOW_MS = 35_000
"""Three stuck tracks take 30 s to be noticed (10 s each): they too must stop the player."""

FAILURES_ALLOWED = 3


def track_started(turn: Turn, fact: TrackStarted) -> None:
    """From now on the clock runs, and position reports are about this entry."""
    memory = turn.memory
    if not _is_about_current(turn, fact.entry):
        return
    if not memory.confirmed and memory.running:
        memory.set_clock(memory.state.position_ms, fact.at_ms)
    memory.confirmed = True


def position_reported(turn: Turn, fact: PositionReported) -> None:
    """Set the clock, unless the report may still be about the entry before.

    A paused player, and one without voice, may report a position from before it was started (TRAPS 5).
    """
    memory = turn.memory
    if memory.state.paused or (fact.position_ms == 0 and not fact.connected):
        return
    if memory.on_air and memory.confirmed and fact.at_ms >= memory.sought_ms:
        memory.set_clock(position_of_track(memory, fact.position_ms), fact.at_ms)


def track_ended(turn: Turn, fact: TrackEnded) -> None:
    """Go on, unless we ended it ourselves (`stopped`, `replaced`)."""
    if not _is_about_current(turn, fact.entry):
        return
    if fact.reason == "finished":
        advance(turn, "finished")
    elif fact.reason == "loadFailed":
        _fail(turn, "")
    elif fact.reason == "cleanup":
        lose_voice(turn)


def track_failed(turn: Turn, fact: TrackFailed) -> None:
    """Go on at once; the TrackEnded that follows will name an entry that is current no more."""
    if _is_about_current(turn, fact.entry):
        _fail(turn, fact.message)


def track_stuck(turn: Turn, fact: TrackStuck) -> None:
    """Nobody ends a stuck track but we."""
    if _is_about_current(turn, fact.entry):
        _fail(turn, "")


def give_up_track(turn: Turn) -> None:
    """It cannot be heard, whatever was tried: go on with the next."""
    _fail(turn, "")


def lose_voice(turn: Turn) -> None:
    """Nothing has been heard for a minute (cleanup), or the voice connection cannot be mended: stop and say so."""
    halt(turn, "voice_lost")
    hang_up(turn)
    announce_stop(turn, "voice_lost")


def _is_about_current(turn: Turn, entry_id: int) -> bool:
    current = turn.memory.current
    return turn.memory.on_air and current is not None and current.id == entry_id


def _fail(turn: Turn, message: str) -> None:
    memory = turn.memory
    failed = memory.current
    if failed is None:
        return
    recent = tuple(at for at in memory.failures if turn.now_ms - at <= FAILURE_WINDOW_MS)
    memory.failures = (*recent, turn.now_ms)
    if len(memory.failures) >= FAILURES_ALLOWED:
        _give_up(turn)
        return
    advance(turn, "failed")
    if memory.current is None:
        # After an exception or a stuck track the node still holds it.
        turn.want(StopTrack())
    skipped = TrackSkipped(
        entry=failed, message=message, next=memory.current, awaited=awaits(memory), autoplay=follows(turn)
    )
    turn.announce(skipped, failed.id)


def _give_up(turn: Turn) -> None:
    memory = turn.memory
    memory.failures = ()
    halt(turn, "failures")
    retire(memory)
    turn.want(StopTrack())
    announce_stop(turn, "failures")
