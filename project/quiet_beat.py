"""Celery's beat without its banner on stdout, where only log lines belong, and with pages for operators."""

from __future__ import annotations

from typing import Any

from celery.apps.beat import Beat

from project.beat_health import BeatService


class QuietBeat(Beat):
    """Takes the place of `app.Beat`."""

    Service = BeatService

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "quiet": True})
