"""Celery tasks of the audio worker: one name per order and event, so that Flower reads well, and one body for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from celery import Celery, Task, signals

from project.wire.messages import task_names
from workers.audio.pool import await_


class Carrier(Protocol):
    """Where tasks go; the process's Delivery."""

    async def handle(self, argument: dict[str, Any], task_id: str, queue: str) -> str:
        """Carry a task out."""

    def revoked(self, task_id: str, queue: str) -> None:
        """From any thread: the task was revoked and must not come back."""


def register(app: Celery, carrier: Carrier) -> None:
    """Register every name that a publisher can use."""

    def body(task: Task[..., Any], argument: dict[str, Any]) -> str:
        return await_(carrier.handle(argument, task.request.id or "", _queue(task.request.delivery_info)))

    def on_revoked(sender: Any, request: Any, **_more: Any) -> None:
        carrier.revoked(request.id, _queue(request.delivery_info))

    for name in task_names():
        app.task(name=name, bind=True)(body)
    signals.task_revoked.connect(on_revoked, weak=False)


def _queue(delivery_info: Mapping[str, Any] | None) -> str:
    return str((delivery_info or {}).get("routing_key") or "")
