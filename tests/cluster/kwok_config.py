"""What kwok is told: how nodes, volumes and pods that only pretend come to life, and where commands and logs go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

STAGES = (
    "stage/node/fast/node-initialize.yaml",
    "stage/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
    "stage/pod/fast/pod-ready.yaml",
    "stage/pod/fast/pod-complete.yaml",
    "stage/pod/fast/pod-delete.yaml",
    "stage/volume/fast/pv-bind.yaml",
    "stage/volume/fast/pv-delete.yaml",
    "stage/volume/fast/pvc-provision.yaml",
    "stage/volume/fast/pvc-delete.yaml",
)
"""From kwok's own source; its volume stages serve one storage class only, ours any."""
_ONE_CLASS = "self.spec.storageClassName == 'kwok-volume'"
_LOG_FILE = "{namespace}/{pod}/{container}"


def kwok_config(shipped: Path, *, real_namespace: str, pods: Path, forward: list[str]) -> str:
    """YAML documents for `kwok --config`.

    Pods of `real_namespace` are left to our own kubelet. Files of logs lie under `pods`; `forward` is the command that
    gets namespace, pod and port of a forwarded connection and carries it on its standard streams.
    """
    documents = [_stage(shipped / name, real_namespace) for name in STAGES]
    documents.append(_resize())
    logs = {"logsFile": f"{pods}/{_LOG_FILE}.log", "previousLogsFile": f"{pods}/{_LOG_FILE}.previous.log"}
    documents.append(_rule("ClusterExec", execs=[{"local": {"workDir": str(pods)}}]))
    documents.append(_rule("ClusterLogs", logs=[{**logs, "follow": True}]))
    documents.append(_rule("ClusterPortForward", forwards=[{"command": forward}]))
    return yaml.safe_dump_all(documents, sort_keys=False)


def node(name: str, zone: str) -> dict[str, Any]:
    """A node of 32 cores that kwok keeps alive."""
    size = {"cpu": "32", "memory": "64Gi", "pods": "110"}
    labels = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/zone": zone,
    }
    metadata = {"name": name, "annotations": {"kwok.x-k8s.io/node": "fake"}, "labels": labels}
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "status": {"allocatable": size, "capacity": size}}


def storage_class() -> dict[str, Any]:
    """The default class, whose volumes can grow."""
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
        "provisioner": "kwok.x-k8s.io/volume",
        "allowVolumeExpansion": True,
        "volumeBindingMode": "Immediate",
    }


def _stage(path: Path, real_namespace: str) -> dict[str, Any]:
    stage: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    selector = stage["spec"]["selector"]["matchExpressions"]
    if "volume" in path.parts:
        selector[:] = [rule for rule in selector if rule.get("cel", {}).get("expression", "").strip() != _ONE_CLASS]
    if stage["spec"]["resourceRef"]["kind"] == "Pod":
        selector.append({"key": ".metadata.namespace", "operator": "NotIn", "values": [real_namespace]})
    return stage


def _resize() -> dict[str, Any]:
    """A claim that asks for more than it has gets it, as a class that allows expansion does."""
    grown = "self.spec.resources.requests.storage != self.status.capacity.storage"
    has = "has(self.status.capacity) && self.status.phase == 'Bound'"
    template = "capacity:\n{{ YAML .spec.resources.requests 1 }}\nconditions: []\n"
    return {
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "Stage",
        "metadata": {"name": "pvc-resize"},
        "spec": {
            "resourceRef": {"apiGroup": "v1", "kind": "PersistentVolumeClaim"},
            "selector": {"matchExpressions": [{"cel": {"expression": has}}, {"cel": {"expression": grown}}]},
            "steps": [{"patch": {"root": "status", "subresource": "status", "template": template}}],
        },
    }


def _rule(kind: str, **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": kind, "metadata": {"name": "every-pod"}, "spec": spec}
