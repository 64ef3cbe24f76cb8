"""Celery workers: the audio workers own guild players, the background workers do the rest."""
