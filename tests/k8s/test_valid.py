"""Every manifest is one that Kubernetes 1.36 takes, and kustomize makes of them what the tests read."""

from __future__ import annotations

import copy

import kubernetes_validate
import pytest

from tests.k8s.manifests import (
    K8S,
    NAMESPACE,
    PROCESSES,
    Manifest,
    base,
    named,
    of_kind,
    pod_template,
    read,
    rendered,
    variables,
)

KUBERNETES = "1.36"
EVERYWHERE = {"Namespace", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"}
"""Kinds that are in no namespace."""


def title(manifest: Manifest) -> str:
    """What a failed test is called by."""
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


@pytest.mark.parametrize(
    "manifest",
    [*base(), *read(K8S / "restore.yaml")],
    ids=title,
)
def test_kubernetes_knows_every_field(manifest: Manifest) -> None:
    kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


def test_a_field_that_it_does_not_know_is_refused() -> None:
    wrong = copy.deepcopy(named("Deployment", "discord-gateway"))
    wrong["spec"]["replica"] = 3
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


@pytest.mark.parametrize("folder", ["k8s", "k8s/base"])
def test_kustomize_adds_nothing_to_what_the_tests_read(folder: str) -> None:
    """And so `kubectl apply -f` of one file leaves the rest of it as it is."""
    ours = {title(manifest): manifest for manifest in base()}
    theirs = {title(manifest): manifest for manifest in rendered(folder)}
    assert ours == theirs


def test_the_small_one_has_the_same_objects_and_is_valid() -> None:
    small = rendered("k8s/overlays/small")
    assert {title(manifest) for manifest in small} == {title(manifest) for manifest in base()}
    for manifest in small:
        kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


def test_the_small_one_changes_what_it_means_to_wherever_that_stands() -> None:
    small = rendered("k8s/overlays/small")
    for name, command in PROCESSES.items():
        extra = ["--concurrency=2"] if name == "discord-worker" else []
        assert pod_template(named("Deployment", name, small))["spec"]["containers"][0]["command"] == [
            *command.split(),
            *extra,
        ]
    (postgres,) = pod_template(named("StatefulSet", "postgres", small))["spec"]["containers"]
    given = {entry["name"]: entry["value"] for entry in postgres["env"]}
    assert given == {**variables("postgres"), "STATEMENT_SAMPLE_RATE": "1"}


@pytest.mark.parametrize("manifest", base(), ids=title)
def test_each_says_its_namespace_itself(manifest: Manifest) -> None:
    """`kubectl apply -f` of one file must not land in the namespace that somebody happens to be in."""
    wanted = None if manifest["kind"] in EVERYWHERE else NAMESPACE
    assert manifest["metadata"].get("namespace") == wanted


def test_the_policies_lie_where_the_runbook_applies_them() -> None:
    by_path = {title(manifest) for manifest in read(K8S / "network-policy.yaml")}
    assert by_path == {title(manifest) for manifest in of_kind("NetworkPolicy")}
    assert "NetworkPolicy/discord-gateway-netpol" in by_path
