"""Registers the playback tables with Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PlaybackConfig(AppConfig):
    """Players, queues, slots and commands."""

    name = "apps.playback"
    label = "playback"

    def ready(self) -> None:
        """The tables are there: the audio workers' role gets what it needs of them."""
        from apps.playback.audio_role import rights_give

        post_migrate.connect(rights_give, sender=self)
