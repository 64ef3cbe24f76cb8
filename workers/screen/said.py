"""Outcomes that are only a sentence: the catalogue's, with foreign text made safe and durations written out."""

from __future__ import annotations

from project import settings
from project.wire.tuning import BANDS
from workers.player.outcomes import Said
from workers.screen.discord_text import duration, foreign
from workers.screen.language import Language

DURATION = "_ms"
"""How names of durations end."""
BAND = "band"
"""The name of a band of the equalizer, counted from 1."""
FAMILIES = {"filters": "filter", "replaced": "filter", "mode": "player.autoplay"}
"""Values that are ids of ours, one or several: where their names in the catalogues are."""

TO_SUPPORT = "guild.blocked"
"""Says whom to write to, where an address is set."""


def said_sentence(said: Said, language: Language) -> str:
    """The sentence."""
    if said.key == TO_SUPPORT and settings.SUPPORT_URL:
        return language.say(f"{TO_SUPPORT}.at", support=settings.SUPPORT_URL)
    values = {name: _shown(name, value, language) for name, value in said.values.items()}
    n = values.pop("n", None)
    return language.count(said.key, n, **values) if isinstance(n, int) else language.say(said.key, **values)


def _shown(name: str, value: str | int, language: Language) -> str | int:
    if isinstance(value, str):
        return _named(FAMILIES[name], value, language) if name in FAMILIES else foreign(value)
    if name == BAND:
        return BANDS[value - 1]
    return duration(value) if name.endswith(DURATION) else value


def _named(family: str, ids: str, language: Language) -> str:
    """As the player message calls them."""
    return ", ".join(language.say(f"{family}.{one}") for one in ids.split(", "))
