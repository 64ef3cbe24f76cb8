"""The Celery application of one audio worker process: `celery -A workers.audio.app worker -P custom`."""

from __future__ import annotations

from project import logging, settings
from project.celery import app
from workers.audio.bootstrap import build
from workers.audio.worker import configure

logging.configure("audio")
process = configure(app, redis_url=settings.REDIS_URL, slots=settings.SLOTS, build=build)

__all__ = ("app", "process")
