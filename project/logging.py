"""One log format for every process: JSON lines on stdout (LOG_FORMAT=console for people)."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog

from project import error_reports, settings, tracing
from project.error_reports import DETAIL, EMAIL
from project.task_queues import shard_of, slot_of

NAMES = {"command_id": "command", "guild_id": "guild", "shard_id": "shard"}
"""One name for one thing, whoever logs it: people search all processes' logs for it."""

SECRET_FIELDS = frozenset({"token", "password", "secret", "authorization", "session_id", "dsn"})
"""Fields that are never written, whoever logs them."""

QUIET = (
    "aiohttp.access",
    "asyncio",
    "discord",
    "lavalink",
    "kombu",
    "amqp",
    "uvicorn.access",
    "tornado.access",
    "celery.utils.functional",
)
"""Libraries that speak at WARNING and above only."""


SHORTEST_SECRET = 8

_KNOWN: list[str] = []
_process = ""


def configure(process: str) -> None:
    """Set up logging of this process; `process` names it in every line."""
    global _process
    _process = process
    _KNOWN[:] = [json.dumps(secret)[1:-1] for secret in known_secrets()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _named(process),
        _placed,
        _without_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering()],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.LOG_LEVEL)
    logging.captureWarnings(True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.getLogger("django.security.DisallowedHost").addFilter(_a_warning)
    for name in ("uvicorn", "uvicorn.error", "celery", "django"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
    error_reports.start(process, known_secrets())
    tracing.start(process)


def _a_warning(record: logging.LogRecord) -> bool:
    """Scanners ask for hosts that we are not: nothing is wrong with us, and no traceback helps."""
    record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
    return True


def say_in_signal_handler(event: str, *_stream: object) -> None:
    """One line without any logger: the code that the signal interrupted may hold its locks."""
    line = {"event": event, "level": "info", "timestamp": datetime.now(UTC).isoformat(), "process": _process}
    os.write(1, json.dumps(line).encode() + b"\n")


def _rendering() -> list[Any]:
    if settings.LOG_FORMAT == "console":
        return [structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty()), _without_known_secrets]
    exception = [structlog.processors.format_exc_info, _without_rows]
    return [*exception, structlog.processors.JSONRenderer(), _without_known_secrets]


def known_secrets() -> list[str]:
    """The secrets of this process's settings that are long enough to be told from other words."""
    urls = [urlsplit(url) for url in (settings.DATABASE_URL, settings.REDIS_URL)]
    nodes = [node.split(":", 2)[2:] for node in settings.LAVALINK_NODES.split(",")]
    logins = [login.partition(":")[2] for login in settings.FLOWER_BASIC_AUTH.split(",")]
    found = {settings.DISCORD_TOKEN, settings.SECRET_KEY, settings.LAVALINK_PASSWORD, *logins}
    found |= {settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.DISCORD_CLIENT_SECRET}
    found |= {settings.SENTRY_DSN, urlsplit(settings.SENTRY_DSN).username or ""}
    found |= {header.partition("=")[2] for header in settings.OTEL_EXPORTER_OTLP_HEADERS.split(",")}
    found |= {unquote(url.password or "") for url in urls} | {word for node in nodes for word in node}
    return sorted((secret for secret in found if len(secret) >= SHORTEST_SECRET), key=len, reverse=True)


def _without_known_secrets(_logger: object, _method: str, line: str) -> str:
    """The last word: whatever a library put into a message or a traceback."""
    for secret in _KNOWN:
        line = line.replace(secret, "…")
    return EMAIL.sub("…", line) if "@" in line else line


def _without_rows(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A traceback tells that PostgreSQL refused a row, and not what stands in it."""
    if isinstance(text := event.get("exception"), str):
        event["exception"] = DETAIL.sub(r"\g<kind>: …", text)
    return event


def _named(process: str) -> Any:
    def add(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["process"] = process
        return event

    return add


def _placed(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A line about a guild names its slot and shard. Ids are text: as numbers they are too long for some readers."""
    for name, common in NAMES.items():
        if name in event:
            event.setdefault(common, event.pop(name))
    guild = str(event.get("guild", ""))
    if guild.isdecimal():
        event["guild"] = guild
        event.setdefault("slot", slot_of(int(guild), settings.SLOTS))
        event.setdefault("shard", shard_of(int(guild), settings.DISCORD_SHARDS))
    return event


def _without_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in SECRET_FIELDS & event.keys():
        event[name] = "…"
    return event
