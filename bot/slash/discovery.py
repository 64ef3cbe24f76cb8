"""Slash commands about what follows by itself, and whose turn it is."""

from __future__ import annotations

from typing import cast

from bot.sentences import Text
from bot.slash.command import SlashCommand
from bot.slash.options import Given, Option
from project.wire.orders import AutoplayMode, SetAutoplay, SetFairQueue

ON, OFF = "on", "off"


def _autoplay(given: Given) -> SetAutoplay:
    return SetAutoplay(mode=cast(AutoplayMode, given["mode"]))


COMMANDS = (
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
