"""Celery tasks of the desk: one name per order, so that Flower reads well, and one body for all."""

from __future__ import annotations

from functools import cache
from typing import Any

from project import settings, tracing
from project.celery import app
from project.wire.messages import Command, MalformedMessage, desk_task_names, inbound_from_dict
from workers.background.desk.bell import DeskBell
from workers.background.desk.counted import count_wait
from workers.background.desk.counter import Counter
from workers.background.desk.redis_client import client

TIME_LIMIT_SECONDS = 20
"""A command that hangs longer takes its process with it; it is rung for again."""


@cache
def _counter() -> Counter:
    return Counter(client(), settings.SLOTS)


def serve(argument: dict[str, Any]) -> str:
    """One command; raises MalformedMessage on what is none."""
    command = inbound_from_dict(argument)
    if not isinstance(command, Command):
        raise MalformedMessage("the desk takes commands only")
    count_wait(command)
    with tracing.part(command.id, "desk", order=str(command.order.__struct_config__.tag)):
        return _counter().serve(command)


for _name in desk_task_names():
    app.task(name=_name, acks_late=True, time_limit=TIME_LIMIT_SECONDS)(serve)
app.steps["worker"].add(DeskBell)
