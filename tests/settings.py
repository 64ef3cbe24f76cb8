"""The sandbox's settings for tests; the environment is set before project.settings reads it."""

from __future__ import annotations

import os
from pathlib import Path

SERVICES = Path(__file__).parent.parent / ".run" / "services.env"
"""What `make up` started."""

if "DATABASE_URL" not in os.environ and SERVICES.exists():
    _lines = SERVICES.read_text(encoding="utf-8").splitlines()
    os.environ.update(dict(line.split("=", 1) for line in _lines if line.startswith("DATABASE_URL=")))
os.environ.update(
    SANDBOX="1",
    SMALL="1",
    DISCORD_API_URL="http://127.0.0.1:9/api/v10",
    DISCORD_GATEWAY_URL="ws://127.0.0.1:9/",
    DISCORD_TOKEN="sandbox.token.segue",
    DISCORD_BOT_ID="42",
)

from project.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("MD5", "PBKDF2")]
"""The real one, which comes second, takes half a second of a busy machine for each sign-in."""
TEST_NON_SERIALIZED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
"""Hundreds of rows that nothing here reads (roles are code), written one by one before each test that commits."""
