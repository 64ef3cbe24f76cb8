"""Reads a number that stands in an address or a search: ids, and pages of a list."""

from __future__ import annotations

SNOWFLAKES = range(1, 2**63)
"""What Discord's ids are, and keys of our tables."""
_DIGITS = len(str(SNOWFLAKES.stop))


def number_in(text: str) -> int | None:
    """The number from 1 to 2**63 - 1 that a text is, or None. Python raises for one of more than 4 300 digits."""
    text = text.strip()
    if not text.isascii() or not text.isdecimal() or len(text) > _DIGITS:
        return None
    number = int(text)
    return number if number in SNOWFLAKES else None
