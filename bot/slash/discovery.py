"""Slash commands about what follows by itself, and whose turn it is."""

from __future__ import annotations

from typing import cast

from bot.sentences import Text
from bot.slash.command import SlashCommand
from bot.slash.finding import LAST_PAGE
from bot.slash.options import Given, Option, OptionType
from bot.slash.play import QUERY_LENGTH
from project.wire.orders import AutoplayMode, SetAutoplay, SetFairQueue, ShowLyrics

ON, OFF = "on", "off"


def _autoplay(given: Given) -> SetAutoplay:
    return SetAutoplay(mode=cast(AutoplayMode, given["mode"]))


def _lyrics(given: Given) -> ShowLyrics:
    return ShowLyrics(query=str(given.get("query", "")), page=int(given.get("page", 1)))


COMMANDS = (
    SlashCommand(
        "lyrics",
        Text("The words of a song, for you alone", "La letra de una canción, solo para ti"),
        _lyrics,
        options=(
            Option("query", Text("Another song than what plays", "Otra canción que la que suena"), high=QUERY_LENGTH),
            Option("page", Text("Page", "Página"), type=OptionType.INTEGER, low=1, high=LAST_PAGE),
        ),
        defers="ephemeral",
    ),
    SlashCommand(
        "autoplay",
        Text("What follows when the queue has run out", "Qué sigue cuando se acaba la cola"),
        _autoplay,
        options=(
            Option(
                "mode",
                Text("What follows", "Qué sigue"),
                required=True,
                choices={
                    "off": Text("nothing", "nada"),
                    "similar": Text("similar tracks", "pistas parecidas"),
                    "artist": Text("the same artist", "el mismo artista"),
                    "genre": Text("the same kind of music", "el mismo tipo de música"),
                    "mixed": Text("a mix of all", "una mezcla de todo"),
                },
            ),
        ),
    ),
    SlashCommand(
        "fairqueue",
        Text("Let those who ask for music take turns", "Que se turnen quienes piden música"),
        lambda given: SetFairQueue(on=given["mode"] == ON),
        options=(
            Option(
                "mode",
                Text("Whether they take turns", "Si se turnan"),
                required=True,
                choices={ON: Text("on", "sí"), OFF: Text("off", "no")},
            ),
        ),
    ),
)
