"""Segue on stores that may break, guilds that listen, and a count of the processes that belong to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.control_client import ControlClient, wait_for
from simulator.scenario.listener import Listener
from simulator.scenario.strikes import Strikes
from simulator.service import Service
from simulator.stack import Stack
from tests.chaos.stores import OwnRedis
from tests.plans import lift_free_plan
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PORTS = ("simulator", "gateway", "audio", "api", "worker", "beat", "flower")
LONG = "440 Hz Test Tone"
WAITING = ["Short Interlude", "Greensleeves", "Ode to Joy"]


@dataclass
class Stage:
    """One running Segue."""

    stack: Stack
    redis: OwnRedis
    said: list[str]

    def __post_init__(self) -> None:
        self.control = ControlClient(self.stack.simulator["control_url"])
        self.strikes = Strikes(self.stack)

    def new_guild(self) -> Listener:
        """A new guild; Alice sits in its first voice channel."""
        listener = Listener(self.control, self.control.post("/guilds", {}), self.stack.database_url)
        listener.join()
        return listener

    def guild(self) -> Listener:
        """A new guild in which Alice hears the long tone; three tracks wait."""
        listener = self.new_guild()
        for title in (LONG, *WAITING):
            listener.command("play", query=title)
        listener.wait_heard(500)
        return listener

    def guild_apart_from(self, other: Listener) -> Listener:
        """A listening guild whose slot another audio child owns."""
        owner = self.strikes.owner_of(other.guild_id)
        while True:
            listener = self.guild()
            if self.strikes.owner_of(listener.guild_id) != owner:
                return listener
            self.dissolve(listener)

    def dissolve(self, listener: Listener) -> None:
        """The bot leaves the guild, so that nothing plays on."""
        self.control.delete(f"/guilds/{listener.guild_id}")

    def node_of(self, listener: Listener) -> tuple[dict[str, Any], dict[str, Any]]:
        """The node on which the guild plays, as the control API knows it, and its player there."""

        def found() -> tuple[dict[str, Any], dict[str, Any]] | None:
            for node in self.control.get("/state")["nodes"]:
                for player in _players(node) if node["pid"] else ():
                    if player["guildId"] == listener.guild_id:
                        return node, player
            return None

        node, player = wait_for(found, "the guild's player")
        return node, player

    def start_second(self, name: str) -> Service:
        """Another process like the stack's `name`, on a port of its own, as a rolling deploy starts it first; ready."""
        port = free_port()
        first = self.stack.services[name]
        second = Service(
            name,
            first.command,
            first.log_path.with_name(f"{name}-second.log"),
            f"http://127.0.0.1:{port}/ready",
            {**first.environment, f"{name.upper()}_PORT": str(port)},
        )
        second.start()
        wait_for(second.ready, f"a second {name}", seconds=30, pause=0.1)
        return second

    def hand_over_to(self, second: Service) -> Service:
        """From now on `second` is the stack's process of that name; the one before, which nobody restarts."""
        first = self.stack.services[second.name]
        self.stack.services[second.name] = second
        self.stack.ports[second.name] = int((second.ready_url or "").rsplit(":", 1)[1].split("/")[0])
        return first

    def processes(self) -> set[int]:
        """Every living process that was started with this stage's Redis in its environment."""
        mark = f"REDIS_URL={self.redis.url}".encode()
        return {pid for pid in _pids() if mark in _environment(pid)}

    def settles_at(self, count: int, seconds: float = 20) -> bool:
        """Whether so many processes live in the end: none is missing and none left over."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if len(self.processes()) == count:
                return True
            time.sleep(0.1)
        return False


def raise_stage(folder: Path, database_url: str, store: OwnRedis, environment: dict[str, str]) -> Stage:
    """A migrated database's Segue with two nodes, ready; the caller stops its stack."""
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env={**os.environ, "DATABASE_URL": database_url}, check=True)
    lift_free_plan(database_url)
    said: list[str] = []
    stack = Stack(
        folder=folder,
        database_url=database_url,
        redis_url=store.url,
        say=said.append,
        environment={"SIM_NODES": "2", "SIM_NODE_PORT": "0", **environment},
        ports={name: free_port() for name in PORTS},
    )
    try:
        stack.start()
    except BaseException:
        stack.stop()
        raise
    return Stage(stack, store, said)


def _players(node: dict[str, Any]) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"http://{node['host']}:{node['port']}/_sim/sessions", timeout=5) as answer:
        return [player for session in json.loads(answer.read()) for player in session["players"]]


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _environment(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""  # gone meanwhile
