"""A moment that the player wanted to be woken for."""

from __future__ import annotations

from workers.player import emptiness
from workers.player.events import voice
from workers.player.facts import Woken
from workers.player.turn import Turn


def woken(turn: Turn, fact: Woken) -> None:
    """Go on with what was waited for."""
    if fact.what == "empty":
        emptiness.woken(turn, fact)
    else:
        voice.not_explained(turn)
