"""Slash commands that add music."""

from __future__ import annotations

from typing import cast

from bot.sentences import Text
from bot.slash.command import Given, Option, SlashCommand
from project.wire.messages import Play, Position

QUERY_LENGTH = 500
"""Longer than any address or title that makes sense; Discord's own limit is 6000."""


def _play(given: Given) -> Play:
    return Play(query=str(given["query"]), position=cast(Position, given.get("position", "end")))


COMMANDS = (
    SlashCommand(
        "play",
        Text("Play a song, a playlist or an address", "Pon una canción, una lista o una dirección"),
        _play,
        options=(
            Option(
                "query",
                Text("Title, artist or address", "Título, artista o dirección"),
                required=True,
                low=1,
                high=QUERY_LENGTH,
            ),
            Option(
                "position",
                Text("Where in the queue it goes", "En qué lugar de la cola va"),
                choices={
                    "end": Text("at the end", "al final"),
                    "next": Text("next", "siguiente"),
                    "now": Text("now", "ahora"),
                },
            ),
        ),
    ),
)
