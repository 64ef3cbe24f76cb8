"""Log lines: JSON whoever speaks, one name for one thing, and no secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

TOKEN = "bot-token-of-the-tests"


def lines_of(code: str, **environment: str) -> list[dict[str, Any]]:
    """What a process writes that sets up its logging and then runs `code`."""
    start = "from project import logging as setup; setup.configure('tried'); import logging, structlog, warnings\n"
    ended = subprocess.run(
        [sys.executable, "-c", start + code],
        env={**os.environ, "LOG_FORMAT": "json", "SLOTS": "8", "DISCORD_SHARDS": "3", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in (ended.stdout + ended.stderr).splitlines()]


def test_a_line_about_a_guild_names_slot_and_shard() -> None:
    guild = 5 << 22
    (line,) = lines_of(f"structlog.get_logger('x').info('Said', command_id='7', guild_id={guild})")
    assert (line["process"], line["level"], line["event"], line["command"]) == ("tried", "info", "Said", "7")
    assert (line["guild"], line["slot"], line["shard"]) == (str(guild), 5, 2)


@pytest.mark.parametrize("logger", ["uvicorn.error", "celery.worker", "tornado.general", "django.request", "asyncio"])
def test_libraries_speak_json_too(logger: str) -> None:
    (line,) = lines_of(f"logging.getLogger('{logger}').warning('Said by %s', 'a library')")
    assert (line["event"], line["logger"]) == ("Said by a library", logger)


def test_a_host_that_we_are_not_is_no_error() -> None:
    asked = "from project.wsgi import application; setup.configure('tried'); from django.test import Client\n"
    (line,) = lines_of(asked + "Client().get('/', headers={'host': 'scanned.example'})")
    assert (line["level"], "scanned.example" in line["event"]) == ("warning", True)


@pytest.mark.parametrize("logger", ["uvicorn.access", "tornado.access", "aiohttp.access"])
def test_no_request_is_logged(logger: str) -> None:
    assert lines_of(f"logging.getLogger('{logger}').info('GET /webhooks/1/token')") == []


def test_warnings_are_log_lines() -> None:
    (line,) = lines_of("warnings.warn('old ways')")
    assert "old ways" in line["event"]


@pytest.mark.parametrize(
    "code",
    [
        "structlog.get_logger().info('Said', token='{secret}')",
        "structlog.get_logger().info('Said', nested={{'why': 'refused {secret}'}})",
        "logging.getLogger('x').info('Bot {secret}')",
        "try:\n    raise ValueError('{secret}')\nexcept ValueError:\n    structlog.get_logger().exception('Said')",
    ],
)
@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_secret_of_the_settings_is_never_written(code: str, log_format: str) -> None:
    start = "from project import logging as setup; setup.configure('tried'); import logging, structlog\n"
    ended = subprocess.run(
        [sys.executable, "-c", start + code.format(secret=TOKEN)],
        env={**os.environ, "LOG_FORMAT": log_format, "DISCORD_TOKEN": TOKEN},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "…" in ended.stdout or "\\u2026" in ended.stdout
    assert TOKEN not in ended.stdout + ended.stderr


def test_passwords_inside_urls_and_node_lists_are_known() -> None:
    code = "structlog.get_logger().info('Said', words=[word.upper() for word in setup.known_secrets()])"
    (line,) = lines_of(
        code,
        DATABASE_URL="postgresql://segue:database%2Fpassword@db:5432/discord",
        REDIS_URL="redis://:redis-password@redis:6379/0",
        LAVALINK_NODES="a:2333:node-password,b:2333",
        LAVALINK_PASSWORD="common-password",
        FLOWER_BASIC_AUTH="op:flower-password",
        SECRET_KEY="signing-secret",
        STRIPE_SECRET_KEY="sk_test_" + "a" * 24,
        STRIPE_WEBHOOK_SECRET="whsec_webhook",
        STRIPE_API_URL="http://127.0.0.1:9",
    )
    wanted = {"database/password", "redis-password", "node-password", "common-password", "flower-password"}
    wanted |= {"signing-secret", "sk_test_" + "a" * 24, "whsec_webhook"}
    assert {word.upper() for word in wanted} <= set(line["words"])


def test_an_e_mail_address_is_taken_out_of_whatever_a_library_says() -> None:
    (line,) = lines_of("logging.getLogger('djstripe').error('Key (email)=(%s) exists', 'alice.b+c@mail.example.org')")
    assert line["event"] == "Key (email)=(…) exists"


def test_a_traceback_does_not_tell_what_stands_in_a_refused_row() -> None:
    refused = r"ValueError('duplicate key\nDETAIL:  Key (owner_id, name)=(7, my own list) already exists.')"
    code = f"try:\n  raise {refused}\nexcept ValueError:\n  logging.getLogger('django.request').exception('Refused')"
    (line,) = lines_of(code)
    assert "duplicate key" in line["exception"]
    assert "my own list" not in line["exception"]
