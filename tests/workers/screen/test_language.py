"""Both languages say everything, with the same gaps to fill."""

from __future__ import annotations

from string import Formatter
from typing import get_args, get_type_hints

import pytest

from workers.player.announcements import PlaybackStopped
from workers.player.memory import Silencing
from workers.player.outcomes import Reason
from workers.screen.language import CATALOGUES, language_for

SAME = {
    "added.when",
    "filter.nightcore",
    "filter.vaporwave",
    "filter.karaoke",
    "filter.8d",
    "filter.vibrato",
    "player.tempo.both",
}
"""Names and marks that both languages share."""


def gaps(sentence: str) -> set[str]:
    """Names in braces."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_the_catalogues_have_the_same_keys_and_gaps() -> None:
    english, spanish = CATALOGUES["en"], CATALOGUES["es"]
    assert {key: gaps(text) for key, text in english.items()} == {key: gaps(text) for key, text in spanish.items()}


def test_nothing_is_left_untranslated() -> None:
    english, spanish = CATALOGUES["en"], CATALOGUES["es"]
    assert {key for key in english if english[key] == spanish[key]} == SAME


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_reason_and_cause_has_its_sentence(language: str) -> None:
    catalogue = CATALOGUES[language]
    assert [reason for reason in get_args(Reason) if f"refused.{reason}" not in catalogue] == []
    causes = get_args(get_type_hints(PlaybackStopped)["cause"])
    assert "kicked" in causes
    assert [cause for cause in causes if f"playback_stopped.{cause}" not in catalogue] == []
    reasons = get_args(Silencing)
    assert [
        reason for reason in reasons if not {f"silenced.{reason}", f"player.silenced.{reason}"} <= set(catalogue)
    ] == []


@pytest.mark.parametrize(
    ("locale", "word"), [("es-ES", "Cola"), ("es-419", "Cola"), ("en-GB", "Queue"), ("de", "Queue"), ("", "Queue")]
)
def test_locales_find_their_language(locale: str, word: str) -> None:
    assert language_for(locale).say("queue.title") == word
