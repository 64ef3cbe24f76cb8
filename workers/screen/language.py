"""Which catalogue a locale speaks, and how a sentence is made from it."""

from __future__ import annotations

from dataclasses import dataclass

from workers.screen import (
    discovery_en,
    discovery_es,
    importing_en,
    importing_es,
    library_en,
    library_es,
    notices_en,
    notices_es,
    permissions_en,
    permissions_es,
    premium_en,
    premium_es,
    privacy_en,
    privacy_es,
    sentences_en,
    sentences_es,
    staff_en,
    staff_es,
)

CATALOGUES = {
    "en": sentences_en.SENTENCES
    | library_en.SENTENCES
    | premium_en.SENTENCES
    | discovery_en.SENTENCES
    | importing_en.SENTENCES
    | notices_en.SENTENCES
    | permissions_en.SENTENCES
    | privacy_en.SENTENCES
    | staff_en.SENTENCES,
    "es": sentences_es.SENTENCES
    | library_es.SENTENCES
    | premium_es.SENTENCES
    | discovery_es.SENTENCES
    | importing_es.SENTENCES
    | notices_es.SENTENCES
    | permissions_es.SENTENCES
    | privacy_es.SENTENCES
    | staff_es.SENTENCES,
}


@dataclass(frozen=True, slots=True)
class Language:
    """One language; look one up with `language_for`."""

    sentences: dict[str, str]

    def say(self, key: str, **values: object) -> str:
        """The sentence of a key. Values must be fit for Discord already."""
        return self.sentences[key].format(**values)

    def count(self, key: str, n: int, **values: object) -> str:
        """The sentence of a key that counts something."""
        return self.say(f"{key}.one" if n == 1 else f"{key}.other", n=n, **values)


def language_for(locale: str) -> Language:
    """The language of a Discord locale such as es-419; English for those we do not speak."""
    return Language(CATALOGUES.get(locale.partition("-")[0].lower(), CATALOGUES["en"]))
