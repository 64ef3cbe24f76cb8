"""Said once by each api process before it serves; apps that have something to prepare listen."""

from __future__ import annotations

from django.dispatch import Signal

api_started = Signal()
