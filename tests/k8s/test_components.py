"""What an operator may add: each component can be built upon the base, and opens the network as far as it says."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from project.env import Environment
from tests.k8s.manifests import K8S, PROCESSES, ROOT, base, named, of_kind, read, rendered, selected, variables
from tests.k8s.network import allowed, allowing, other, outside, pods
from tests.k8s.test_valid import KUBERNETES, title
from tests.monitoring.rule_files import named_in
from workers.audio import metrics

COMPONENTS = sorted(path.name for path in (K8S / "components").iterdir())
OPENING = sorted(path.parent.name for path in (K8S / "components").glob("*/network-policy.yaml"))
SLOTS = K8S / "components" / "slots-autoscaling"
REDIS = "rediss://:of-the-broker@redis.example.com:6379/0"
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
    return _rendered(overlay)


def _rendered(overlay: Path) -> list[Any]:
    """What `kubectl apply -k` would send."""
    ended = subprocess.run(["kubectl", "kustomize", str(overlay)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    (overlay / "all.yaml").write_text(ended.stdout, encoding="utf-8")
    return read(overlay / "all.yaml")


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


def test_a_password_of_redis_is_in_no_config_map_and_reaches_everybody(tmp_path: Path) -> None:
    built = tuple(_built("redis-password", tmp_path))
    assert "REDIS_URL" not in named("ConfigMap", "discord-bot-config", built)["data"]
    for name in PROCESSES:
        (pod,) = [each["spec"]["template"]["spec"] for each in built if title(each) == f"Deployment/{name}"]
        (container,) = pod["containers"]
        (file,) = [Path(each["value"]) for each in container["env"] if each["name"] == "REDIS_URL_FILE"]
        (mount,) = [each for each in container["volumeMounts"] if each["mountPath"] == str(file.parent)]
        (volume,) = [each for each in pod["volumes"] if each["name"] == mount["name"]]
        assert volume["secret"]["secretName"] == "discord-bot-redis"
        assert Environment({file.name + "_FILE": str(_written(tmp_path, file.name))}).text(file.name) == REDIS
    for each in built:
        kubernetes_validate.validate(each, KUBERNETES, strict=True)


def _written(folder: Path, name: str) -> Path:
    """What the Secret's key is in a pod."""
    (folder / name).write_text(f"{REDIS}\n", encoding="utf-8")
    return folder / name


def test_the_overlay_for_managed_stores_does_what_its_page_says(tmp_path: Path) -> None:
    rendered("k8s")  # says so where there is no kubectl
    page = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8").partition("## Managed stores")[2]
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    text = page.partition("```yaml\n")[2].partition("```")[0].replace("../segue/k8s", _from(overlay, ""))
    for what, value in {
        "PostgreSQL's host": "db",
        "PostgreSQL's address": "10.9.8.7",
        "Redis' address": "10.9.8.6",
    }.items():
        text = text.replace(f"<{what}>", value)
    (overlay / "kustomization.yaml").write_text(f"resources: [{_from(overlay, 'base')}]\n{text}", encoding="utf-8")
    built = _rendered(overlay)
    assert {each["kind"] for each in built} & {"StatefulSet"} == set()
    assert {each["metadata"]["name"] for each in built} & {"postgres", "redis"} == set()
    backup = named("CronJob", "postgres-backup", tuple(built))["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    given = {each["name"]: each["value"] for each in backup["containers"][0]["env"]}
    assert given == {**variables("postgres-backup"), "PGHOST": "db", "PGSSLMODE": "require"}
    policies = [each for each in built if each["kind"] == "NetworkPolicy"]
    for store, address, port in (("postgres", "10.9.8.7", 5432), ("redis", "10.9.8.6", 6379)):
        before = {name for name, pod in pods().items() if allowed(pod, pods()[store], port)}
        now = {name for name, pod in pods().items() if allowing(policies, pod, outside(address), port)}
        assert before
        assert before <= now


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
