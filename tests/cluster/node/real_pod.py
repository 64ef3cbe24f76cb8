"""The life of one pod: files, root, containers, probes, status, and an end with grace."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.node.api import Api, ApiRefused, Object
from tests.cluster.node.container import Container
from tests.cluster.node.images import SYSTEM_PATH, Image, NoSuchImage, image_of
from tests.cluster.node.pod_files import PodFiles
from tests.cluster.node.probes import Health

LOOK_SECONDS = 0.2
SYNC_SECONDS = 15.0
"""Between looks at whether a Secret has changed; a kubelet takes up to a minute and a half."""
RETRY_SECONDS = 2.0
"""Before a pod that could not start (a Secret is missing) is tried again."""
HOLD = Path(__file__).with_name("hold_pod.py")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ground:
    """What all pods of a node stand on."""

    api: Api
    pods: Path
    claims: Path
    extra: Mapping[str, Mapping[str, str]]
    """Per image (segue, lavalink): environment that only this machine needs. POD_IP stands for the pod's address."""


class RealPod:
    """Runs in a thread of its own from `start` until the pod is gone."""

    def __init__(self, ground: Ground, pod: Object, address: str) -> None:
        self.pod = pod
        self.address = address
        self.name: str = pod["metadata"]["name"]
        self.uid: str = pod["metadata"]["uid"]
        self.ready = False
        self.ending = False
        self.hosts = ""
        """What /etc/hosts says inside, but for the pod's own line; the kubelet's."""
        self._grace = 0.0
        self._abandoned = False
        self._ground = ground
        self._path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{self.name}"
        self._folder = ground.pods / pod["metadata"]["namespace"] / self.name
        self._holder: subprocess.Popen[bytes] | None = None
        self._containers: list[tuple[Container, Health]] = []
        self._told: Object = {}
        self._ends_at: float | None = None
        self._pre_stop_until = 0.0
        self._asked = False
        self._files = PodFiles(ground.api, pod, self._folder, ground.claims)
        self._renewed_at = time.monotonic()
        self._thread = threading.Thread(target=self._live, name=self.name, daemon=True)

    def start(self) -> None:
        """Begin its life."""
        self._thread.start()

    def end(self, grace: float) -> None:
        """It is to end, within `grace` seconds (once said, a later call changes nothing)."""
        if not self.ending:
            self._grace = grace
            self.ending = True

    def abandon(self) -> None:
        """As if its node was switched off: its processes end, and the API server hears nothing of it."""
        self._abandoned = True
        self.end(0)

    def pids(self) -> dict[str, int]:
        """Of its containers that run."""
        return {container.name: container.pid for container, _ in self._containers if container.pid}

    def gone(self) -> bool:
        """Whether nothing is left of it."""
        return not self._thread.is_alive()

    def join(self) -> None:
        """Until nothing is left of it."""
        self._thread.join()

    def write_hosts(self) -> None:
        """Names as cluster DNS would answer them now, and localhost as the pod's own address."""
        path = self._folder / "hosts"
        if path.exists():  # in place: the file is mounted
            path.write_text(f"{self.address} localhost {self.name}\n{self.hosts}", encoding="ascii")

    def _live(self) -> None:
        try:
            self._begin()
            while not self._over():
                for container, health in self._containers:
                    self._tend(container, health)
                self._tell()
                self._renew()
                time.sleep(LOOK_SECONDS)
        except (ApiRefused, NoSuchImage, OSError, KeyError, subprocess.SubprocessError) as error:
            self._complain(error)
            time.sleep(RETRY_SECONDS)
        finally:
            self._clean()

    def _complain(self, error: Exception) -> None:
        """As a kubelet does: in the pod's status, where `kubectl describe` shows it."""
        _log.error("pod %s cannot live on: %r", self.name, error)
        status = {"reason": "CreateContainerConfigError", "message": f"{type(error).__name__}: {error}"}
        with contextlib.suppress(ApiRefused, OSError, http.client.HTTPException):
            self._ground.api.patch_status(self._path, status)

    def _begin(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        (self._folder / "root").mkdir(parents=True)
        (self._folder / "address").write_text(self.address, encoding="ascii")
        (self._folder / "hosts").touch()
        self.write_hosts()
        for spec in self.pod["spec"]["containers"]:
            image = image_of(spec["image"])
            self._hold(spec, image)
            command = [*spec.get("command", image.entrypoint), *spec.get("args", [])]
            container = Container(spec, command, self._folder, image.stop)
            container.start()
            self._containers.append((container, Health(container, self.address)))

    def _hold(self, spec: Object, image: Image) -> None:
        mounts = [{"source": source, "target": target} for target, source in image.mounts.items()]
        mounts += self._files.mounts(spec, image.user, self.address)
        mounts.append({"source": str(self._folder / "hosts"), "target": "/etc/hosts"})
        root = {"name": self.name, "root": str(self._folder / "root"), "mounts": mounts, "links": dict(image.links)}
        (self._folder / "pod.json").write_text(json.dumps(root), encoding="utf-8")
        command = [sys.executable, str(HOLD), str(self._folder / "pod.json")]
        self._holder = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != b"ready\n":
            raise OSError(f"{self.name} has no root file system")
        known = {"PATH": SYSTEM_PATH, "HOME": "/", **image.env, "HOSTNAME": self.name}
        environment = self._files.environment(spec, known)
        kind = spec["image"].rpartition("/")[2].partition(":")[0]
        for name, value in self._ground.extra.get(kind, {}).items():
            environment[name] = value.replace("POD_IP", self.address)
        environment["POD_IP"] = self.address
        inside = {
            "holder": self._holder.pid,
            "env": environment,
            "cwd": spec.get("workingDir", image.cwd),
            "user": image.user,
        }
        note = self._folder / f"{spec['name']}.json"
        note.touch(mode=0o600)
        note.write_text(json.dumps(inside), encoding="utf-8")

    def _renew(self) -> None:
        if time.monotonic() - self._renewed_at < SYNC_SECONDS:
            return
        self._renewed_at = time.monotonic()
        try:
            self._files.renew()
        except (ApiRefused, OSError, http.client.HTTPException) as error:  # at the next look
            _log.warning("secrets of pod %s were not read anew: %s", self.name, error)

    def _tend(self, container: Container, health: Health) -> None:
        if container.alive():
            if not self.ending:
                health.look()
                if health.hopeless:
                    container.kill()
            return
        container.ready = False
        if self.ending or (container.code == 0 and self.pod["spec"]["restartPolicy"] != "Always"):
            return
        if self.pod["spec"]["restartPolicy"] != "Never":
            before = container.restarts
            container.restart_when_due()
            if container.restarts != before:
                self._containers = [(container, Health(container, self.address))]

    def _over(self) -> bool:
        """Whether it has ended as it was told to; takes the steps towards it."""
        if not self.ending:
            return False
        now = time.monotonic()
        if self._ends_at is None:
            self._ends_at = now + self._grace
            self._pre_stop_until = min(self._ends_at - 2, now + _pre_stop(self.pod))
        if not any(container.alive() for container, _ in self._containers):
            return True
        if now >= self._pre_stop_until and not self._asked:
            self._asked = True
            for container, _ in self._containers:
                container.terminate()
        return now >= self._ends_at

    def _tell(self) -> None:
        """Its status, if it is another than last time."""
        images = {spec["name"]: spec["image"] for spec in self.pod["spec"]["containers"]}
        containers = [container.status(images[container.name]) for container, _ in self._containers]
        self.ready = not self.ending and all(container.ready for container, _ in self._containers)
        alive = [container.alive() for container, _ in self._containers]
        codes = [container.code for container, _ in self._containers]
        phase = "Running"
        if self.pod["spec"]["restartPolicy"] != "Always" and not any(alive):
            if all(code == 0 for code in codes):
                phase = "Succeeded"
            elif self.pod["spec"]["restartPolicy"] == "Never":
                phase = "Failed"
        key = {
            "phase": phase,
            "ready": self.ready,
            "alive": alive,
            "restarts": [each["restartCount"] for each in containers],
        }
        if key == self._told:
            return
        try:
            self._ground.api.patch_status(self._path, self._status(phase, containers))
        except (ApiRefused, OSError, http.client.HTTPException) as error:  # told again at the next look
            _log.warning("the status of pod %s was not taken: %s", self.name, error)
            return
        self._told = key

    def _status(self, phase: str, containers: list[Object]) -> Object:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        ready = "True" if self.ready else "False"
        truths = {"Initialized": "True", "PodScheduled": "True", "ContainersReady": ready, "Ready": ready}
        conditions = [{"type": kind, "status": truth, "lastTransitionTime": now} for kind, truth in truths.items()]
        return {
            "phase": phase,
            "reason": None,
            "message": None,
            "podIP": self.address,
            "podIPs": [{"ip": self.address}],
            "hostIP": "127.0.0.1",
            "startTime": self.pod["status"].get("startTime", now),
            "conditions": conditions,
            "containerStatuses": containers,
        }

    def _clean(self) -> None:
        self.ready = False
        for container, _ in self._containers:
            container.kill()
        if self._holder is not None:
            self._holder.kill()
            self._holder.wait()
            if self._holder.stdout is not None:
                self._holder.stdout.close()
        if self.ending and not self._abandoned:
            try:
                self._ground.api.delete_now(self._path, self.uid)
            except (ApiRefused, OSError, http.client.HTTPException):
                _log.warning("pod %s could not be removed", self.name)
        self._ground.api.close()


def _pre_stop(pod: Object) -> float:
    seconds = [
        spec.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        for spec in pod["spec"]["containers"]
    ]
    return float(max(seconds, default=0))
