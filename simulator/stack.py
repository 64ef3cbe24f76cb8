"""Runs Segue's processes on this machine against the simulator: ports, start, restart, end, and no process left."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import Any, TextIO

import psycopg

from simulator.service import Service, body_of

READY_SECONDS = 60
STOP_SECONDS = 25
"""An audio worker may finish what it does; then it is killed."""
LOOK_SECONDS = 0.1
RESTART_SECONDS = 1.0
"""Between two starts of a process; one that lived longer is started again at once."""
TOKEN = "sandbox.token.segue"
WEBHOOK_SECRET, WEBHOOK_UUID = "whsec_sandbox", "5e60e5e6-0e5e-4e60-8e5e-60e5e60e5e60"
STATE = Path(__file__).resolve().parent.parent / ".run" / "simulator"
"""The catalogue and the throw-away certificates, made once per checkout."""
CATALOGUE = STATE / "catalogue"
PORTS = {
    "api": 3000,
    "gateway": 3001,
    "audio": 3002,
    "worker": 3003,
    "beat": 3004,
    "flower": 5555,
    "node": 2333,
    "simulator": 8900,
}
"""Where each process listens if it can; none is given another's."""
READY_PAGES = {"flower": "healthcheck"}
FLOWER_LOGIN = ("segue", "sandbox")
"""Of the sandbox alone; elsewhere Flower has none by itself."""


Say = Callable[[str], None]
"""Tells the person who started it one line."""


class StackFailed(Exception):
    """A process did not come up; the message names it and its log."""


def choose_port(name: str, wanted: int, given: Container[int], say: Say) -> int:
    """`wanted`, or the next port that is free and not `given` to another process yet; said aloud."""
    for port in range(wanted, wanted + 200):
        if port in given:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port != wanted:
            say(f"port {wanted} is taken, {name} uses {port}")
        return port
    raise StackFailed(f"no free port near {wanted} for {name}")


