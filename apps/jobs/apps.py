"""Registers the jobs' tables with Django."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Runs of jobs, notices, figures and backups."""

    name = "apps.jobs"
    label = "jobs"
