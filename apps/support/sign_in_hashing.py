"""Passwords are looked at two at a time: each takes a quarter of a second of processor, and any stranger may ask."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.contrib.auth.hashers import check_password, make_password

AT_ONCE = 2
"""In one process: its other threads stay free for webhooks and the API."""
_room = threading.BoundedSemaphore(AT_ONCE)


class TooMany(Exception):
    """As many as may are being looked at just now."""


@contextmanager
def room() -> Iterator[None]:
    """A place to hash in; raises TooMany at once where there is none, as waiting would hold a thread too."""
    if not _room.acquire(blocking=False):
        raise TooMany
    try:
        yield
    finally:
        _room.release()


def is_password(password: str, encoded: str | None) -> bool:
    """Whether this is the password. Where there is none to compare it takes as long, and is False. Raises TooMany."""
    with room():
        return check_password(password, _nobodys() if encoded is None else encoded) and encoded is not None


@cache
def _nobodys() -> str:
    return make_password("nobody")
