"""A container's probes, asked as its manifest says: started, alive, ready."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable

from tests.cluster.node.api import Object
from tests.cluster.node.container import Container

PATIENCE = 3
"""Failures of a liveness probe count for more on a shared machine: this many times as many are needed."""


class Probe:
    """One probe: asked every period, with an opinion that changes after enough answers of the other kind."""

    def __init__(self, spec: Object | None, ask: Callable[[Object, float], bool], *, patience: int = 1) -> None:
        self.passed = spec is None
        self.failed = False
        self._spec = spec
        self._ask = ask
        self._failures = 0
        self._next = 0.0
        self._threshold = patience * (spec or {}).get("failureThreshold", 3)

    def look(self) -> None:
        """Ask if it is time to."""
        if self._spec is None or time.monotonic() < self._next:
            return
        answer = self._ask(self._spec, self._spec.get("timeoutSeconds", 1))
        self._next = time.monotonic() + self._spec.get("periodSeconds", 10) * (1 if self.passed else 0.2)
        self._failures = 0 if answer else self._failures + 1
        if answer:
            self.passed, self.failed = True, False
        elif self._failures >= self._threshold:
            self.passed, self.failed = False, True


class Health:
    """The three probes of one start of a container."""

    def __init__(self, container: Container, address: str) -> None:
        self._container = container
        self._address = address
        spec = container.spec
        self._started = Probe(spec.get("startupProbe"), self._ask, patience=PATIENCE)
        self._alive = Probe(spec.get("livenessProbe"), self._ask, patience=PATIENCE)
        self._ready = Probe(spec.get("readinessProbe"), self._ask)

    def look(self) -> None:
        """Ask what is due; the container's `ready` follows."""
        if not self._started.passed:
            self._started.look()
        else:
            self._alive.look()
            self._ready.look()
        self._container.ready = self._started.passed and self._ready.passed

    @property
    def hopeless(self) -> bool:
        """Whether a kubelet would kill it now."""
        return self._started.failed or self._alive.failed

    def _ask(self, spec: Object, seconds: float) -> bool:
        if "exec" in spec:
            return self._container.run(spec["exec"]["command"], seconds * PATIENCE)
        action = spec["httpGet"]
        return _answers(self._address, self._port(action["port"]), action.get("path", "/"), seconds * PATIENCE)

    def _port(self, wanted: str | int) -> int:
        named = {port.get("name"): port["containerPort"] for port in self._container.spec.get("ports", [])}
        return int(named.get(wanted, wanted))


def _answers(host: str, port: int, path: str, seconds: float) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < http.client.BAD_REQUEST
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
