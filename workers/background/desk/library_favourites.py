"""What the desk does with members' favourites and with the guild's history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apps.library.models import HistoryEntry
from apps.library.selectors import favourites_count, favourites_page, history_of
from apps.library.services import favourite_add, favourite_remove, favourite_toggle
from project.wire.desk import DeskOrder
from project.wire.library import (
    PAGE_SIZE,
    AddFavourite,
    ListFavourites,
    RemoveFavourite,
    ShowHistory,
    ToggleFavourite,
)
from project.wire.messages import Command
from workers.background.desk.library_answers import deny, page_of, refusable, say
from workers.background.desk.library_tracks import Resolved, current_track, entry_track, track_of
from workers.screen.desk_endings import DeskEnding
from workers.screen.library_endings import FavouritesShown, HistoryShown, PlayedLine


def add(command: Command, wanted: Resolved) -> DeskEnding:
    """What was found, or what plays."""
    order: AddFavourite = wanted.order
    if wanted.refused is not None:
        return wanted.refused
    track = wanted.tracks[0] if order.query else current_track(command.guild_id)
    if track is None:
        return deny("library.nothing_plays")
    added = favourite_add(member_id=command.actor.user_id, track=track)
    return say("favourite.added" if added else "favourite.kept", title=str(track["title"]))


def toggle(command: Command, order: ToggleFavourite) -> DeskEnding:
    """The button of an entry."""
    track = entry_track(command.guild_id, order.entry)
    if track is None:
        return deny("library.entry_gone")
    kept = favourite_toggle(member_id=command.actor.user_id, track=track)
    return say("favourite.added" if kept else "favourite.removed", title=str(track["title"]))


def list_page(command: Command, order: ListFavourites) -> DeskEnding:
    """A page of them."""
    member_id = command.actor.user_id
    total = favourites_count(member_id=member_id)
    page, pages = page_of(total, order.page)
    tracks = favourites_page(member_id=member_id, first=(page - 1) * PAGE_SIZE, count=PAGE_SIZE)
    shown = tuple(map(track_of, tracks))
    return FavouritesShown(guild_id=command.guild_id, tracks=shown, page=page, pages=pages, total=total)


def remove(command: Command, order: RemoveFavourite) -> DeskEnding:
    """By place."""
    track = favourite_remove(member_id=command.actor.user_id, position=order.position)
    return say("favourite.removed", title=str(track["title"]))


def show_history(command: Command, order: ShowHistory) -> DeskEnding:
    """A page of what was played here."""
    played = history_of(guild_id=command.guild_id, member_id=order.member_id)
    page, pages = page_of(played.count(), order.page)
    shown = played[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return HistoryShown(
        guild_id=command.guild_id,
        of_member=order.member_id,
        played=tuple(map(_line, shown)),
        page=page,
        pages=pages,
    )


def _line(one: HistoryEntry) -> PlayedLine:
    return PlayedLine(
        track=track_of(one.track),
        member_id=one.member_id,
        member_name=one.member_name,
        at_s=int(one.at.timestamp()),
    )


HANDLERS: dict[type[DeskOrder], Callable[[Command, Any], DeskEnding]] = {
    AddFavourite: refusable(add),
    ToggleFavourite: refusable(toggle),
    ListFavourites: list_page,
    RemoveFavourite: refusable(remove),
    ShowHistory: show_history,
}
