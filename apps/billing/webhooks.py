"""Stripe's webhooks at dj-stripe's address: verified, stored, queued and answered; a worker does the rest.

dj-stripe's own view stores before it verifies and calls Stripe inside the request (TRAPS 35).
"""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import UUID

import redis
import stripe
import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from djstripe.models import WebhookEndpoint, WebhookEventTrigger

from apps.billing.announcement import client
from apps.billing.endpoint import endpoint_ensure
from apps.billing.webhook_counts import count_webhook
from project import settings
from project.celery import app
from project.task_queues import BACKGROUND_QUEUE
from project.wire.envelope import celery_message

log = structlog.get_logger(__name__)

TASK = "billing.webhook"
BODY_BYTES = 512 * 1024
"""Stripe's events are far smaller."""
KEPT_HEADERS = ("Content-Type", "User-Agent")
"""A signature is not worth keeping, and other headers are none of ours."""


@csrf_exempt
@require_POST
def receive(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """200 once the event is stored; 400 for what Stripe did not sign, 404 for an address that is not ours."""
    began = time.perf_counter()
    endpoint = endpoint_ensure() if str(uuid) == settings.STRIPE_WEBHOOK_UUID else None
    if endpoint is None:
        return HttpResponse(status=404)
    event = _verified(request, endpoint)
    if event is None:
        count_webhook("stored", "refused", began)
        return HttpResponse(status=400)
    trigger = WebhookEventTrigger.objects.create(
        remote_ip=request.META.get("REMOTE_ADDR") or "0.0.0.0",  # noqa: S104 # an address of somebody, not ours
        headers={name: request.headers[name] for name in KEPT_HEADERS if name in request.headers},
        body=request.body.decode(),
        valid=True,
        webhook_endpoint=endpoint,
    )
    enqueue(trigger.pk)
    count_webhook("stored", "done", began)
    took_ms = round((time.perf_counter() - began) * 1000, 1)
    log.info("webhook processing time", ms=took_ms, stage="stored", stripe_event=event["id"], type=event["type"])
    return HttpResponse(status=200)


def enqueue(trigger_id: int) -> None:
    """Have a worker process it; what cannot be queued now is found by the sweep (workers/background/billing.py)."""
    _, raw = celery_message(app, TASK, {"trigger": trigger_id}, BACKGROUND_QUEUE)
    try:
        client.lpush(BACKGROUND_QUEUE, raw)
    except (redis.RedisError, OSError) as error:
        log.warning("A webhook waits for the sweep", trigger=trigger_id, reason=str(error))


def _verified(request: HttpRequest, endpoint: WebhookEndpoint) -> dict[str, Any] | None:
    """The event, if Stripe signed it lately and for our mode."""
    if len(request.body) > BODY_BYTES or not endpoint.secret:
        log.error("A webhook cannot be verified", has_secret=bool(endpoint.secret), bytes=len(request.body))
        return None
    try:
        text = request.body.decode()
        stripe.WebhookSignature.verify_header(
            text, request.headers.get("Stripe-Signature", ""), endpoint.secret, endpoint.djstripe_tolerance
        )
        event: Any = json.loads(text)
    except (stripe.SignatureVerificationError, ValueError) as error:
        log.warning("A webhook is not Stripe's, or late", reason=type(error).__name__)
        return None
    fit = isinstance(event, dict) and {"id", "type", "data"} <= event.keys()
    if not fit or event.get("livemode") is not settings.STRIPE_LIVE_MODE:
        log.warning("A webhook is of the other mode, or no event")
        return None
    verified: dict[str, Any] = event
    return verified
