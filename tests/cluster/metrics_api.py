"""The metrics API of a cluster (`kubectl top`, autoscalers), told from what the pods' real processes use."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from tests.cluster.control_plane import NAMESPACE, NODES
from tests.cluster.node.kubelet import Kubelet
from tests.cluster.node.real_pod import RealPod
from tests.cluster.node.usage import LOOK_SECONDS, Usage, UsageMeter
from tests.cluster.tls_server import TlsServer, make_certificate

ADDRESS = "127.77.255.2"
GROUP, VERSION = "metrics.k8s.io", "v1beta1"
_BASE = f"/apis/{GROUP}/{VERSION}"
Object = dict[str, Any]


class MetricsApi:
    """Serves the group; `registration` is what makes the API server ask here."""

    def __init__(self, folder: Path, kubelet: Kubelet) -> None:
        certificate = folder / "metrics.pem"
        make_certificate(certificate, ["metrics.kube-system.svc"])
        self._kubelet = kubelet
        self._meter = UsageMeter()
        self._server = TlsServer(ADDRESS, certificate, self._answer)

    def close(self) -> None:
        """Nobody answers any more."""
        self._server.close()
        self._meter.stop()

    @staticmethod
    def registration() -> list[Object]:
        """A Service that leads here, and the group that it serves."""
        where = {"name": "metrics", "namespace": "kube-system"}
        service = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": where,
            "spec": {"type": "ExternalName", "externalName": ADDRESS, "ports": [{"port": 443}]},
        }
        spec = {"group": GROUP, "version": VERSION, "groupPriorityMinimum": 100, "versionPriority": 100}
        group = {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {"name": f"{VERSION}.{GROUP}"},
            "spec": {**spec, "service": where, "insecureSkipTLSVerify": True},
        }
        return [service, group]

    def _answer(self, _host: str, path: str, query: dict[str, str]) -> Any:
        if path == _BASE:
            return _resources()
        if path == f"{_BASE}/nodes":
            return _list("NodeMetrics", [self._node(name) for name in NODES])
        pods = [self._pod(pod) for pod in list(self._kubelet.pods.values()) if pod.pids()]
        if path in {f"{_BASE}/pods", f"{_BASE}/namespaces/{NAMESPACE}/pods"}:
            wanted = _labels(query.get("labelSelector", ""))
            return _list("PodMetrics", [pod for pod in pods if wanted.items() <= pod["metadata"]["labels"].items()])
        named = {f"{_BASE}/namespaces/{NAMESPACE}/pods/{pod['metadata']['name']}": pod for pod in pods}
        named |= {f"{_BASE}/nodes/{name}": self._node(name) for name in NODES}
        return named.get(path)

    def _pod(self, pod: RealPod) -> Object:
        containers = [{"name": name, "usage": _amounts(self._meter.of([pid]))} for name, pid in pod.pids().items()]
        labels = pod.pod["metadata"].get("labels", {})
        metadata = {"name": pod.name, "namespace": NAMESPACE, "labels": labels}
        return _measured("PodMetrics", metadata, {"containers": containers})

    def _node(self, name: str) -> Object:
        pods = [pod for pod in list(self._kubelet.pods.values()) if pod.pod["spec"]["nodeName"] == name]
        pids = [pid for pod in pods for pid in pod.pids().values()]
        return _measured("NodeMetrics", {"name": name}, {"usage": _amounts(self._meter.of(pids))})


def _labels(selector: str) -> dict[str, str]:
    """Of a selector that asks for equality, as `kubectl top -l` and autoscalers send it."""
    pairs = (term.replace("==", "=").partition("=") for term in selector.split(",") if term)
    return {name: value for name, _, value in pairs}


def _amounts(usage: Usage) -> dict[str, str]:
    return {"cpu": f"{round(usage.cores * 1e9)}n", "memory": f"{usage.memory // 1024}Ki"}


def _measured(kind: str, metadata: Object, more: Object) -> Object:
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    head = {"kind": kind, "apiVersion": f"{GROUP}/{VERSION}", "metadata": metadata}
    return {**head, "timestamp": now, "window": f"{LOOK_SECONDS:.0f}s", **more}


def _list(kind: str, items: list[Object]) -> Object:
    return {"kind": f"{kind}List", "apiVersion": f"{GROUP}/{VERSION}", "metadata": {}, "items": items}


def _resources() -> Object:
    verbs = ["get", "list"]
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": f"{GROUP}/{VERSION}",
        "resources": [
            {"name": "nodes", "singularName": "", "namespaced": False, "kind": "NodeMetrics", "verbs": verbs},
            {"name": "pods", "singularName": "", "namespaced": True, "kind": "PodMetrics", "verbs": verbs},
        ],
    }
