"""What keeps a guild from being heard is noted for support, once, with its track and close code, and names nobody."""

from __future__ import annotations

import asyncio

import pytest

from project.wire.messages import Stop
from tests.workers.audio.fakes import Book
from tests.workers.audio.slot_stage import until
from tests.workers.player.cast import Stage
from tests.workers.player.conftest import concert as concert
from tests.workers.player.conftest import stage as stage
from workers.audio import troubles
from workers.audio.commits import Letter
from workers.audio.troubles import TroubleNotes, trouble_of
from workers.player.facts import TrackEnded, TrackFailed, TrackStuck, Unheard, VoiceClosed, VoiceCredentialsMissing

NOW = 1_700_000_000_000


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(troubles, "WRITE_SECONDS", 0.01)


@pytest.mark.parametrize(
    ("letter", "kind", "detail", "code"),
    [
        (TrackFailed(1, "unavailable", NOW), "track failed", "unavailable", None),
        (TrackStuck(1, NOW), "track stuck", "the node sent no frames for 10 s", None),
        (TrackEnded(1, "loadFailed", NOW), "track refused", "the node could not load it", None),
        (
            VoiceClosed(4006, "Session is no longer valid.", True, NOW),
            "voice closed",
            "Session is no longer valid.",
            4006,
        ),
        (VoiceCredentialsMissing(NOW), "voice closed", "the gateway has no voice credentials", None),
        (Unheard(2, NOW), "not heard", "left and joined", None),
    ],
)
def test_what_went_wrong_is_told_with_the_track(
    concert: Stage, letter: Letter, kind: str, detail: str, code: int | None
) -> None:
    trouble = trouble_of(letter, concert.player, "node:2333")
    assert trouble is not None
    assert (trouble.kind, trouble.detail, trouble.close_code) == (kind, detail, code)
    assert (trouble.title, trouble.uri) == ("One", "https://music.example/One")
    assert (trouble.node, trouble.at_ms) == ("node:2333", NOW)


@pytest.mark.parametrize(
    "letter",
    [TrackFailed(9, "late", NOW), TrackEnded(1, "finished", NOW), VoiceClosed(1000, "", False, NOW)],
)
def test_what_is_late_or_meant_is_no_trouble(concert: Stage, letter: Letter) -> None:
    assert trouble_of(letter, concert.player, "node:2333") is None


def test_a_voice_connection_that_nobody_wants_any_more_is_no_trouble(concert: Stage) -> None:
    concert.order(Stop())
    assert trouble_of(VoiceClosed(4014, "", True, NOW), concert.player, "node:2333") is None


async def test_many_are_written_at_once(concert: Stage) -> None:
    book = Book()
    notes = TroubleNotes(book)
    for _ in range(3):
        notes.look(TrackStuck(1, NOW), concert.player, "node:2333")
    assert book.kept == []
    await until(lambda: len(book.kept) == 3)
    await notes.close()


async def test_what_waits_at_the_end_is_written(concert: Stage) -> None:
    book = Book()
    notes = TroubleNotes(book)
    notes.look(TrackStuck(1, NOW), concert.player, "node:2333")
    await notes.close()
    assert len(book.kept) == 1


async def test_without_postgresql_notes_are_lost_and_the_next_are_written(concert: Stage) -> None:
    book = Book(away=1)
    notes = TroubleNotes(book)
    notes.look(TrackStuck(1, NOW), concert.player, "node:2333")
    await until(lambda: book.away == 0)
    await asyncio.sleep(0)
    notes.look(TrackFailed(1, "again", NOW), concert.player, "node:2333")
    await until(lambda: [trouble.kind for trouble in book.kept] == ["track failed"])
    await notes.close()
