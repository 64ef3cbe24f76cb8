"""Whether the api process is alive, and whether it can serve: liveness asks nobody, readiness asks the stores."""

from __future__ import annotations

import structlog
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from project.redis_probe import redis_answers

log = structlog.get_logger()


def health(_request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


def ready(_request: HttpRequest) -> JsonResponse:
    """200 when PostgreSQL and Redis answer, else 503 naming the one that does not."""
    away = [name for name, answers in (("postgres", _postgres_answers), ("redis", redis_answers)) if not answers()]
    if away:
        return JsonResponse({"status": "not ready", "away": away}, status=503)
    return JsonResponse({"status": "ready"})


def _postgres_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.warning("PostgreSQL does not answer", error=type(error).__name__)
        return False
    return True
