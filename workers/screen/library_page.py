"""What a member keeps, as Discord shows it: pages of playlists, favourites and history, and exported text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from project.wire.library import PAGE_SIZE
from workers.player.track import Track
from workers.screen.discord_text import foreign
from workers.screen.exported import exported
from workers.screen.language import Language
from workers.screen.library_endings import (
    FavouritesShown,
    HistoryShown,
    PlayedLine,
    PlaylistExported,
    PlaylistLine,
    PlaylistShown,
    PlaylistsShown,
)
from workers.screen.message_body import Screen, body
from workers.screen.paging import page_buttons
from workers.screen.track_card import COLOUR, length_of

LINE_TITLE_LENGTH = 60
MEMBER_LENGTH = 32


def library_page(
    shown: PlaylistShown | PlaylistsShown | FavouritesShown | HistoryShown, language: Language
) -> dict[str, Any]:
    """The embed. Ten lines of two escaped names stay far below the 4096 characters of a description."""
    match shown:
        case PlaylistShown():
            title, lines = _playlist_title(shown, language), _numbered(shown.tracks, shown.page, language)
            empty = "playlist.page.empty"
        case PlaylistsShown():
            title, lines = language.say("playlists.title"), [_playlist(one, language) for one in shown.playlists]
            empty = "playlists.empty"
        case FavouritesShown():
            title, lines = language.say("favourites.title"), _numbered(shown.tracks, shown.page, language)
            empty = "favourites.empty"
        case HistoryShown():
            title, lines = language.say("history.title"), [_played(one, language) for one in shown.played]
            empty = "history.empty"
    return {
        "title": title,
        "description": "\n".join(lines) or language.say(empty),
        "color": COLOUR,
        "footer": {"text": _footer(shown, language)},
    }


def library_turns(shown: PlaylistShown | PlaylistsShown | FavouritesShown | HistoryShown) -> list[dict[str, Any]]:
    """◀ and ▶."""
    at = (shown.guild_id, shown.page, shown.pages)
    match shown:
        case PlaylistShown():
            return page_buttons("playlist", *at, shown.asked)
        case PlaylistsShown():
            return page_buttons("playlists", *at)
        case FavouritesShown():
            return page_buttons("favourites", *at)
        case HistoryShown():
            return page_buttons("history", *at, "" if shown.of_member is None else str(shown.of_member))


def playlist_exported(shown: PlaylistExported, language: Language) -> Screen:
    """Its lines, for the member alone."""
    if not shown.lines:
        return Screen(body(language.say("playlist.page.empty")), ephemeral=True)
    head = language.say("playlist.exported", name=foreign(shown.name))
    return exported(head, "playlist.txt", shown.lines, shown.page, shown.pages, language, ephemeral=True)


def _playlist_title(shown: PlaylistShown, language: Language) -> str:
    if not shown.owner:
        return foreign(shown.name)
    return language.say("playlist.title.foreign", name=foreign(shown.name), owner=foreign(shown.owner, MEMBER_LENGTH))


def _footer(shown: PlaylistShown | PlaylistsShown | FavouritesShown | HistoryShown, language: Language) -> str:
    if isinstance(shown, PlaylistShown | FavouritesShown):
        return language.count("library.footer", shown.total, page=shown.page, pages=shown.pages)
    return language.say("library.page", page=shown.page, pages=shown.pages)


def _numbered(tracks: Sequence[Track], page: int, language: Language) -> list[str]:
    first = (page - 1) * PAGE_SIZE + 1
    return [f"`{number}.` {_title(track)} · {length_of(track, language)}" for number, track in enumerate(tracks, first)]


def _playlist(line: PlaylistLine, language: Language) -> str:
    parts = [f"**{foreign(line.name)}**", language.count("library.tracks", line.length)]
    if line.owner:
        parts.append(language.say("playlists.of", owner=foreign(line.owner, MEMBER_LENGTH)))
    elif line.in_server:
        parts.append(language.say("playlists.shared"))
    if line.code is not None:
        parts.append(language.say("playlists.code", code=line.code))
    return " · ".join(parts)


def _played(line: PlayedLine, language: Language) -> str:
    """Discord keeps relative times true by itself; a mention in an embed pings nobody."""
    who = f"<@{line.member_id}>" if line.member_id else foreign(line.member_name, MEMBER_LENGTH)
    return f"{_title(line.track)} · {length_of(line.track, language)} · {who} · <t:{line.at_s}:R>"


def _title(track: Track) -> str:
    return foreign(track.title, LINE_TITLE_LENGTH)
