"""Slash commands that add music."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from bot.sentences import Text
from bot.slash.command import SlashCommand
from bot.slash.options import Given, Option
from project.wire.messages import Play, Position

QUERY_LENGTH = 500
"""Longer than any address or title that makes sense; Discord's own limit is 6000."""

QUERY = Option(
    "query",
    Text("Title, artist or address", "Título, artista o dirección"),
    required=True,
    low=1,
    high=QUERY_LENGTH,
    autocomplete=True,
)


POSITION = Option(
    "position",
    Text("Where in the queue it goes", "En qué lugar de la cola va"),
    choices={
        "end": Text("at the end", "al final"),
        "next": Text("next", "siguiente"),
        "now": Text("now", "ahora"),
    },
)


def _play(given: Given) -> Play:
    return Play(query=str(given["query"]), position=cast(Position, given.get("position", "end")))


def _at(position: Position) -> Callable[[Given], Play]:
    return lambda given: Play(query=str(given["query"]), position=position)


COMMANDS = (
    SlashCommand(
        "play",
        Text("Play a song, a playlist or an address", "Pon una canción, una lista o una dirección"),
        _play,
        options=(QUERY, POSITION),
    ),
    SlashCommand(
        "playnext",
        Text("Play it after the current track", "Ponla después de la pista actual"),
        _at("next"),
        options=(QUERY,),
    ),
    SlashCommand(
        "playnow",
        Text("Play it now instead of the current track", "Ponla ahora en lugar de la pista actual"),
        _at("now"),
        options=(QUERY,),
    ),
)
