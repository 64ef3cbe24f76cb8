"""Foreign text (titles, names, search words) made safe and short for Discord markdown, and durations."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

TITLE_LENGTH = 90
"""Characters of a title in a sentence; escaped it may be twice as long."""

URL_LENGTH = 1_024

_INVISIBLE = re.compile(r"[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
"""Controls, line ends and direction marks: they would break out of a line or turn it round."""

_MARKDOWN = re.compile(r"([\\`*_~|<>\[\]()#@:\-+])")
"""What Discord reads as markup, a mention, a custom emoji or (by the colon) a link."""


def shorten(text: str, length: int = TITLE_LENGTH) -> str:
    """One line of at most `length` characters."""
    line = " ".join(_INVISIBLE.sub(" ", text).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def escape(text: str) -> str:
    """Text that Discord shows as it is."""
    return _MARKDOWN.sub(r"\\\1", text)


def foreign(text: str, length: int = TITLE_LENGTH) -> str:
    """Shortened, then escaped; a word for text that has nothing to show."""
    return escape(shorten(text, length)) or "–"


def web_url(url: str | None) -> str | None:
    """The URL in a form that Discord takes in embeds and markdown links, or None if it would refuse it."""
    if url is None:
        return None
    safe = quote(url, safe="%/:=&?~#+!$,;'@*[]")
    try:
        parts = urlsplit(safe)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or len(safe) > URL_LENGTH:
        return None
    return safe


def duration(ms: int) -> str:
    """3:05 or 1:02:03."""
    minutes, seconds = divmod(max(0, ms) // 1_000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
