"""Registers the playback tables with Django."""

from __future__ import annotations

from django.apps import AppConfig


class PlaybackConfig(AppConfig):
    """Players, queues, slots and commands."""

    name = "apps.playback"
    label = "playback"
