"""One log format for every process: JSON lines on stdout (LOG_FORMAT=console for people)."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from project import settings

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
    "celery.utils.functional",
)
"""Libraries that speak at WARNING and above only."""


_configured = False


def configured() -> bool:
    """Whether this process has set up its logging already."""
    return _configured


def configure(process: str) -> None:
    """Set up logging of this process; `process` names it in every line."""
    global _configured
    _configured = True
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _named(process),
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
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    for name in ("uvicorn", "uvicorn.error", "celery", "django"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True


def _rendering() -> list[Any]:
    if settings.LOG_FORMAT == "console":
        return [structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def _named(process: str) -> Any:
    def add(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["process"] = process
        return event

    return add


def _without_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in SECRET_FIELDS & event.keys():
        event[name] = "…"
    return event
