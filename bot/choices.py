"""What may be shown to a member who is typing: put together, without doubles, and within Discord's limits."""

from __future__ import annotations

import json
from collections.abc import Iterable

from project.wire.messages import Choice

MOST_CHOICES = 25
LONGEST_CHOICE = 100
"""Both Discord's (docs: Application Command Option Choice)."""
HISTORY_BEFORE_SEARCH = 5
"""So many of the member's own titles stand above what a search found."""


def merged(words: str, history: Iterable[Choice], found: Iterable[Choice]) -> list[Choice]:
    """What fits of a member's history, then what was found, then the rest of the history; none twice."""
    wanted = words.lower().split()
    fits = [choice for choice in history if all(word in choice.name.lower() for word in wanted)]
    shown: dict[str, Choice] = {}
    names = set[str]()
    for choice in (*fits[:HISTORY_BEFORE_SEARCH], *found, *fits[HISTORY_BEFORE_SEARCH:]):
        name = choice.name[:LONGEST_CHOICE].strip()
        if name and name not in names and 0 < len(choice.value) <= LONGEST_CHOICE and choice.value not in shown:
            shown[choice.value] = Choice(name=name, value=choice.value)
            names.add(name)
    return list(shown.values())[:MOST_CHOICES]


def stored_choice(raw: str | bytes) -> Choice:
    """One entry of `temp:history:<user>`; raises ValueError."""
    name, value = json.loads(raw)
    return Choice(name=str(name), value=str(value))


def stored_choices(raw: str | bytes) -> list[Choice]:
    """All of `temp:search:…`; raises ValueError."""
    return [Choice(name=str(name), value=str(value)) for name, value in json.loads(raw)]
