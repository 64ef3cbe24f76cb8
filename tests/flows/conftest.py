"""A whole Segue on real sockets for the flow tests: every process, real stores, the simulator around them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from simulator.control_client import ControlClient
from simulator.stack import CATALOGUE, Stack
from tests.ports import free_port
from tests.redis_server import start_redis

ROOT = Path(__file__).resolve().parent.parent.parent
PORTS = ("simulator", "node", "gateway", "audio", "api", "worker", "beat", "flower")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One stack serves all flows, so all of them run in one test process."""
    for item in items:
        if "tests/flows/" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("flows"))
            item.add_marker(pytest.mark.flow)


@pytest.fixture(scope="session")
def flow_database() -> Iterator[str]:
    """URL of a migrated database of the flows' own."""
    base = os.environ["DATABASE_URL"]
    name = f"flows_{os.getpid()}"
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        url = urlunsplit(urlsplit(base)._replace(path=f"/{name}"))
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=True)
        yield url
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def flow_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a Redis of the flows' own."""
    port = free_port()
    process = start_redis(port, tmp_path_factory.mktemp("flow-redis"))
    yield f"redis://127.0.0.1:{port}/0"
    process.kill()
    process.wait()


@pytest.fixture(scope="session")
def stack(flow_database: str, flow_redis: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Every process, ready."""
    said: list[str] = []
    started = Stack(
        folder=tmp_path_factory.mktemp("stack"),
        database_url=flow_database,
        redis_url=flow_redis,
        say=said.append,
        environment={"SIM_NODES": "2", "SIM_NODE_PORT": "0"},
        ports={name: free_port() for name in PORTS},
    )
    try:
        started.start()
        yield started
        violations = ControlClient(started.simulator["control_url"]).get("/violations")["violations"]
    finally:
        started.stop()
    assert said == [], "a process ended by itself"
    assert not violations, f"Discord would have refused, or never answered so: {violations}"


def text_of(answer: dict[str, Any]) -> str:
    """All words of an answer."""
    embeds = [f"{embed.get('title', '')} {embed.get('description', '')}" for embed in answer["embeds"] or []]
    return " ".join([answer["content"] or "", *embeds])


EPHEMERAL = 1 << 6
"""Discord's message flag: only one member sees it."""


@dataclass
class Room:
    """A guild of a test's own, with its cast, seen through the control API."""

    control: ControlClient
    guild_id: str
    text_id: str
    voice_id: str
    other_voice_id: str
    members: dict[str, str]

    def join(self, name: str, channel_id: str | None = None) -> None:
        """A member enters a voice channel (the first one unless another is named)."""
        self._move(name, channel_id or self.voice_id)

    def leave(self, name: str) -> None:
        """A member leaves voice."""
        self._move(name, None)

    def slash(self, name: str, command: str, **options: Any) -> dict[str, Any]:
        """A member's slash command that must succeed, and what the member then sees."""
        answer = self.control.answer(self.send(name, command, **options))
        assert not answer["ephemeral"], f"/{command} was refused: {answer}"
        return answer

    def refusal(self, name: str, command: str, **options: Any) -> str:
        """A member's slash command that must be refused, and the sentence that only this member sees.

        On a busy machine the answer was deferred for all to see: then the sentence follows, and is private.
        """
        answer = self.control.answer(self.send(name, command, **options))
        followed = [message for message in answer["followups"] if message["flags"] & EPHEMERAL]
        assert answer["ephemeral"] or followed, f"/{command} was not refused: {answer}"
        return text_of(followed[0] if followed else answer)

    def send(self, name: str, command: str, **options: Any) -> str:
        """Only send it; the interaction's id."""
        place = {"guild_id": self.guild_id, "channel_id": self.text_id}
        return self.control.slash(place, self.members[name], command, **options)

    def ears(self) -> dict[str, Any]:
        """What the bot's channel hears."""
        return self.control.ears(self.guild_id)

    def _move(self, name: str, channel_id: str | None) -> None:
        body = {"guild_id": self.guild_id, "user_id": self.members[name], "channel_id": channel_id}
        self.control.post("/voice", body)


@pytest.fixture(scope="session")
def control(stack: Stack) -> ControlClient:
    """The simulator's control API."""
    return ControlClient(stack.simulator["control_url"])


def found_room(control: ControlClient) -> Room:
    """A new guild."""
    guild = control.post("/guilds", {})
    text, voice = ([c for c in guild["channels"] if c["type"] == kind] for kind in ("text", "voice"))
    return Room(
        control=control,
        guild_id=guild["id"],
        text_id=text[0]["id"],
        voice_id=voice[0]["id"],
        other_voice_id=voice[1]["id"],
        members={member["name"]: member["id"] for member in guild["members"]},
    )


@pytest.fixture
def room(control: ControlClient) -> Iterator[Room]:
    """A new guild; the bot is removed from it at the end, so that nothing plays on."""
    room = found_room(control)
    yield room
    if any(known["id"] == room.guild_id and known["bot_joined"] for known in control.get("/guilds")):
        control.delete(f"/guilds/{room.guild_id}")


@pytest.fixture(scope="session")
def catalogue() -> Path:
    """Where the simulator's music lies."""
    return CATALOGUE
