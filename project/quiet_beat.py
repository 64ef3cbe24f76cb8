"""Celery's beat without its banner: only log lines go to stdout, from the first one on."""

from __future__ import annotations

from typing import Any

from celery.apps.beat import Beat

from project import logging


class QuietBeat(Beat):
    """Takes the place of `app.Beat`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        logging.configure("beat")
        super().__init__(*args, **{**options, "quiet": True})
