"""Forgets logins, sessions of staff and idempotency keys that are over; doing it twice at once is harmless."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore

from apps.accounts.services import accounts_forget
from workers.background.job import job


@job("accounts.forget", time_limit_s=120)
def forget() -> str:
    """How many logins and keys."""
    SessionStore.clear_expired()
    return f"{accounts_forget()} rows"
