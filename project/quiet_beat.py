"""Celery's beat without its banner on stdout, where only log lines belong."""

from __future__ import annotations

from typing import Any

from celery.apps.beat import Beat


class QuietBeat(Beat):
    """Takes the place of `app.Beat`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "quiet": True})
