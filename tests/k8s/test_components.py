"""What an operator may add: each component can be built upon the base, and opens the network as far as it says."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from tests.k8s.manifests import K8S, PROCESSES, base, named, of_kind, read, rendered, selected
from tests.k8s.network import allowed, allowing, other, outside, pods
from tests.k8s.test_valid import KUBERNETES, title
from tests.monitoring.rule_files import named_in
from workers.audio import metrics

COMPONENTS = sorted(path.name for path in (K8S / "components").iterdir())
OPENING = sorted(path.parent.name for path in (K8S / "components").glob("*/network-policy.yaml"))
SLOTS = K8S / "components" / "slots-autoscaling"
PUBLIC = outside("162.159.128.233")


@pytest.mark.parametrize("component", COMPONENTS)
def test_it_builds_upon_the_base_and_adds_only_policies(component: str, tmp_path: Path) -> None:
    policies = K8S / "components" / component / "network-policy.yaml"
    added = {title(each) for each in _built(component, tmp_path)} - {title(each) for each in base()}
    assert added == ({title(each) for each in read(policies)} if component in OPENING else set())


def _built(component: str, folder: Path) -> list[Any]:
    """All objects of the base with `component`."""
    rendered("k8s")  # says so where there is no kubectl
    overlay = folder / "overlay"
    overlay.mkdir()
    kustomization = (
        f"resources: [{_from(overlay, 'base')}]\ncomponents: [{_from(overlay, f'components/{component}')}]\n"
    )
    (overlay / "kustomization.yaml").write_text(kustomization, encoding="utf-8")
    ended = subprocess.run(["kubectl", "kustomize", str(overlay)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    (folder / "all.yaml").write_text(ended.stdout, encoding="utf-8")
    return read(folder / "all.yaml")


def _from(overlay: Path, name: str) -> str:
    """A relative path, as kustomize wants it."""
    return "../" * len(overlay.parts[1:]) + str((K8S / name).relative_to("/"))


@pytest.mark.parametrize("component", OPENING)
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


def test_audio_workers_follow_the_slots(tmp_path: Path) -> None:
    (scaler,) = [each for each in _built("slots-autoscaling", tmp_path) if title(each).endswith("discord-audio-hpa")]
    kubernetes_validate.validate(scaler, KUBERNETES, strict=True)
    by_cpu, by_slots = scaler["spec"]["metrics"]
    assert by_cpu["type"] == "Resource"
    each = int(by_slots["pods"]["target"]["averageValue"])
    slots = int(named("ConfigMap", "discord-bot-config")["data"]["SLOTS"])
    assert -(-slots // each) == scaler["spec"]["minReplicas"]


def test_the_adapter_asks_for_what_audio_workers_tell(tmp_path: Path) -> None:
    (scaler,) = [each for each in _built("slots-autoscaling", tmp_path) if title(each).endswith("discord-audio-hpa")]
    (rule,) = read(SLOTS / "prometheus-adapter.yaml")[0]["rules"]["custom"]
    assert rule["name"]["as"] == scaler["spec"]["metrics"][1]["pods"]["metric"]["name"]
    series = rule["seriesQuery"].partition("{")[0]
    (told,) = metrics.SLOTS.collect()
    assert series == told.name
    query = rule["metricsQuery"].replace("<<.Series>>", series).replace("<<.GroupBy>>", "pod")
    (asked,) = named_in(query.replace("<<.LabelMatchers>>", 'pod=~"audio"'))
    assert asked.labels - {"pod"} == set(metrics.SLOTS._labelnames)
    scraped = {
        each.get("target_label")
        for each in read(K8S / "monitoring/prometheus.yaml")[0]["scrape_configs"][0]["relabel_configs"]
    }
    assert set(rule["resources"]["overrides"]) <= scraped
