"""Wiring: settings, environment, Celery, URLs, and what travels between processes."""
