"""Words for imports into queue and playlists: how far one is, and what of it did not come in."""

from __future__ import annotations

from project.wire.orders import IMPORT_LINES_MAX
from workers.player.outcomes import AddedMany
from workers.screen.discord_text import foreign
from workers.screen.importing_endings import PlaylistImported, PlaylistImporting
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


def playlist_sentence(at: PlaylistImporting | PlaylistImported, language: Language) -> str:
    """How far an import into a playlist is, or what it has brought."""
    if isinstance(at, PlaylistImporting):
        name = foreign(at.name)
        return language.count("playlist.importing", at.count, name=name, asked=at.asked, lines=at.lines)
    made = language.count("playlist.imported", at.count, name=foreign(at.name))
    counts = {
        "added_many.missing": at.missing,
        "added_many.unanswered": at.unanswered,
        "playlist.left_out": at.left_out,
    }
    return " ".join([made, *_counted(counts, language)])


def left_behind(added: AddedMany, language: Language) -> list[str]:
    """A sentence for each kind of what did not come in."""
    counts = {
        "added_many.missing": added.missing,
        "added_many.unanswered": added.unanswered,
        "added_many.left_out": added.left_out,
        "added_many.cut": added.cut,
    }
    return _counted(counts, language)


def _counted(counts: dict[str, int], language: Language) -> list[str]:
    return [language.count(key, n, limit=IMPORT_LINES_MAX) for key, n in counts.items() if n]
