"""The scrape job finds every pod of ours at the page where it tells its metrics, and its ConfigMap has every rule."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import promql_parser
import pytest

from tests.k8s.manifests import NAMESPACE, PROCESSES, pod_template, ports, read, workloads
from tests.monitoring.rule_files import DASHBOARDS, FOLDER, RULE_FILES, alerts, recordings

PROMETHEUS = read(FOLDER / "prometheus.yaml")[0]
KUSTOMIZATION = read(FOLDER / "kustomization.yaml")[0]
SHOWN = {"app", "pod", "namespace"}
"""By which dashboards and people tell pods apart."""


def job() -> dict[str, Any]:
    """The one scrape job."""
    (only,) = PROMETHEUS["scrape_configs"]
    found: dict[str, Any] = only
    return found


def discovered(template: dict[str, Any], name: str, port: int) -> dict[str, str]:
    """A pod as role `pod` of Kubernetes' discovery has it (Prometheus docs: kubernetes_sd_config)."""
    found = {
        "__address__": f"10.0.0.1:{port}",
        "__metrics_path__": "/metrics",
        "__meta_kubernetes_namespace": NAMESPACE,
        "__meta_kubernetes_pod_name": f"{name}-0",
    }
    for kind in ("annotation", "label"):
        for key, value in template["metadata"].get(f"{kind}s", {}).items():
            found[f"__meta_kubernetes_pod_{kind}_{re.sub(r'[^a-zA-Z0-9_]', '_', key)}"] = value
    return found


def relabeled(labels: dict[str, str]) -> dict[str, str] | None:
    """What the job's rules make of it; None: it is not scraped (Prometheus docs: relabel_config)."""
    for rule in job()["relabel_configs"]:
        value = ";".join(labels.get(name, "") for name in rule["source_labels"])
        found = re.fullmatch(rule.get("regex", "(.*)"), value)
        if rule.get("action", "replace") == "keep":
            if found is None:
                return None
            continue
        assert rule.get("action", "replace") == "replace", "this test knows no other"
        if found is not None:
            labels[rule["target_label"]] = found.expand(re.sub(r"\$(\d)", r"\\\1", rule.get("replacement", "$1")))
    return labels


def scraped(name: str, port: int) -> dict[str, str] | None:
    """The target that a workload's pod becomes, whichever of its ports was discovered."""
    (template,) = [pod_template(each) for each in workloads() if each["metadata"]["name"] == name]
    return relabeled(discovered(template, name, port))


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_is_scraped_where_it_tells(name: str) -> None:
    (port,) = ports(name).values()
    for seen in (port, 9):
        target = scraped(name, seen)
        assert target, "it is not scraped"
        assert (target["__address__"], target["__metrics_path__"]) == (f"10.0.0.1:{port}", "/metrics")
        assert {label: target.get(label) for label in SHOWN} == {
            "app": name,
            "pod": f"{name}-0",
            "namespace": NAMESPACE,
        }


def test_what_has_no_page_is_not_scraped() -> None:
    others = {each["metadata"]["name"] for each in workloads()} - PROCESSES.keys()
    assert {"lavalink", "postgres", "redis", "discord-migrate"} <= others
    assert [name for name in others if scraped(name, 80) is not None] == []


def test_our_namespace_is_looked_through_often_enough_for_every_rate() -> None:
    (discovery,) = job()["kubernetes_sd_configs"]
    assert discovery == {"role": "pod", "namespaces": {"names": [NAMESPACE]}}
    written = [alert.expr for alert in alerts()] + [text for rules in recordings().values() for _, text in rules]
    windows = {found for text in written for found in re.findall(r"\[(\w+)\]", text)}
    shortest = min(promql_parser.parse_duration(window) for window in windows)
    assert promql_parser.parse_duration(job()["scrape_interval"]) * 4 <= shortest


@pytest.mark.parametrize(("name", "paths"), [("segue-rules", RULE_FILES), ("segue-dashboards", DASHBOARDS)])
def test_a_config_map_has_every_file(name: str, paths: list[Path]) -> None:
    (files,) = [each["files"] for each in KUSTOMIZATION["configMapGenerator"] if each["name"] == name]
    assert sorted(files) == [str(path.relative_to(FOLDER)) for path in paths]


def test_grafana_finds_the_dashboards_and_prometheus_the_rules() -> None:
    (dashboards,) = [each for each in KUSTOMIZATION["configMapGenerator"] if each["name"] == "segue-dashboards"]
    assert dashboards["options"]["labels"] == {"grafana_dashboard": "1"}
    (rules,) = PROMETHEUS["rule_files"]
    told = (FOLDER / "kustomization.yaml").read_text(encoding="utf-8")
    assert f"mount segue-rules at {Path(rules).parent}" in told
    assert Path(rules).name == "*.yaml"
