"""What an operator may add: each component can be built upon the base, and opens the network as far as it says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import kubernetes_validate
import pytest

from tests.k8s.manifests import K8S, PROCESSES, base, named, of_kind, read, rendered, selected
from tests.k8s.network import allowed, allowing, other, outside, pods
from tests.k8s.test_valid import KUBERNETES, title

COMPONENTS = sorted(path.name for path in (K8S / "components").iterdir())
PUBLIC = outside("162.159.128.233")


@pytest.mark.parametrize("component", COMPONENTS)
def test_it_builds_upon_the_base_and_adds_only_policies(component: str, tmp_path: Path) -> None:
    rendered("k8s")  # says so where there is no kubectl
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    kustomization = (
        f"resources: [{_from(overlay, 'base')}]\ncomponents: [{_from(overlay, f'components/{component}')}]\n"
    )
    (overlay / "kustomization.yaml").write_text(kustomization, encoding="utf-8")
    ended = subprocess.run(["kubectl", "kustomize", str(overlay)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    (tmp_path / "all.yaml").write_text(ended.stdout, encoding="utf-8")
    added = {title(each) for each in read(tmp_path / "all.yaml")} - {title(each) for each in base()}
    assert added == {title(each) for each in read(K8S / "components" / component / "network-policy.yaml")}


def _from(overlay: Path, name: str) -> str:
    """A relative path, as kustomize wants it."""
    return "../" * len(overlay.parts[1:]) + str((K8S / name).relative_to("/"))


@pytest.mark.parametrize("component", COMPONENTS)
def test_kubernetes_knows_every_field(component: str) -> None:
    for policy in read(K8S / "components" / component / "network-policy.yaml"):
        kubernetes_validate.validate(policy, KUBERNETES, strict=True)


def test_errors_are_reported_by_those_too_who_reach_nothing_outside() -> None:
    policy = read(K8S / "components/error-reports/network-policy.yaml")[0]["spec"]
    reporting = {name for name in PROCESSES if selected(pods()[name].labels, policy["podSelector"])}
    outward = {name for name in PROCESSES if allowed(pods()[name], PUBLIC, 443)}
    assert reporting == set(PROCESSES) - outward
    assert policy["egress"][0]["to"] == named("NetworkPolicy", "lavalink-netpol")["spec"]["egress"][1]["to"]


@pytest.mark.parametrize(("store", "port"), [("redis", 6379), ("postgres", 5432)])
def test_exporters_reach_their_store_alone(store: str, port: int) -> None:
    policies = [*of_kind("NetworkPolicy"), *read(K8S / "components/exporters/network-policy.yaml")]
    exporter = other("monitoring", **{"app.kubernetes.io/name": f"prometheus-{store}-exporter"})
    reached = {
        target.name for target in pods().values() for each in (6379, 5432) if allowing(policies, exporter, target, each)
    }
    assert reached == {store}
    assert not allowing(policies, other("monitoring"), pods()[store], port)
    assert not allowed(exporter, pods()[store], port), "only with the component"
