"""How commands about a member's own data ended, where a sentence is not enough."""

from __future__ import annotations

from typing import TypeAlias

from workers.player.outcomes import Ending


class ExportOffered(Ending, tag="export_offered", frozen=True, kw_only=True):
    """A page on which the member signs in and downloads."""

    url: str


class EraseAsked(Ending, tag="erase_asked", frozen=True, kw_only=True):
    """What would go, with a button that has it done."""

    guild_id: int


PrivacyEnding: TypeAlias = ExportOffered | EraseAsked
