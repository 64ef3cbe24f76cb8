"""The manifests of k8s/ as they are, but for the few values that fit a small machine and a simulated world."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import yaml

from tests.cluster.binaries import ROOT
from tests.cluster.control_plane import NAMESPACE

K8S = ROOT / "k8s"
Object = dict[str, Any]
AUDIO_PODS = 2
GATEWAYS = 2
BUSY_CORES = "4"
"""Requested where an autoscaler looks, so that a busy machine of two cores makes it start nothing."""
DRAIN_SECONDS = 5
"""Instead of two minutes for a node whose players move away."""


def rendered(kustomize: Callable[[str], str]) -> list[Object]:
    """What `kubectl apply -k k8s` would send."""
    return list(yaml.safe_load_all(kustomize(str(K8S))))


def fitted(objects: list[Object], settings: dict[str, str]) -> list[Object]:
    """With `settings` in the ConfigMap of all processes, and fewer replicas, for a machine of two cores."""
    scaled = {thing["spec"]["scaleTargetRef"]["name"] for thing in objects if "scaleTargetRef" in thing.get("spec", {})}
    for thing in objects:
        if thing["kind"] == "Deployment" and thing["metadata"]["name"] in scaled:
            _container(thing)["resources"]["requests"]["cpu"] = BUSY_CORES
        name = (thing["kind"], thing["metadata"]["name"])
        if name == ("ConfigMap", "discord-bot-config"):
            thing["data"] |= settings
        elif name == ("Deployment", "discord-gateway"):
            thing["spec"]["replicas"] = GATEWAYS
        elif name == ("Deployment", "discord-worker"):
            thing["spec"]["replicas"] = 1
            _replace(_container(thing)["command"], "--concurrency=4", "--concurrency=1")
        elif name == ("HorizontalPodAutoscaler", "discord-audio-hpa"):
            thing["spec"]["minReplicas"] = AUDIO_PODS
        elif name == ("Deployment", "lavalink"):
            _container(thing)["lifecycle"]["preStop"]["sleep"]["seconds"] = DRAIN_SECONDS
    return objects


def containers_of(objects: list[Object]) -> Iterator[tuple[Object, Object]]:
    """Every container of every workload, with its workload."""
    for thing in objects:
        spec = thing.get("spec", {})
        template = spec.get("template") or spec.get("jobTemplate", {}).get("spec", {}).get("template")
        for container in (template or {}).get("spec", {}).get("containers", []):
            yield thing, container


def secret_keys() -> dict[str, str]:
    """Every key of secrets.env.example, empty: people are told that each must be there."""
    lines = (K8S / "secrets.env.example").read_text(encoding="utf-8").splitlines()
    return {line.partition("=")[0]: "" for line in lines if line and not line.startswith("#")}


def secret(values: dict[str, str]) -> Object:
    """Secret discord-bot-secrets, as `kubectl create secret generic --from-env-file` makes it."""
    metadata = {"name": "discord-bot-secrets", "namespace": NAMESPACE}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", "stringData": values}


def _container(workload: Object) -> Object:
    found: Object = workload["spec"]["template"]["spec"]["containers"][0]
    return found


def _replace(words: list[str], old: str, new: str) -> None:
    words[words.index(old)] = new
