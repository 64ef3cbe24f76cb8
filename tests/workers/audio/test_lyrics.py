"""How a question for lyrics ends."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.workers.audio.fakes import Catalogue, track
from workers.audio.lyrics import answer_lyrics
from workers.player.effects import FindLyrics
from workers.player.lyrics import Lyrics
from workers.player.outcomes import Conclusion, Denied, LyricsShown, Refused
from workers.player.track import Track
from workers.ports import Away, NodeFailed, NotOffered

LONG = tuple(f"line {number} " + "la " * 20 for number in range(60))
NONE = Denied(key="lyrics.none", values={"title": "A"})
FAILED = Denied(key="lyrics.failed", values={"title": "A"})


@dataclass
class Book:
    """Implements LyricsFinder: the same for every track, and which one it was asked for."""

    answer: Lyrics | Exception | None
    asked: list[str] = field(default_factory=list)

    async def lyrics(self, track: Track) -> Lyrics | None:
        self.asked.append(track.title)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def wanted(query: str = "", page: int = 1) -> FindLyrics:
    return FindLyrics("c1", 5, "en-US", query, None if query else track("A"), page)


async def test_a_page_of_them_is_shown() -> None:
    book = Book(Lyrics(LONG, "Singers"))
    second = await answer_lyrics(Catalogue(), book, wanted(page=2))
    assert isinstance(second, LyricsShown)
    assert (second.track.title, second.provider, second.page) == ("A", "Singers", 2)
    assert second.pages > 1
    assert await answer_lyrics(Catalogue(), book, wanted(page=99)) == Refused(reason="no_such_page", limit=second.pages)


async def test_those_of_the_first_match_are_looked_for() -> None:
    book = Book(None)
    await answer_lyrics(Catalogue(), book, wanted("Another"))
    assert book.asked == ["Another"]
    nothing = await answer_lyrics(Catalogue(), book, wanted("nothing"))
    assert nothing == Refused(reason="nothing_found", detail="nothing")


@pytest.mark.parametrize(
    ("answer", "conclusion"),
    [
        (None, NONE),
        (NotOffered("404"), Denied(key="lyrics.not_offered")),
        (NodeFailed("500"), FAILED),
        (Away("gone"), Refused(reason="node_away")),
    ],
)
async def test_why_there_are_none_is_told(answer: Exception | None, conclusion: Conclusion) -> None:
    assert await answer_lyrics(Catalogue(), Book(answer), wanted()) == conclusion
