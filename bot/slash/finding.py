"""Slash commands that search first, and those that take a whole queue out and in again."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import cast

from bot.interaction import storable
from bot.sentences import NOTHING_TO_IMPORT, Text
from bot.slash.command import FILE, SlashCommand
from bot.slash.options import Given, Option, OptionType, Refused
from bot.slash.play import QUERY_LENGTH
from project import settings
from project.wire.orders import IMPORT_LINES_MAX, ExportQueue, ImportQueue, SearchSource, SearchTracks

LAST_PAGE = 10_000
TEXT_LENGTH = 6_000
"""Discord's own limit of a text option."""
NAME_LENGTH = 60

_SOURCES = {
    "youtube": Text("YouTube", "YouTube"),
    "soundcloud": Text("SoundCloud", "SoundCloud"),
    "bandcamp": Text("Bandcamp", "Bandcamp"),
    "spotify": Text("Spotify", "Spotify"),
    "deezer": Text("Deezer", "Deezer"),
    "applemusic": Text("Apple Music", "Apple Music"),
}


def source_options(on: Collection[str]) -> tuple[Option, ...]:
    """Where a member may have searched: only where the nodes can."""
    choices = {name: text for name, text in _SOURCES.items() if name in on}
    return (Option("source", Text("Where to search", "Dónde buscar"), choices=choices),) if choices else ()


IMPORT_FILE = Option(
    FILE,
    Text("A text file with one address or title on each line", "Un archivo de texto con uno en cada línea"),
    type=OptionType.ATTACHMENT,
)

_BETWEEN = re.compile(r"[\r\n;]+|(?<!\s)\s+(?=https?://)")
"""Lines of a file; in a text option, where Discord has no lines, semicolons, or a link after something else.

A run of blanks is tried from its first alone: tried from each of them, a file of nothing else holds up the loop for
minutes.
"""


def import_lines(text: str) -> tuple[str, ...]:
    """What is to be imported; lines that begin with # are remarks."""
    lines = (storable(line).strip()[:QUERY_LENGTH] for line in _BETWEEN.split(text))
    return tuple(line for line in lines if line and not line.startswith("#"))


def _search(given: Given) -> SearchTracks:
    source = given.get("source")
    return SearchTracks(query=str(given["query"]), source=cast(SearchSource, source) if source else None)


def _import_file(_given: Given, text: str) -> ImportQueue:
    lines = import_lines(text)
    if not lines:
        raise Refused(NOTHING_TO_IMPORT)
    taken = lines[:IMPORT_LINES_MAX]
    return ImportQueue(query=lines[0][:NAME_LENGTH], lines=taken, cut=len(lines) - len(taken))


def _import(given: Given) -> ImportQueue:
    return _import_file(given, str(given.get("text", "")))


COMMANDS = (
    SlashCommand(
        "search",
        Text("Search and pick what should play", "Busca y elige lo que debe sonar"),
        _search,
        options=(
            Option("query", Text("Title or artist", "Título o artista"), required=True, low=1, high=QUERY_LENGTH),
            *source_options(settings.SEARCH_SOURCES),
        ),
        defers="ephemeral",
    ),
    SlashCommand(
        "queue-export",
        Text("The queue as text that can be imported again", "La cola como texto que se puede volver a importar"),
        lambda given: ExportQueue(page=int(given.get("page", 1))),
        options=(Option("page", Text("Page", "Página"), type=OptionType.INTEGER, low=1, high=LAST_PAGE),),
        defers="ephemeral",
    ),
    SlashCommand(
        "queue-import",
        Text("Add a list of addresses or titles to the queue", "Añade una lista de direcciones o títulos a la cola"),
        _import,
        options=(
            Option(
                "text",
                Text("Addresses or titles with ; between them", "Direcciones o títulos separados por ;"),
                low=1,
                high=TEXT_LENGTH,
            ),
            IMPORT_FILE,
        ),
        order_of_file=_import_file,
    ),
)
