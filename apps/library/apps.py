"""Registers the library's tables with Django."""

from __future__ import annotations

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """Playlists, favourites and history of members."""

    name = "apps.library"
    label = "library"
