"""Celery messages built without kombu's producer, so that publishing is one Redis script (DESIGN §3).

The body and headers come from Celery itself (`as_task_v2`); only kombu's outer JSON is written here. A contract
test compares the result with what `send_task` puts on the queue.
"""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

from celery import Celery


def celery_message(app: Celery, task: str, argument: dict[str, Any], queue: str) -> tuple[str, str]:
    """Task id and the raw text to LPUSH on `queue`, for `task` called with one JSON argument."""
    task_id = str(uuid.uuid4())
    # Celery's own saferepr of the arguments would cost a third of publishing; ours holds no secret and is short.
    built = app.amqp.as_task_v2(
        task_id, task, args=(argument,), kwargs={}, ignore_result=True, argsrepr=f"({argument!r},)", kwargsrepr="{}"
    )
    body = json.dumps(built.body).encode()
    message = {
        "body": base64.b64encode(body).decode(),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": built.headers,
        "properties": {
            **built.properties,
            "delivery_mode": 2,
            "delivery_info": {"exchange": "", "routing_key": queue},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": str(uuid.uuid4()),
        },
    }
    return task_id, json.dumps(message)


def argument_of(raw: str) -> dict[str, Any]:
    """The one JSON argument of a raw message made by `celery_message`."""
    args, _kwargs, _embed = json.loads(base64.b64decode(json.loads(raw)["body"]))
    argument: dict[str, Any] = args[0]
    return argument
