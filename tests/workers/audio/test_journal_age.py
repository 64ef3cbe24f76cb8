"""How old the oldest entry of a journal is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from workers.audio.journal import Journal
from workers.audio.journal_age import JournalAge


class KnownEntries:
    """A journal of what a test puts there."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    async def entries(self, slots: Iterable[int]) -> list[tuple[int, str]]:
        """See Journal."""
        return [(slot, one) for slot in slots for one in self.ids]


async def test_the_oldest_is_as_old_as_it_was_seen() -> None:
    journal, now = KnownEntries(), 0.0
    age = JournalAge(cast(Journal, journal), clock=lambda: now)
    assert await age.look([1]) == (0, 0.0)
    journal.ids = ["skip"]
    assert await age.look([1]) == (1, 0.0)
    now, journal.ids = 5.0, ["skip", "play"]
    assert await age.look([1]) == (2, 5.0)
    now, journal.ids = 10.0, ["play"]
    assert await age.look([1]) == (1, 5.0)
