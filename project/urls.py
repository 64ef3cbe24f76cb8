"""Routes of the api process."""

from __future__ import annotations

from django.urls import path

from project.health import health, ready

urlpatterns = [
    path("health", health),
    path("ready", ready),
]
