"""Slash commands about what members keep: playlists, favourites, and what was played."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from bot.sentences import NOTHING_TO_IMPORT, Text
from bot.slash.command import Given, Option, OptionType, Refused, SlashCommand, Visibility
from bot.slash.finding import IMPORT_FILE, import_lines
from bot.slash.play import POSITION, QUERY_LENGTH
from bot.slash.positions import places
from project.wire.library import (
    NAME_LENGTH,
    AddFavourite,
    AddQueueToPlaylist,
    AddToPlaylist,
    CreatePlaylist,
    DeletePlaylist,
    ExportPlaylist,
    ImportPlaylist,
    ListFavourites,
    ListPlaylists,
    RemoveFavourite,
    RemoveFromPlaylist,
    RenamePlaylist,
    SharePlaylist,
    Sharing,
    ShowHistory,
    ShowPlaylist,
)
from project.wire.orders import FAVOURITES, Order, PlaySaved, Position

LAST_PAGE = 10_000
LAST_FAVOURITE = 10_000
IMPORT_LENGTH = 6_000
"""Discord's own limit of a text option."""
CODE_LENGTH = 40

_PAGE = Option("page", Text("Page", "Página"), OptionType.INTEGER, low=1, high=LAST_PAGE)
_NAME = Option(
    "name",
    Text("The playlist's name", "El nombre de la lista"),
    required=True,
    low=1,
    high=NAME_LENGTH,
    autocomplete=True,
    suggests="playlists",
)
_NEW_NAME = Option("name", Text("The playlist's name", "El nombre de la lista"), required=True, low=1, high=NAME_LENGTH)
_NAME_OR_CODE = Option(
    "name",
    Text("The playlist's name, or the code of a shared one", "El nombre de la lista, o el código de una compartida"),
    required=True,
    low=1,
    high=NAME_LENGTH,
    autocomplete=True,
    suggests="playlists",
)
_QUERY = Option(
    "query",
    Text("Title, artist or address; else what plays now", "Título, artista o dirección; si no, lo que suena ahora"),
    low=1,
    high=QUERY_LENGTH,
    autocomplete=True,
)


def _text(given: Given, name: str) -> str | None:
    value = given.get(name)
    return None if value is None else str(value)


def _page(given: Given) -> int:
    return int(given.get("page", 1))


def _position(given: Given) -> Position:
    return cast(Position, given.get("position", "end"))


def _remove(given: Given) -> RemoveFromPlaylist:
    first, last = places(str(given["position"]))
    return RemoveFromPlaylist(name=str(given["name"]), first=first, last=None if last == first else last)


def _play_favourites(given: Given) -> PlaySaved:
    number = int(given["number"]) if "number" in given else None
    return PlaySaved(query=FAVOURITES, kind="favourites", number=number, position=_position(given))


def _history(given: Given) -> ShowHistory:
    return ShowHistory(member_id=int(given["member"]) if "member" in given else None, page=_page(given))


def _part(
    name: str,
    description: Text,
    order: Callable[[Given], Order],
    *options: Option,
    public: bool = False,
    of_file: Callable[[Given, str], Order] | None = None,
) -> SlashCommand:
    """What a member keeps is their own matter; what is played is everybody's."""
    defers: Visibility = "public" if public else "ephemeral"
    return SlashCommand(name, description, order, options=options, defers=defers, order_of_file=of_file)


def _import_file(given: Given, text: str) -> ImportPlaylist:
    lines = import_lines(text)
    if not lines:
        raise Refused(NOTHING_TO_IMPORT)
    return ImportPlaylist(name=str(given["name"]), text="\n".join(lines))


