"""Every pod keeps to Pod Security's level `restricted` (Kubernetes docs, Pod Security Standards), and to a bit more."""

from __future__ import annotations

import copy
import re

import pytest

from tests.k8s.manifests import BASE, K8S, Manifest, named, pod_template, workload, workloads
from tests.k8s.test_valid import title

HARMLESS_VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
} | {"secret"}
FORBIDDEN_ON_HOST = ("hostNetwork", "hostPID", "hostIPC", "hostUsers")


def offences(pod: Manifest) -> list[str]:
    """What of a pod's spec the level refuses."""
    found = [name for name in FORBIDDEN_ON_HOST if pod.get(name)]
    ours = pod.get("securityContext", {})
    for volume in pod.get("volumes", []):
        found += [f"volume {kind}" for kind in volume.keys() - {"name"} - HARMLESS_VOLUMES]
    for container in [*pod["containers"], *pod.get("initContainers", [])]:
        own = container.get("securityContext", {})
        both = {**ours, **own}
        checks = {
            "privileged": not own.get("privileged"),
            "allowPrivilegeEscalation": own.get("allowPrivilegeEscalation") is False,
            "capabilities": own.get("capabilities") == {"drop": ["ALL"]},
            "runAsNonRoot": both.get("runAsNonRoot") is True,
            "runAsUser": both.get("runAsUser") != 0,
            "seccompProfile": both.get("seccompProfile", {}).get("type") == "RuntimeDefault",
            "hostPort": not any("hostPort" in port for port in container.get("ports", [])),
        }
        found += [name for name, good in checks.items() if not good]
    return found


@pytest.mark.parametrize("each", workloads(), ids=title)
def test_nothing_of_ours_is_refused(each: Manifest) -> None:
    assert offences(pod_template(each)["spec"]) == []


def test_the_namespace_asks_for_it() -> None:
    labels = named("Namespace", "discord-bot")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


@pytest.mark.parametrize("context", [{}, {"privileged": True}, {"runAsUser": 0}, {"capabilities": {"add": ["ALL"]}}])
def test_what_it_refuses_is_found(context: Manifest) -> None:
    pod = copy.deepcopy(pod_template(workload("discord-api"))["spec"])
    pod["containers"][0]["securityContext"] = context
    assert offences(pod)


@pytest.mark.parametrize("each", workloads(), ids=title)
def test_the_file_system_is_read_only_and_there_is_no_token(each: Manifest) -> None:
    pod = pod_template(each)["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["serviceAccountName"] == "discord-bot"
    assert pod["enableServiceLinks"] is False, "DISCORD_API_PORT=tcp://… and the like could be taken for settings"
    for container in pod["containers"]:
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert "/tmp" in {mount["mountPath"] for mount in container["volumeMounts"]}  # noqa: S108


@pytest.mark.parametrize("each", workloads(), ids=title)
def test_each_says_what_it_needs(each: Manifest) -> None:
    for container in pod_template(each)["spec"]["containers"]:
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}
        assert container["resources"]["limits"].keys() == {"memory"}, "throttled, a process is late and music stutters"


@pytest.mark.parametrize("each", workloads(), ids=title)
def test_what_it_needs_was_measured(each: Manifest) -> None:
    """The figure stands where it is used: who changes one looks at the other."""
    name = each["metadata"]["name"]
    written = [path.read_text(encoding="utf-8") for path in [*BASE.glob("*.yaml"), K8S / "restore.yaml"]]
    documents = [document for text in written for document in text.split("\n---\n")]
    (own,) = [one for one in documents if f"kind: {each['kind']}\nmetadata:\n  name: {name}\n" in one]
    before, _, _ = own.partition(" resources:\n")
    assert re.search(r"# Measured: .*\d.*\n( *#.*\n)* *$", before)
