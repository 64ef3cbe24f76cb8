"""One Redis with real audio worker processes on it, what they did, and what an operator sees of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import redis
from celery import Celery

from project.celery import app
from project.wire import keys
from project.wire.leases import family_key
from project.wire.messages import Actor, Command, Pause
from project.wire.publish import Published, SyncPublisher, publication
from tests.ports import free_port
from tests.redis_server import start_redis
from tests.workers.audio.diary import DIARY

SLOTS = 8
GUILDS = [number << 22 for number in range(16)]
LONG_IN_USE: Mapping[Any, int] = {"seen": 1, "since": 1}
"""The lease family on a Redis that was not emptied lately: nobody has to wait for owners to come back."""
ALICE = Actor(kind="member", user_id=1)


def until(what: str, condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for `condition`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen in {seconds} s"
        time.sleep(0.02)


class Stage:
    """One Redis and the worker processes on it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.redis_process = start_redis(self.port, folder)
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.client: redis.Redis = redis.Redis.from_url(self.url, decode_responses=True)
        self.client.hset(family_key("slot"), mapping=LONG_IN_USE)
        self.publisher = SyncPublisher(self.client)
        self.sent: list[str] = []
        self._folder = folder
        self._workers: list[subprocess.Popen[bytes]] = []

    def worker(self, name: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker."""
        words = ["-A", "tests.workers.audio.recording_worker", "worker", "-P", "custom", "-n", name, "-l", "INFO"]
        with (self._folder / f"{name}.log").open("ab") as output:
            worker = subprocess.Popen(
                [sys.executable, "-m", "celery", *words, "--without-gossip", "--without-mingle"],
                env=self.environment(AUDIO_WORKER_NAME=name, **environment),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._workers.append(worker)
        return worker

    def environment(self, **more: str) -> dict[str, str]:
        """What a process of this stage needs."""
        own = {"REDIS_URL": self.url, "SLOTS": str(SLOTS), "CELERY_CUSTOM_WORKER_POOL": "workers.audio.pool:AudioPool"}
        return {**os.environ, **own, "SANDBOX": "1", **more}

    def publish(self, guild: int) -> Published:
        """Send one command."""
        identity = f"{len(self.sent)}"
        self.sent.append(identity)
        command = Command(id=identity, guild_id=guild, order=Pause(), actor=ALICE, issued_ms=1)
        return self.publisher.publish(publication(app, command, slots=SLOTS))

    def diary(self, what: str) -> list[dict[str, Any]]:
        """All lines of a kind, in order."""
        return [line for line in self._lines() if line["what"] == what]

    def _lines(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.client.lrange(DIARY, 0, -1)]

    def done(self) -> list[str]:
        """Ids of commands that were carried out, in order."""
        return [line["id"] for line in self.diary("done")]

    def most_at_once(self) -> int:
        """How many guilds were worked on at the same moment."""
        under_way: set[int] = set()
        most = 0
        for line in self._lines():
            if line["what"] == "began":
                under_way.add(line["guild"])
            elif line["what"] == "done":
                under_way.discard(line["guild"])
            most = max(most, len(under_way))
        return most

    def owners(self) -> list[str]:
        """Owner of each slot that has one, without the process id."""
        found = [self.client.hget(keys.slot_lease(slot), "owner") for slot in range(SLOTS)]
        return [str(owner).rpartition(":")[0] for owner in found if owner]

    def settled(self, *workers: str) -> bool:
        """Whether `workers` share all slots evenly."""
        owners = self.owners()
        return len(owners) == SLOTS and {owners.count(name) for name in workers} == {SLOTS // len(workers)}

    def quiet(self) -> bool:
        """Whether every slot is loaded by its owner and no one is being handed over."""
        return len(self.diary("taken")) - len(self.diary("released")) == SLOTS

    def all_done(self) -> bool:
        """Whether every command was carried out and struck out."""
        return set(self.sent) <= set(self.done()) and not any(
            self.client.exists(keys.journal(slot)) for slot in range(SLOTS)
        )

    def in_order(self) -> bool:
        """Whether each guild's commands were first carried out in the order of sending."""
        first: dict[int, list[int]] = {}
        for line in self.diary("done"):
            seen = first.setdefault(line["guild"], [])
            if int(line["id"]) not in seen:
                seen.append(int(line["id"]))
        return all(seen == sorted(seen) for seen in first.values())

    def close(self) -> None:
        """Leave nothing behind."""
        self.redis_process.send_signal(signal.SIGCONT)
        for worker in self._workers:
            worker.kill()
            worker.wait()
        self.client.close()
        self.redis_process.kill()
        self.redis_process.wait()


class Events:
    """Celery's events as Flower gets them."""

    def __init__(self, flower: Celery) -> None:
        self.seen: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._connection = flower.connection_for_read()
        receiver = flower.events.Receiver(self._connection, handlers={"*": self._note})
        self._capture = receiver.itercapture(limit=None, timeout=30, wakeup=False)
        next(self._capture)

    def __enter__(self) -> Events:
        return self

    def __exit__(self, *_error: object) -> None:
        self._capture.close()
        self._connection.release()

    def next(self, kind: str) -> dict[str, Any]:
        """Wait for an event of a kind."""
        end = time.monotonic() + 30
        while not self.seen[kind]:
            assert time.monotonic() < end, f"no {kind} came"
            next(self._capture)
        return self.seen[kind].pop(0)

    def _note(self, event: dict[str, Any]) -> None:
        self.seen[event["type"]].append(event)


def send(stage: Stage, count: int, pause: float = 0.002) -> None:
    """Send commands to all guilds in turn."""
    for number in range(count):
        stage.publish(GUILDS[number % len(GUILDS)])
        time.sleep(pause)
