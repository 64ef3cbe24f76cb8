"""Slash commands about the track queue."""

from __future__ import annotations

from bot.sentences import Text
from bot.slash.command import SlashCommand
from bot.slash.options import Given, Option, OptionType
from bot.slash.positions import LAST_POSITION, places
from project.wire.orders import Clear, Dedupe, Jump, MoveTrack, Remove, ShowPlaying, ShowQueue, Shuffle, Swap

LAST_PAGE = 10_000
MINE = ("mine", "mías", "mias", "mía", "mia")
"""What stands for all tracks of the asking member."""


def _queue(given: Given) -> ShowQueue:
    return ShowQueue(page=int(given.get("page", 1)))


def _remove(given: Given) -> Remove:
    typed = str(given["position"])
    if typed.strip().casefold() in MINE:
        return Remove(mine=True)
    first, last = places(typed)
    return Remove(first=first, last=None if last == first else last)


def _place(name: str, description: Text) -> Option:
    return Option(name, description, type=OptionType.INTEGER, required=True, low=1, high=LAST_POSITION)


COMMANDS = (
    SlashCommand(
        "queue",
        Text("Show what plays next", "Muestra lo que sigue"),
        _queue,
        options=(Option("page", Text("Page", "Página"), type=OptionType.INTEGER, low=1, high=LAST_PAGE),),
    ),
    SlashCommand("nowplaying", Text("Show what plays", "Muestra lo que suena"), lambda _given: ShowPlaying()),
    SlashCommand("shuffle", Text("Mix the queue", "Mezcla la cola"), lambda _given: Shuffle()),
    SlashCommand("clear", Text("Empty the queue", "Vacía la cola"), lambda _given: Clear()),
    SlashCommand(
        "remove",
        Text("Take tracks out of the queue", "Quita pistas de la cola"),
        _remove,
        options=(
            Option(
                "position",
                Text("A position like 4, a range like 3-7, or mine", "Una posición como 4, un rango como 3-7, o mías"),
                required=True,
                low=1,
                high=20,
            ),
        ),
    ),
    SlashCommand(
        "move",
        Text("Move a track in the queue", "Mueve una pista en la cola"),
        lambda given: MoveTrack(source=int(given["from"]), target=int(given["to"])),
        options=(
            _place("from", Text("Its position", "Su posición")),
            _place("to", Text("Its new position", "Su nueva posición")),
        ),
    ),
    SlashCommand(
        "swap",
        Text("Let two tracks in the queue change places", "Intercambia dos pistas de la cola"),
        lambda given: Swap(first=int(given["a"]), second=int(given["b"])),
        options=(
            _place("a", Text("One position", "Una posición")),
            _place("b", Text("The other position", "La otra posición")),
        ),
    ),
    SlashCommand(
        "jump",
        Text("Go on with a later track of the queue", "Continúa con una pista posterior de la cola"),
        lambda given: Jump(position=int(given["position"])),
        options=(_place("position", Text("Its position", "Su posición")),),
    ),
    SlashCommand(
        "dedupe",
        Text("Take out tracks that are in the queue twice", "Quita las pistas repetidas de la cola"),
        lambda _given: Dedupe(),
    ),
)
