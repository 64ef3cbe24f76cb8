"""What makes Discord take a message once: its nonce, which Discord compares across all channels of one sender."""

from __future__ import annotations

NONCE_LENGTH = 25
"""Discord's limit for a message nonce."""
PLAYER_MESSAGE = "P"
"""The kind that is replaced; one letter, so that the moment of what is gone has room."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MOMENTS = 36**4
"""Milliseconds that are told apart; more than the minutes for which Discord knows a nonce."""


def message_nonce(channel_id: int, kind: str, number: int) -> str:
    """Of the channel's message `number` of its kind, of whose name three letters count.

    The channel is part of it: with `enforce_nonce` another guild's message would be answered with this one.
    """
    return f"{_base36(channel_id)}{kind[:3].upper()}{_base36(number)}"[:NONCE_LENGTH]


def nonce_instead_of(gone: int, channel_id: int, rev: int) -> str:
    """Another one for a player message that takes the place of `gone`: Discord may still know that one's."""
    moment = _base36((gone >> 22) % _MOMENTS)
    return f"{message_nonce(channel_id, PLAYER_MESSAGE, rev)[: NONCE_LENGTH - 5]}:{moment}"


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
