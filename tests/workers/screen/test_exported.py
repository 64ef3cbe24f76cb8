"""What is exported: lines in the message, or a file where they do not fit."""

from __future__ import annotations

import pytest

from project.wire.messages import TextFile
from workers.player.outcomes import QueueExported
from workers.screen import render_conclusion
from workers.screen.desk_endings import render_ending
from workers.screen.library_endings import PlaylistExported
from workers.screen.message_body import Screen

LINES = tuple(f"https://music.example/{number}" for number in range(1_000))


def queue(lines: tuple[str, ...], locale: str = "en-US", *, page: int = 1, pages: int = 1) -> Screen:
    """An exported queue."""
    return render_conclusion(QueueExported(lines=lines, page=page, pages=pages, total=len(lines)), locale, 0)


def playlist(lines: tuple[str, ...]) -> Screen:
    """An exported playlist."""
    return render_ending(PlaylistExported(name="Mine", lines=lines, page=1, pages=1), "en-US")


def test_a_short_one_is_read_in_the_message() -> None:
    assert queue(LINES[:2]).payload["content"].endswith("```\nhttps://music.example/0\nhttps://music.example/1\n```")
    assert queue(LINES[:2]).files == playlist(LINES[:2]).files == ()


@pytest.mark.parametrize(("locale", "words"), [("en-US", "`/queue-import` takes"), ("es-ES", "`/queue-import` las")])
def test_a_long_queue_is_a_file_as_it_can_be_imported(locale: str, words: str) -> None:
    screen = queue(("a `b`", *LINES), locale)
    assert screen.files == (TextFile(name="queue.txt", text="\n".join(("a `b`", *LINES)) + "\n"),)
    assert words in screen.payload["content"]
    assert "```" not in screen.payload["content"]


def test_a_long_playlist_is_a_file_for_its_member_alone() -> None:
    screen = playlist(LINES)
    assert [file.name for file in screen.files] == ["playlist.txt"]
    assert screen.ephemeral


def test_what_no_file_holds_says_which_part_it_is() -> None:
    screen = queue(LINES[:1], page=3, pages=3)
    assert "part 3 of 3" in screen.payload["content"]
    assert len(screen.files) == 1
