"""The manifests as the API server gets them: read from the files, and rendered by kubectl where there is one."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
K8S = ROOT / "k8s"
BASE = K8S / "base"
NAMESPACE = "discord-bot"
Manifest = dict[str, Any]

PROCESSES = {
    "discord-gateway": "python -m bot",
    "discord-audio": "python -m workers.audio",
    "discord-api": "python -m project.api",
    "discord-worker": "celery -A project worker",
    "discord-beat": "celery -A project beat",
    "discord-flower": "celery -A project flower",
}
"""Deployments of our image, and how each is started."""
OURS = ["discord-migrate", *PROCESSES]


@cache
def read(path: Path) -> list[Manifest]:
    """All objects of one file."""
    return [found for found in yaml.safe_load_all(path.read_text(encoding="utf-8")) if found]


@cache
def base() -> tuple[Manifest, ...]:
    """Every object of the base, the ConfigMaps made of files among them."""
    kustomization = read(BASE / "kustomization.yaml")[0]
    found = [manifest for name in kustomization["resources"] for manifest in read(BASE / name)]
    for generated in kustomization["configMapGenerator"]:
        files = [BASE / name for name in generated["files"]]
        metadata = {"name": generated["name"], "namespace": generated["namespace"]}
        data = {file.name: file.read_text(encoding="utf-8") for file in files}
        found.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})
    return tuple(found)


@cache
def rendered(folder: str) -> tuple[Manifest, ...]:
    """What `kubectl apply -k` would send; skips the test where there is no kubectl."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed: what kustomize makes of k8s/ is NOT checked here")
    ended = subprocess.run(
        ["kubectl", "kustomize", str(ROOT / folder)], capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    return tuple(yaml.safe_load_all(ended.stdout))


def named(kind: str, name: str, manifests: tuple[Manifest, ...] | None = None) -> Manifest:
    """The one object of that kind and name."""
    everything = base() if manifests is None else manifests
    found = [each for each in everything if each["kind"] == kind and each["metadata"]["name"] == name]
    assert len(found) == 1, f"{len(found)} of {kind} {name}"
    return found[0]


@cache
def of_kind(*kinds: str) -> list[Manifest]:
    """All objects of the base of these kinds."""
    return [each for each in base() if each["kind"] in kinds]


def pod_template(workload: Manifest) -> Manifest:
    """The pods that a Deployment, StatefulSet, Job or CronJob makes."""
    spec = workload["spec"]
    template: Manifest = (spec["jobTemplate"]["spec"] if workload["kind"] == "CronJob" else spec)["template"]
    return template


@cache
def workloads() -> list[Manifest]:
    """Everything that makes pods, the restore beside the base as well."""
    return [*of_kind("Deployment", "StatefulSet", "Job", "CronJob"), *read(K8S / "restore.yaml")]


def workload(name: str) -> Manifest:
    """The one that makes pods and is called `name`."""
    return next(each for each in workloads() if each["metadata"]["name"] == name)


def container(name: str) -> Manifest:
    """The only container of a workload."""
    containers = pod_template(workload(name))["spec"]["containers"]
    assert len(containers) == 1
    only: Manifest = containers[0]
    return only


def variables(name: str) -> dict[str, str]:
    """A container's own environment, without the ConfigMap's."""
    return {entry["name"]: entry["value"] for entry in container(name).get("env", [])}


def config() -> dict[str, str]:
    """The ConfigMap that all processes read."""
    data: dict[str, str] = named("ConfigMap", "discord-bot-config")["data"]
    return data


def secret_keys(name: str) -> dict[str, str]:
    """File name -> key of the Secret, of what a workload's pods find under /run/secrets/segue.

    Beside it there is only what may be missing.
    """
    volumes = pod_template(workload(name))["spec"].get("volumes", [])
    mounted = [volume["secret"] for volume in volumes if not volume.get("secret", {"optional": True}).get("optional")]
    assert all(secret["secretName"] == "discord-bot-secrets" for secret in mounted)
    return {item["path"]: item["key"] for secret in mounted for item in secret["items"]}


def ports(name: str) -> dict[str, int]:
    """Name -> number of a container's ports."""
    return {port["name"]: port["containerPort"] for port in container(name).get("ports", [])}


def setting_names() -> set[str]:
    """The names of all settings that the code reads."""
    text = (ROOT / "project" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'_env\.(?:text|number|flag)\(\s*"([A-Z_]+)"', text))


def default_ports() -> dict[str, int]:
    """Setting -> port, as the code has it when nothing is set."""
    text = (ROOT / "project" / "settings.py").read_text(encoding="utf-8")
    return {name: int(port) for name, port in re.findall(r'_env\.number\("([A-Z]+_PORT)", (\d+)', text)}


def selected(labels: dict[str, str], selector: dict[str, Any]) -> bool:
    """Whether a label selector matches."""
    if any(labels.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    return all(_expression(labels, each) for each in selector.get("matchExpressions", []))


def _expression(labels: dict[str, str], expression: dict[str, Any]) -> bool:
    within = labels.get(expression["key"]) in expression["values"]
    return within if {"In": True, "NotIn": False}[expression["operator"]] else not within


def strings(value: object) -> Iterator[str]:
    """Every string in a manifest."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
