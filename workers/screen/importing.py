"""Words for imports: how far one is, and what of it did not come in."""

from __future__ import annotations

from project.wire.orders import IMPORT_LINES_MAX
from workers.player.outcomes import AddedMany
from workers.screen.discord_text import foreign
from workers.screen.language import Language


def importing_sentence(added: AddedMany, language: Language) -> str:
    """How far it is."""
    return language.count(
        "added_many.importing",
        added.count,
        playlist=foreign(added.playlist),
        asked=added.asked,
        lines=added.lines,
    )


def left_behind(added: AddedMany, language: Language) -> list[str]:
    """A sentence for each kind of what did not come in."""
    counts = {
        "missing": added.missing,
        "unanswered": added.unanswered,
        "left_out": added.left_out,
        "cut": added.cut,
    }
    return [language.count(f"added_many.{kind}", n, limit=IMPORT_LINES_MAX) for kind, n in counts.items() if n]
