"""One command is followed through the logs of every process by its id, and every line is JSON."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest

from project.task_queues import slot_of
from simulator.control_client import ControlClient, wait_for
from simulator.stack import Stack
from tests.flows.conftest import Room
from tests.flows.test_billing import pay
from tests.ports import free_port


def way_through(server: str) -> list[tuple[str, str]]:
    """The lines that a command leaves, in the order of their times; `server` is the process that serves it."""
    return [
        ("gateway", "INTERACTION_CREATE"),
        (server, "Received command"),
        (server, "Publishing UI update"),
        ("gateway", "Updating message"),
    ]


def lines(stack: Stack, process: str, about: str = "") -> list[dict[str, Any]]:
    """A process's log, or what it says about something; every line of it must be JSON."""
    text = stack.services[process].log_path.read_text(encoding="utf-8")
    whole = (line for line in text.splitlines() if line.endswith("}") or not line.startswith("{"))
    return [json.loads(line) for line in whole if about in line]


@pytest.mark.parametrize(
    ("server", "command", "options"),
    [("audio", "play", {"query": "440 Hz Test Tone"}), ("worker", "settings show", {})],
)
def test_a_command_is_followed_by_its_id_with_guild_slot_and_shard(
    stack: Stack, room: Room, server: str, command: str, options: dict[str, str]
) -> None:
    room.join("Alice")
    sent = room.send("Alice", command, **options)
    room.control.answer(sent)
    wanted = way_through(server)

    def way() -> list[dict[str, Any]] | None:
        found = [
            line
            for process, event in wanted
            for line in lines(stack, process, about=sent)
            if line["event"] == event and line.get("command") == sent
        ]
        return found if [line["event"] for line in found] == [event for _process, event in wanted] else None

    found = wait_for(way, "the command's way through the logs")
    assert [line["process"] for line in found] == [process for process, _event in wanted]
    assert {line["guild"] for line in found} == {room.guild_id}
    assert {line["slot"] for line in found} == {slot_of(int(room.guild_id), 8)}
    assert {line["shard"] for line in found} == {0}
    assert [line["timestamp"] for line in found] == sorted(line["timestamp"] for line in found)


@pytest.mark.parametrize("process", ["gateway", "audio", "api", "worker", "beat", "flower"])
def test_every_line_is_json_and_says_who_speaks(stack: Stack, process: str) -> None:
    told = lines(stack, process)
    assert told
    assert {line["process"].partition("-")[0] for line in told} == {process}
    assert all({"timestamp", "level", "event"} <= line.keys() for line in told)


@pytest.mark.parametrize(("program", "begun"), [("worker", "ready"), ("beat", "Starting")])
def test_a_process_that_ends_says_so_in_json(flow_redis: str, program: str, begun: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "project", program],
        env={**os.environ, "REDIS_URL": flow_redis, f"{program.upper()}_PORT": str(free_port())},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    told = [process.stdout.readline()]
    while begun not in told[-1]:
        assert told[-1], "it has ended"
        told.append(process.stdout.readline())
    process.terminate()
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert {json.loads(line)["process"] for line in [*told, *rest.splitlines()]} == {program}


TYPED = "zanzibar by nobody"
EMAIL = "alice@example.org"
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def test_what_members_type_and_who_they_are_is_in_no_log(stack: Stack, room: Room, control: ControlClient) -> None:
    room.join("Alice")
    control.answer(room.send("Alice", "play", query=TYPED))
    control.answer(room.send("Alice", "search", query=TYPED))
    place = {"guild_id": room.guild_id, "channel_id": room.text_id, "user_id": room.members["Alice"], "type": "slash"}
    made = {**place, "name": "playlist create", "options": {"name": TYPED}}
    control.answer(str(control.post("/interactions", made)["interaction_id"]))
    room.slash("Alice", "play", query="440 Hz Test Tone")
    pay(control, room, email=EMAIL)
    wait_for(lambda: "stage" in stack.services["worker"].log_path.read_text(encoding="utf-8"), "a webhook's end")
    for process in ("gateway", "audio", "api", "worker", "beat", "flower"):
        log = stack.services[process].log_path.read_text(encoding="utf-8")
        assert [word for word in (TYPED, "440 Hz Test Tone", EMAIL) if word in log] == []
        assert ADDRESS.findall(log) == []


def test_what_members_do_wrong_is_no_error_of_ours(stack: Stack, room: Room) -> None:
    room.refusal("Charlie", "skip")
    room.join("Alice")
    room.control.answer(room.send("Alice", "play", query="https://music.segue.example/no/such/track"))
    room.refusal("Alice", "seek", position="nonsense")
    room.slash("Alice", "play", query="440 Hz Test Tone")
    wrong = [
        line
        for process in ("gateway", "audio", "api", "worker")
        for line in lines(stack, process)
        if line.get("guild") == room.guild_id and line["level"] in ("error", "critical")
    ]
    assert wrong == []
