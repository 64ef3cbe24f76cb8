"""Places that Plays hold in the line while their searches run: taken, filled, given up or lost to a stop."""

from __future__ import annotations

from dataclasses import replace

from project.wire.command import Command
from project.wire.orders import Play
from workers.player.fairness import slot_in
from workers.player.memory import Memory, Place, Reservation
from workers.player.track import Entry
from workers.player.track_queue import insert


def reserve(memory: Memory, reservation: Reservation) -> None:
    """Take a place: at the end, or in front of all that waits."""
    if reservation.position == "end":
        memory.line = (*memory.line, reservation)
    else:
        memory.line = (reservation, *memory.line)


def find(memory: Memory, command_id: str) -> Reservation | None:
    """The place that a command holds."""
    return next((place for place in memory.reservations if place.command_id == command_id), None)


def of_member(memory: Memory, user_id: int) -> tuple[Place, ...]:
    """What a member has waiting, searches included."""
    return tuple(place for place in memory.line if place.requester_id == user_id)


def place_of(command: Command, order: Play, locale: str, limit: int | None) -> Reservation:
    """The place of a command's Play, of whose member so many tracks may wait."""
    return Reservation(
        command_id=command.id,
        query=order.query.strip(),
        position=order.position,
        requester_id=command.actor.user_id,
        requester_name=command.actor.name,
        text_channel_id=command.text_channel_id,
        locale=locale,
        guild_locale=command.guild_locale,
        member_limit=limit,
    )


def exchange(memory: Memory, before: Reservation, after: Reservation | None) -> Reservation | None:
    """Have another place where one was, or (None) none."""
    index = give_up(memory, before)
    if after is not None:
        memory.line = (*memory.line[:index], after, *memory.line[index:])
    return after


def give_up(memory: Memory, reservation: Reservation) -> int:
    """Free a place; returns where in the line it was."""
    index = memory.line.index(reservation)
    memory.line = memory.line[:index] + memory.line[index + 1 :]
    return index


def fill(memory: Memory, reservation: Reservation, entries: tuple[Entry, ...], rest: Reservation | None = None) -> None:
    """Put the entries where the place was; `now` means in front of whatever took a place there since.

    With a fair queue those at the end go where their requester's turns are. `rest` takes a place behind them.
    """
    index = give_up(memory, reservation)
    if memory.state.fair_queue and reservation.position == "end":
        slot_in(memory, entries)
        index = len(memory.line)
    else:
        index = 0 if reservation.position == "now" else index
        insert(memory, index, entries)
        index += len(entries)
    if rest is not None:
        memory.line = (*memory.line[:index], rest, *memory.line[index:])


def stop_reviving(memory: Memory) -> None:
    """A stop came after these Plays: what they find is queued but starts nothing."""
    memory.line = tuple(
        replace(place, revives=False) if isinstance(place, Reservation) else place for place in memory.line
    )


def cancel_all(memory: Memory) -> None:
    """The line is cleared: the Plays are answered when their searches end."""
    memory.cancelled = (*memory.cancelled, *memory.reservations)
    memory.line = ()


def take_cancelled(memory: Memory, command_id: str) -> Reservation | None:
    """The cancelled place of a command, which is forgotten with this."""
    found = next((place for place in memory.cancelled if place.command_id == command_id), None)
    if found is not None:
        memory.cancelled = tuple(place for place in memory.cancelled if place is not found)
    return found