class Stack:
    """The simulator and Segue's processes, kept alive until `stop`."""

    def __init__(
        self,
        *,
        folder: Path,
        database_url: str,
        redis_url: str,
        say: Say,
        environment: Mapping[str, str] | None = None,
        ports: Mapping[str, int] | None = None,
    ) -> None:
        self.folder = folder
        self.say = say
        self.database_url = database_url
        self.redis_url = redis_url
        self.services: dict[str, Service] = {}
        self.simulator: dict[str, Any] = {}
        self.ports = dict(ports or {})
        self._environment = dict(environment or {})
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def start(self, names: tuple[str, ...] = ("gateway", "audio", "api", "worker", "beat", "flower")) -> None:
        """Start the simulator, then the named processes, and wait until all are ready; raises StackFailed."""
        self._start_simulator()
        for name in names:
            self._add(name)
        self.wait_ready()
        if "audio" in names:
            self._wait_owned()
        self._watcher = threading.Thread(target=self._watch, name="watch", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """End every process; none is left."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
        deadline = time.monotonic() + STOP_SECONDS
        ours = [service for name, service in self.services.items() if name != "simulator"]
        for service in ours:
            service.ask_to_stop()
        for service in ours:
            service.end(deadline)
        simulator = self.services.get("simulator")
        if simulator is not None:
            simulator.ask_to_stop()
            simulator.end(time.monotonic() + 5)

    def wait_ready(self) -> None:
        """Until every process is ready; raises StackFailed with the tail of a log."""
        deadline = time.monotonic() + READY_SECONDS
        for service in self.services.values():
            while not service.ready():
                if not service.alive() or time.monotonic() > deadline:
                    raise StackFailed(f"{service.name} did not start; {service.log_path}:\n{_tail(service.log_path)}")
                time.sleep(0.05)

    def wait_served(self) -> None:
        """Until every process is ready and every slot is served, after something had died; raises StackFailed."""
        deadline = time.monotonic() + READY_SECONDS
        while not all(service.ready() for service in self.services.values()):
            if time.monotonic() > deadline:
                away = [service.name for service in self.services.values() if not service.ready()]
                raise StackFailed(f"did not come back: {', '.join(away)}")
            time.sleep(0.05)
        self._wait_owned()

    def audio_children(self) -> list[dict[str, Any]]:
        """The audio worker's children as its /ready shows them, whether it is ready or not."""
        children: list[dict[str, Any]] = body_of(self.services["audio"].ready_url)["children"]
        return children

    def _wait_owned(self) -> None:
        """Until every slot's queue is consumed: on an empty Redis nobody takes a slot in the first two seconds."""
        deadline = time.monotonic() + READY_SECONDS
        audio = self.services["audio"]
        with psycopg.connect(self.database_url) as connection:
            (slots,) = connection.execute("SELECT count(*) FROM slots").fetchone() or (0,)
        while sum(child["open"] for child in self.audio_children()) < slots:
            if time.monotonic() > deadline:
                raise StackFailed(f"no audio worker serves all slots; {audio.log_path}:\n{_tail(audio.log_path)}")
            time.sleep(0.05)

    def environment(self) -> dict[str, str]:
        """What every process of Segue gets."""
        nodes = os.environ.get("LAVALINK_NODES") or ",".join(
            f"{node['host']}:{node['port']}:{node['password']}" for node in self.simulator["nodes"]
        )
        return {
            "SANDBOX": "1",
            "SMALL": "1",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_BOT_ID": self.simulator["application_id"],
            "DISCORD_CLIENT_SECRET": self.simulator["client_secret"],
            "DISCORD_API_URL": self.simulator["rest_url"],
            "DISCORD_GATEWAY_URL": self.simulator["gateway_url"],
            "LAVALINK_NODES": nodes,
            "SEARCH_SOURCES": "youtube,soundcloud,bandcamp,spotify,deezer,applemusic",
            "STRIPE_API_URL": self.simulator["stripe_url"],
            "STRIPE_SECRET_KEY": self.simulator["stripe_key"],
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_WEBHOOK_UUID": WEBHOOK_UUID,
            "AUDIO_CHILDREN": "2",
            "LISTEN_HOST": "127.0.0.1",
            **{f"{name.upper()}_PORT": str(port) for name, port in self.ports.items() if name != "simulator"},
            **self._environment,
        }

    def _start_simulator(self) -> None:
        log_path = self.folder / "simulator.log"
        log_path.unlink(missing_ok=True)
        environment = {
            "SIM_PORT": str(self._port("simulator")),
            "SIM_NODE_PORT": str(self._port("node")),
            "SIM_BOT_TOKEN": TOKEN,
            "SIM_STATE_DIR": str(STATE),
            "SIM_STRIPE_WEBHOOK_URL": f"http://127.0.0.1:{self._port('api')}/stripe/webhook/{WEBHOOK_UUID}",
            "SIM_STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "PYTHONUNBUFFERED": "1",
            **({"SIM_NODES": "0"} if os.environ.get("LAVALINK_NODES") else {}),
            **{name: value for name, value in self._environment.items() if name.startswith("SIM_")},
        }
        service = Service("simulator", [sys.executable, "-m", "simulator"], log_path, environment=environment)
        self.services["simulator"] = service
        service.start()
        self.simulator = self._simulator_line(service)

    def _simulator_line(self, service: Service) -> dict[str, Any]:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and service.alive():
            for line in service.log_path.read_text(encoding="utf-8", errors="replace").splitlines():
                if line.startswith("SIMULATOR "):
                    found: dict[str, Any] = json.loads(line.removeprefix("SIMULATOR "))
                    return found
            time.sleep(0.05)
        raise StackFailed(f"the simulator did not start; {service.log_path}:\n{_tail(service.log_path)}")

    def _add(self, name: str) -> None:
        celery = [sys.executable, "-m", "celery", "-A", "project"]
        commands = {
            "gateway": [sys.executable, "-m", "bot"],
            "audio": [sys.executable, "-m", "workers.audio"],
            "api": [sys.executable, "-m", "project.api"],
            "worker": [*celery, "worker", "--concurrency", "1", "--without-mingle", "--without-gossip"],
            "beat": [*celery, "beat", "--pidfile="],
            "flower": [*celery, "flower"],
        }
        command = commands[name]
        ready_url = None
        if name in PORTS:
            port = self._port(name)
            ready_url = f"http://127.0.0.1:{port}/{READY_PAGES.get(name, 'ready')}"
        log_path = self.folder / f"{name}.log"
        log_path.unlink(missing_ok=True)
        service = Service(name, command, log_path, ready_url, self.environment())
        self.services[name] = service
        service.start()

    def _port(self, name: str) -> int:
        if name not in self.ports:
            wanted = PORTS[name]
            given = (set(PORTS.values()) | set(self.ports.values())) - {wanted}
            self.ports[name] = choose_port(name, wanted, given, self.say)
        return self.ports[name]

    def _watch(self) -> None:
        """What dies is started again, as Kubernetes would."""
        while not self._stopping.wait(LOOK_SECONDS):
            for service in self.services.values():
                rested = time.monotonic() - service.started > RESTART_SECONDS
                if rested and not service.alive() and not self._stopping.is_set():
                    service.restarts += 1
                    self.say(f"{service.name} ended and is started again ({service.log_path})")
                    service.start()


def _tail(path: Path, lines: int = 15) -> str:
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def stdout_line(stream: TextIO = sys.stdout) -> Say:
    """A `say` for people."""

    def say(text: str) -> None:
        print(f"demo: {text}", file=stream, flush=True)

    return say
