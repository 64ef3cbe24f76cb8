"""Said once by each api process when it starts, in a thread of its own; apps that have something to prepare listen."""

from __future__ import annotations

from django.dispatch import Signal

api_started = Signal()
