"""The example environment names every setting, and no other."""

from __future__ import annotations

import re
from pathlib import Path

COMPOSE_ALONE = {"POSTGRES_PASSWORD"}
OF_THE_SDK = {"OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"}
"""OpenTelemetry reads them by itself."""
ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_example_names_exactly_the_settings() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    settings = (ROOT / "project" / "settings.py").read_text(encoding="utf-8")
    named = set(re.findall(r"^#?([A-Z][A-Z_]+)=", example, re.MULTILINE))
    read = set(re.findall(r'_env\.(?:text|number|flag)\(\s*"([A-Z_]+)"', settings))
    assert named - COMPOSE_ALONE - OF_THE_SDK == read
