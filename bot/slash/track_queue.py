"""Slash commands about the track queue."""

from __future__ import annotations

from bot.sentences import Text
from bot.slash.command import Given, Option, OptionType, SlashCommand
from project.wire.messages import ShowQueue

LAST_PAGE = 10_000


def _queue(given: Given) -> ShowQueue:
    return ShowQueue(page=int(given.get("page", 1)))


COMMANDS = (
    SlashCommand(
        "queue",
        Text("Show what plays next", "Muestra lo que sigue"),
        _queue,
        options=(Option("page", Text("Page", "Página"), type=OptionType.INTEGER, low=1, high=LAST_PAGE),),
    ),
)