PLAYLIST = SlashCommand(
    "playlist",
    Text("Your playlists", "Tus listas"),
    parts=(
        _part(
            "create",
            Text("Begin a playlist", "Empieza una lista"),
            lambda given: CreatePlaylist(name=str(given["name"])),
            _NEW_NAME,
        ),
        _part(
            "delete",
            Text("Delete one of your playlists", "Borra una de tus listas"),
            lambda given: DeletePlaylist(name=str(given["name"])),
            _NAME,
        ),
        _part(
            "rename",
            Text("Rename one of your playlists", "Cambia el nombre de una de tus listas"),
            lambda given: RenamePlaylist(name=str(given["name"]), new_name=str(given["new-name"])),
            _NAME,
            Option("new-name", Text("Its new name", "Su nuevo nombre"), required=True, low=1, high=NAME_LENGTH),
        ),
        _part(
            "add",
            Text("Add a track to one of your playlists", "Añade una pista a una de tus listas"),
            lambda given: AddToPlaylist(name=str(given["name"]), query=_text(given, "query")),
            _NAME,
            _QUERY,
        ),
        _part(
            "add-queue",
            Text("Add what plays and the whole queue", "Añade lo que suena y toda la cola"),
            lambda given: AddQueueToPlaylist(name=str(given["name"])),
            _NAME,
        ),
        _part(
            "remove",
            Text("Take tracks out of one of your playlists", "Quita pistas de una de tus listas"),
            _remove,
            _NAME,
            Option(
                "position",
                Text("A position like 4, or a range like 3-7", "Una posición como 4, o un rango como 3-7"),
                required=True,
                low=1,
                high=20,
            ),
        ),
        _part(
            "show",
            Text("Show what is in a playlist", "Muestra lo que hay en una lista"),
            lambda given: ShowPlaylist(name=str(given["name"]), page=_page(given)),
            _NAME_OR_CODE,
            _PAGE,
        ),
        _part(
            "list",
            Text("List your playlists and those shared here", "Muestra tus listas y las compartidas aquí"),
            lambda given: ListPlaylists(page=_page(given)),
            _PAGE,
        ),
        _part(
            "play",
            Text("Queue a whole playlist", "Pon en la cola una lista entera"),
            lambda given: PlaySaved(query=str(given["name"]), position=_position(given)),
            _NAME_OR_CODE,
            POSITION,
            public=True,
        ),
        _part(
            "share",
            Text("Let others play one of your playlists", "Deja que otros pongan una de tus listas"),
            lambda given: SharePlaylist(name=str(given["name"]), sharing=cast(Sharing, given.get("with", "server"))),
            _NAME,
            Option(
                "with",
                Text("Who may play it", "Quién puede ponerla"),
                choices={
                    "server": Text("everyone in this server", "todos en este servidor"),
                    "code": Text("whoever knows its code", "quien conozca su código"),
                    "private": Text("only me", "solo yo"),
                },
            ),
        ),
        _part(
            "import",
            Text("Make a playlist of text or of a shared one", "Haz una lista de un texto o de una compartida"),
            lambda given: ImportPlaylist(
                name=str(given["name"]), text=_text(given, "text") or "", code=_text(given, "code")
            ),
            _NEW_NAME,
            Option(
                "text",
                Text("Addresses or titles, with ; between them", "Direcciones o títulos, separados con ;"),
                low=1,
                high=IMPORT_LENGTH,
            ),
            Option(
                "code", Text("The code of a shared playlist", "El código de una lista compartida"), high=CODE_LENGTH
            ),
            IMPORT_FILE,
            of_file=_import_file,
        ),
        _part(
            "export",
            Text("Show a playlist as text", "Muestra una lista como texto"),
            lambda given: ExportPlaylist(name=str(given["name"]), page=_page(given)),
            _NAME_OR_CODE,
            _PAGE,
        ),
    ),
)

FAVOURITE = SlashCommand(
    "favourite",
    Text("Your favourite tracks", "Tus pistas favoritas"),
    parts=(
        _part(
            "add",
            Text("Keep a track", "Guarda una pista"),
            lambda given: AddFavourite(query=_text(given, "query")),
            _QUERY,
        ),
        _part(
            "list",
            Text("Show your favourites", "Muestra tus favoritas"),
            lambda given: ListFavourites(page=_page(given)),
            _PAGE,
        ),
        _part(
            "play",
            Text("Queue your favourites, or one of them", "Pon en la cola tus favoritas, o una de ellas"),
            _play_favourites,
            Option("number", Text("Which one", "Cuál"), OptionType.INTEGER, low=1, high=LAST_FAVOURITE),
            POSITION,
            public=True,
        ),
        _part(
            "remove",
            Text("Keep a track no longer", "Deja de guardar una pista"),
            lambda given: RemoveFavourite(position=int(given["number"])),
            Option("number", Text("Which one", "Cuál"), OptionType.INTEGER, required=True, low=1, high=LAST_FAVOURITE),
        ),
    ),
)

HISTORY = SlashCommand(
    "history",
    Text("Show what was played here", "Muestra lo que sonó aquí"),
    _history,
    options=(
        Option("member", Text("Only what this member asked for", "Solo lo que pidió este miembro"), OptionType.USER),
        _PAGE,
    ),
    defers="ephemeral",
)

COMMANDS = (PLAYLIST, FAVOURITE, HISTORY)
