"""Operators see in Flower what runs where, and only with a login."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest

from simulator.control_client import wait_for
from simulator.stack import FLOWER_LOGIN, Stack
from tests.flows.conftest import Room

LONG = "440 Hz Test Tone"


def status_of(stack: Stack, path: str, login: str | None = None, method: str = "GET") -> int:
    """What Flower answers to `path`."""
    request = urllib.request.Request(f"http://127.0.0.1:{stack.ports['flower']}{path}", method=method)
    if login is not None:
        request.add_header("Authorization", "Basic " + base64.b64encode(login.encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 # loopback
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def page(stack: Stack, path: str) -> str:
    """A page of Flower, for its operator."""
    request = urllib.request.Request(f"http://127.0.0.1:{stack.ports['flower']}{path}")
    request.add_header("Authorization", "Basic " + base64.b64encode(":".join(FLOWER_LOGIN).encode()).decode())
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 # loopback
        return str(answer.read().decode())


def api(stack: Stack, path: str) -> dict[str, Any]:
    """A page of Flower's API, for its operator."""
    found: dict[str, Any] = json.loads(page(stack, path))
    return found


def workers_with(stack: Stack, detail: str) -> dict[str, Any]:
    """What Flower knows of `detail`, by worker, once all have told it."""

    def told() -> dict[str, Any] | None:
        known = api(stack, "/api/workers?refresh=1")
        found = {name: worker[detail] for name, worker in known.items() if worker.get(detail)}
        kinds = {name.partition("@")[0] for name in found}
        return found if kinds == {"audio", "celery"} else None

    found: dict[str, Any] = wait_for(told, f"{detail} of all workers", seconds=30)
    return found


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/workers"),
        ("GET", "/tasks"),
        ("GET", "/broker"),
        ("GET", "/api/workers"),
        ("GET", "/api/tasks"),
        ("GET", "/api/queues/length"),
        ("POST", "/api/worker/shutdown/any"),
        ("POST", "/api/task/send-task/player.play"),
    ],
)
@pytest.mark.parametrize("login", [None, "segue:wrong", "other:sandbox"])
def test_nobody_comes_in_without_the_login(stack: Stack, method: str, path: str, login: str | None) -> None:
    assert status_of(stack, path, login, method) == 401


def test_probes_and_prometheus_need_no_login(stack: Stack) -> None:
    assert status_of(stack, "/healthcheck") == 200
    assert status_of(stack, "/metrics") == 200


def test_audio_workers_show_every_slot_queue_once(stack: Stack) -> None:
    def consumed_once() -> bool:
        queues = [
            queue["name"]
            for name, active in workers_with(stack, "active_queues").items()
            if name.startswith("audio@")
            for queue in active
        ]
        slots = [name for name in queues if name.startswith("audio.slot.")]
        return sorted(slots) == [f"audio.slot.{number}" for number in range(8)]

    assert wait_for(consumed_once, "every slot's queue at one worker", seconds=30)


def test_flower_learns_of_slots_without_being_asked_to(stack: Stack) -> None:
    def known() -> bool:
        queues = [
            queue["name"] for one in api(stack, "/api/workers").values() for queue in one.get("active_queues", [])
        ]
        return {f"audio.slot.{number}" for number in range(8)} <= set(queues)

    assert wait_for(known, "the slot queues in what Flower knows", seconds=60, pause=0.5)


def test_a_played_command_shows_its_state_run_time_and_worker(stack: Stack, room: Room) -> None:
    room.join("Alice")
    command = room.send("Alice", "play", query=LONG)
    room.control.answer(command)

    def finished() -> dict[str, Any] | None:
        tasks = [task for task in api(stack, "/api/tasks?taskname=player.play").values() if command in task["args"]]
        return tasks[0] if tasks and tasks[0]["state"] == "SUCCESS" else None

    task = wait_for(finished, "the command's task in Flower")
    assert task["name"] == "player.play"
    assert task["runtime"] > 0
    assert task["worker"].startswith("audio@")
    (event,) = (
        line
        for line in page(stack, "/metrics").splitlines()
        if line.startswith("flower_task_runtime_seconds_count")
        and f'worker="{task["worker"]}"' in line
        and 'task="player.play"' in line
    )
    assert float(event.rsplit(" ", 1)[1]) >= 1


def test_an_audio_worker_answers_inspection(stack: Stack) -> None:
    name = next(name for name in workers_with(stack, "stats") if name.startswith("audio@"))
    query = f"/api/workers?refresh=1&workername={urllib.parse.quote(name, safe='')}"

    def told() -> dict[str, Any] | None:
        worker: dict[str, Any] = api(stack, query).get(name, {})
        return worker if {"stats", "active", "reserved", "active_queues", "registered"} <= worker.keys() else None

    worker = wait_for(told, "all that can be asked of a worker", seconds=30)
    assert worker["stats"]["pool"]["max-concurrency"] > 0
    assert "player.play" in worker["registered"]
    assert status_of(stack, f"/worker/{name}", ":".join(FLOWER_LOGIN)) == 200


def test_the_broker_page_shows_the_slot_queues(stack: Stack) -> None:
    workers_with(stack, "active_queues")
    lengths = {queue["name"]: queue["messages"] for queue in api(stack, "/api/queues/length")["active_queues"]}
    assert {f"audio.slot.{number}" for number in range(8)} | {"background"} <= lengths.keys()
    assert "audio.slot.0" in page(stack, "/broker")
