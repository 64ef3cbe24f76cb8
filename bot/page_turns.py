"""What ◀ and ▶ under a page mean: `segue:<list>:<guild>:<page>[:<rest>]`, where the rest says which list."""

from __future__ import annotations

from collections.abc import Callable

from bot.custom_ids import is_number
from bot.sentences import UNKNOWN_BUTTON
from bot.slash.options import Refused
from project.wire.desk import ShowBlocklist
from project.wire.library import ListFavourites, ListPlaylists, ShowHistory, ShowPlaylist
from project.wire.messages import Order, ShowQueue
from project.wire.orders import ShowLyrics


def _history(page: int, member: str) -> Order:
    if member and not is_number(member):
        raise Refused(UNKNOWN_BUTTON)
    return ShowHistory(member_id=int(member) if member else None, page=page)


def _lyrics(page: int, query: str) -> Order:
    """Named by its address or its words: what plays may be another song by now."""
    if not query:
        raise Refused(UNKNOWN_BUTTON)
    return ShowLyrics(query=query, page=page)


def _playlist(page: int, name: str) -> Order:
    if not name:
        raise Refused(UNKNOWN_BUTTON)
    return ShowPlaylist(name=name, page=page)


TURNS: dict[str, Callable[[int, str], Order]] = {
    "queue_page": lambda page, _rest: ShowQueue(page=page, nearest=True),
    "lyrics_page": _lyrics,
    "history": _history,
    "playlist": _playlist,
    "playlists": lambda page, _rest: ListPlaylists(page=page),
    "favourites": lambda page, _rest: ListFavourites(page=page),
    "blocklist": lambda page, _rest: ShowBlocklist(page=page),
}
"""By the list's name; all may raise Refused."""
