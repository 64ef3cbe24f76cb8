"""The kubelet of one namespace: looks at the API server's pods and has each of them live as a RealPod."""

from __future__ import annotations

import http.client
import itertools
import logging
import threading
import time
from pathlib import Path

from tests.cluster.node.api import ApiRefused, Object
from tests.cluster.node.real_pod import Ground, RealPod

LOOK_SECONDS = 0.25
FOREVER = 3600.0
_log = logging.getLogger(__name__)


class Kubelet:
    """One thread that looks, and one for each pod. `names` are lines of /etc/hosts for everybody."""

    def __init__(self, ground: Ground, namespace: str, outside: Path, names: str = "") -> None:
        """`outside` is the file of /etc/hosts for what is no pod: the simulator, and people."""
        self.pods: dict[str, RealPod] = {}
        self._outside = outside
        self._api = ground.api
        self._ground = ground
        self._namespace = namespace
        self._names = names
        self._addresses: dict[str, str] = {}
        self._numbers = itertools.count(10)
        self._services: list[Object] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="kubelet", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End every pod's processes; none is left."""
        self._stopping.set()
        self._thread.join()
        for pod in self.pods.values():
            pod.abandon()
        for pod in self.pods.values():
            pod.join()

    def hosts(self) -> str:
        """/etc/hosts as cluster DNS would answer now: a service is the addresses of its ready pods."""
        lines = ["127.0.0.1 localhost"]
        for service in self._services:
            selector = service["spec"].get("selector", {})
            name = service["metadata"]["name"]
            full = f"{name}.{self._namespace}"
            for pod in list(self.pods.values()):
                labels = pod.pod["metadata"].get("labels", {})
                if pod.ready and selector and selector.items() <= labels.items():
                    lines.append(f"{pod.address} {name} {full} {full}.svc {full}.svc.cluster.local")
        return "\n".join(lines) + "\n" + self._names

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                self._look()
            except (ApiRefused, OSError, http.client.HTTPException) as error:
                _log.warning("the API server did not answer: %s", error)
                time.sleep(1)
        self._ground.api.close()

    def _look(self) -> None:
        path = f"/api/v1/namespaces/{self._namespace}"
        self._services = self._api.items(f"{path}/services")
        listed = {pod["metadata"]["uid"]: pod for pod in self._api.items(f"{path}/pods") if _on_a_node(pod)}
        for uid, pod in listed.items():
            if uid not in self.pods and not _finished(pod):
                self._admit(pod)
            if uid in self.pods and "deletionTimestamp" in pod["metadata"]:
                self.pods[uid].end(float(pod["metadata"].get("deletionGracePeriodSeconds") or 0))
        for uid, known in list(self.pods.items()):
            if uid not in listed:
                known.end(0)  # removed by force
            if known.gone():
                del self.pods[uid]
        self._write_hosts()

    def _admit(self, pod: Object) -> None:
        if "deletionTimestamp" in pod["metadata"]:
            name = pod["metadata"]["name"]
            self._api.delete_now(f"/api/v1/namespaces/{self._namespace}/pods/{name}", pod["metadata"]["uid"])
            return
        if any(known.name == pod["metadata"]["name"] for known in self.pods.values()):
            return  # a StatefulSet's next: the one before is not quite gone
        uid = pod["metadata"]["uid"]
        if uid not in self._addresses:  # one that is tried again keeps it
            number = next(self._numbers)
            self._addresses[uid] = f"127.77.{number // 250}.{number % 250 + 1}"
        real = RealPod(self._ground, pod, self._addresses[uid])
        real.hosts = self.hosts()
        self.pods[real.uid] = real
        real.start()

    def _write_hosts(self) -> None:
        hosts = self.hosts()
        if self._outside.read_text(encoding="ascii") != hosts:
            self._outside.write_text(hosts, encoding="ascii")
        for pod in list(self.pods.values()):
            if pod.hosts != hosts:
                pod.hosts = hosts
                pod.write_hosts()


def _on_a_node(pod: Object) -> bool:
    return bool(pod["spec"].get("nodeName"))


def _finished(pod: Object) -> bool:
    return pod["status"].get("phase") in {"Succeeded", "Failed"} and "deletionTimestamp" not in pod["metadata"]
