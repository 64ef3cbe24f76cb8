"""A page of the queue as an embed."""

from __future__ import annotations

from typing import Any

from workers.player.outcomes import QueueShown
from workers.player.track import Entry
from workers.screen.discord_text import duration, foreign
from workers.screen.language import Language
from workers.screen.track_card import COLOUR, length_of

LINE_TITLE_LENGTH = 60
PAGE_SIZE = 10


def queue_page(shown: QueueShown, language: Language) -> dict[str, Any]:
    """The embed. Ten lines of two escaped names stay far below the 4096 characters of a description."""
    lines = [_current_line(shown, shown.current, language), ""] if shown.current is not None else []
    first = (shown.page - 1) * PAGE_SIZE + 1
    lines += [_line(number, entry, language) for number, entry in enumerate(shown.entries, start=first)]
    if not shown.entries:
        lines.append(language.say("queue.nothing_more"))
    footer = language.count(
        "queue.footer", shown.total, page=shown.page, pages=shown.pages, total=duration(shown.total_ms)
    )
    return {
        "title": language.say("queue.title"),
        "description": "\n".join(lines),
        "color": COLOUR,
        "footer": {"text": footer},
    }


def _current_line(shown: QueueShown, current: Entry, language: Language) -> str:
    track = current.track
    key = "queue.kept" if shown.stopped else "queue.held" if shown.paused else "queue.now"
    name = f"*{foreign(track.title, LINE_TITLE_LENGTH)}*"
    if track.is_stream:
        return language.say(f"{key}_live", track=name)
    return language.say(key, track=name, elapsed=duration(shown.position_ms), length=duration(track.length_ms))


def _line(number: int, entry: Entry, language: Language) -> str:
    line = f"`{number}.` {foreign(entry.track.title, LINE_TITLE_LENGTH)} · {length_of(entry.track, language)}"
    return f"{line} · {foreign(entry.requester_name, 32)}" if entry.requester_name else line
