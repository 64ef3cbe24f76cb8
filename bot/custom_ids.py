"""The form that all our custom ids have: `segue:<name>:<guild>[:<target>[:<rest>]]`, at most 100 characters."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sentences import FOREIGN_BUTTON, UNKNOWN_BUTTON
from bot.slash.options import Refused

PREFIX = "segue"


@dataclass(frozen=True, slots=True)
class CustomId:
    """What was pressed, in which guild's message, and what it names."""

    name: str
    guild_id: int
    target: int | None = None
    rest: str = ""

    def belongs_to(self, guild_id: int) -> None:
        """Raises Refused where it was used in another guild."""
        if self.guild_id != guild_id:
            raise Refused(FOREIGN_BUTTON)


def custom_id_of(written: str) -> CustomId:
    """Raises Refused for what is none of ours."""
    prefix, name, guild, target, rest = (*written.split(":", 4), "", "", "", "")[:5]
    if prefix != PREFIX or not is_number(guild) or (target and not is_number(target)):
        raise Refused(UNKNOWN_BUTTON)
    return CustomId(name, int(guild), int(target) if target else None, rest)


def is_number(text: str) -> bool:
    """Plain digits and nothing else."""
    return text.isascii() and text.isdecimal()
