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
OF_ONE_KEY = {
    ("filter.not_in_plan", "filter"): "filter",
    ("filter.not_in_plan", "known"): "filter",
    ("autoplay.mode_not_in_plan", "known"): "player.autoplay",
}
"""The same where the name alone does not tell; what programs may send is listed to them as they must send it."""

TO_SUPPORT = "guild.blocked"
"""Says whom to write to, where an address is set."""


def said_sentence(said: Said, language: Language) -> str:
    """The sentence."""
    if said.key == TO_SUPPORT and settings.SUPPORT_URL:
        return language.say(f"{TO_SUPPORT}.at", support=settings.SUPPORT_URL)
    values = {name: _shown(said.key, name, value, language) for name, value in said.values.items()}
    n = values.pop("n", None)
    return language.count(said.key, n, **values) if isinstance(n, int) else language.say(said.key, **values)


def _shown(key: str, name: str, value: str | int, language: Language) -> str | int:
    if isinstance(value, str):
        family = OF_ONE_KEY.get((key, name)) or FAMILIES.get(name)
        return _named(family, value, language) if family is not None else foreign(value)
    if name == BAND:
        return BANDS[value - 1]
    return duration(value) if name.endswith(DURATION) else value


def _named(family: str, ids: str, language: Language) -> str:
    """As the player message calls them; one that only a newer process knows keeps its id."""
    return ", ".join(language.sentences.get(f"{family}.{one}") or foreign(one) for one in ids.split(", "))
