"""Forgets logins and idempotency keys that are over, once an hour; doing it twice at once is harmless."""

from __future__ import annotations

from apps.accounts.services import accounts_forget
from workers.background.job import job


@job("accounts.forget", time_limit_s=120)
def forget() -> str:
    """How many rows, for Flower."""
    return f"{accounts_forget()} rows"
