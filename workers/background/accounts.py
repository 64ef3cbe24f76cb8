"""Forgets logins and idempotency keys that are over, once an hour; doing it twice at once is harmless."""

from __future__ import annotations

from apps.accounts.services import accounts_forget
from project.celery import app


@app.task(name="accounts.forget", time_limit=120)
def forget() -> str:
    """How many rows, for Flower."""
    return f"{accounts_forget()} rows"
