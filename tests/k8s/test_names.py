"""What the runbook's commands name is there, and everything that refers to something finds it."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.k8s.manifests import (
    BASE,
    K8S,
    PROCESSES,
    ROOT,
    Manifest,
    base,
    config,
    container,
    named,
    of_kind,
    pod_template,
    ports,
    rendered,
    secret_keys,
    selected,
    strings,
    workload,
    workloads,
)
from tests.k8s.test_valid import title

COMMANDED = [
    ("Namespace", "discord-bot"),
    *(("Deployment", name) for name in (*PROCESSES, "lavalink")),
    ("StatefulSet", "postgres"),
    ("StatefulSet", "redis"),
    *(("Service", name) for name in ("lavalink", "discord-api", "postgres", "redis")),
    ("ConfigMap", "redis-config"),
    ("HorizontalPodAutoscaler", "discord-audio-hpa"),
    ("NetworkPolicy", "discord-gateway-netpol"),
]
"""What the 72 commands say literally."""


@pytest.mark.parametrize(("kind", "name"), COMMANDED)
def test_what_the_commands_name_is_there(kind: str, name: str) -> None:
    assert named(kind, name)


def test_the_commands_find_their_keys_disks_and_files() -> None:
    keys_of_the_secret = {key for each in workloads() for key in secret_keys(each["metadata"]["name"]).values()}
    assert {"DISCORD_TOKEN", "STRIPE_WEBHOOK_SECRET"} <= keys_of_the_secret
    claims = workload("postgres")["spec"]["volumeClaimTemplates"]
    assert f"{claims[0]['metadata']['name']}-{workload('postgres')['metadata']['name']}-0" == "postgres-data-postgres-0"
    mounts = {mount["mountPath"]: mount for mount in container("lavalink")["volumeMounts"]}
    assert mounts["/opt/Lavalink/application.yml"]["subPath"] == "application.yml"
    assert "maxmemory 512mb" in named("ConfigMap", "redis-config")["data"]["redis.conf"].splitlines()


@pytest.mark.parametrize("each", workloads(), ids=title)
def test_a_workload_finds_its_own_pods(each: Manifest) -> None:
    labels = pod_template(each)["metadata"]["labels"]
    assert labels["app"] in {each["metadata"]["name"], "postgres-backup"}
    if "selector" in each["spec"]:
        assert selected(labels, each["spec"]["selector"])


@pytest.mark.parametrize("service", of_kind("Service"), ids=title)
def test_a_service_leads_to_a_port_that_is_open(service: Manifest) -> None:
    behind = [each for each in workloads() if selected(_labels(each), {"matchLabels": service["spec"]["selector"]})]
    assert len(behind) == 1
    open_ports = ports(behind[0]["metadata"]["name"])
    assert [open_ports[port["targetPort"]] for port in service["spec"]["ports"]] == [
        port["port"] for port in service["spec"]["ports"]
    ]


def _labels(each: Manifest) -> dict[str, str]:
    labels: dict[str, str] = pod_template(each)["metadata"]["labels"]
    return labels


@pytest.mark.parametrize("each", of_kind("PodDisruptionBudget", "NetworkPolicy"), ids=title)
def test_whatever_selects_pods_selects_some(each: Manifest) -> None:
    selector = each["spec"].get("selector") or each["spec"]["podSelector"]
    assert any(selected(_labels(one), selector) for one in workloads())


@pytest.mark.parametrize("each", of_kind("Deployment"), ids=title)
def test_a_machine_can_be_emptied(each: Manifest) -> None:
    """A budget lets one go at a time; what is there once has none, or it could never be moved."""
    budgets = [one for one in of_kind("PodDisruptionBudget") if selected(_labels(each), one["spec"]["selector"])]
    single = each["spec"].get("replicas") == 1
    assert [one["spec"]["maxUnavailable"] for one in budgets] == ([] if single else [1])


@pytest.mark.parametrize("hpa", of_kind("HorizontalPodAutoscaler"), ids=title)
def test_who_is_scaled_by_load_is_not_scaled_by_hand(hpa: Manifest) -> None:
    """A number in the manifest would undo at every apply what the load has asked for."""
    target = hpa["spec"]["scaleTargetRef"]
    assert target["kind"] == "Deployment"
    assert "replicas" not in workload(target["name"])["spec"]
    assert hpa["metadata"]["name"] == f"{target['name']}-hpa"


@pytest.mark.parametrize("folder", ["k8s", "k8s/overlays/small"])
def test_there_are_slots_for_every_audio_worker(folder: str) -> None:
    manifests = rendered(folder)
    data = named("ConfigMap", "discord-bot-config", manifests)["data"]
    most = named("HorizontalPodAutoscaler", "discord-audio-hpa", manifests)["spec"]["maxReplicas"]
    assert most * int(data["AUDIO_CHILDREN"]) <= int(data["SLOTS"])
    assert (data["SMALL"], data["SLOTS"]) in {("0", "64"), ("1", "8")}
    nodes = named("HorizontalPodAutoscaler", "lavalink-hpa", manifests)["spec"]["maxReplicas"]
    assert nodes <= int(data["SLOTS"]), "a slot begins its guilds on one node"


def test_the_ingress_leads_only_where_it_must() -> None:
    leads = {"discord-api": {"/api", "/stripe/webhook"}, "discord-admin": {"/admin"}}
    assert {manifest["metadata"]["name"] for manifest in base() if manifest["kind"] == "Ingress"} == leads.keys()
    for name, wanted in leads.items():
        spec = named("Ingress", name)["spec"]
        paths = {path["path"]: path for rule in spec["rules"] for path in rule["http"]["paths"]}
        assert paths.keys() == wanted
        for path in paths.values():
            assert path["pathType"] == "Prefix"
            assert path["backend"]["service"] == {"name": "discord-api", "port": {"name": "http"}}
        hosts = {rule["host"] for rule in spec["rules"]}
        of_tls = {host for entry in spec["tls"] for host in entry["hosts"]}
        assert hosts == of_tls == set(config()["ALLOWED_HOSTS"].split(","))
        assert config()["PUBLIC_URL"] == f"https://{hosts.pop()}"


def test_the_ingress_slows_down_who_guesses_passwords_and_nobody_else() -> None:
    """Stripe sends bursts from few addresses, and the API counts by itself whom it knows."""
    admin, api = (named("Ingress", name)["metadata"]["annotations"] for name in ("discord-admin", "discord-api"))
    assert int(admin["nginx.ingress.kubernetes.io/limit-rps"]) <= 10
    assert not any("/limit-" in name for name in api)
    assert {name: value for name, value in admin.items() if "/limit-" not in name} == api


def test_the_addresses_in_the_settings_are_services() -> None:
    host, port = config()["LAVALINK_NODES"].split(":")
    service = named("Service", host)["spec"]
    assert service["clusterIP"] == "None", "a balanced address would hide the nodes behind it"
    assert service["ports"][0]["port"] == int(port)
    found = re.fullmatch(r"redis://([a-z]+):(\d+)/0", config()["REDIS_URL"])
    assert found
    assert named("Service", found[1])["spec"]["ports"][0]["port"] == int(found[2])


@pytest.mark.parametrize("each", base(), ids=title)
def test_volumes_come_from_what_is_there(each: Manifest) -> None:
    if each["kind"] not in {"Deployment", "StatefulSet", "Job", "CronJob"}:
        return
    pod = pod_template(each)["spec"]
    claims = {claim["metadata"]["name"] for claim in each["spec"].get("volumeClaimTemplates", [])}
    volumes = {volume["name"] for volume in pod["volumes"]} | claims
    assert {mount["name"] for one in pod["containers"] for mount in one["volumeMounts"]} == volumes
    for volume in pod["volumes"]:
        if "configMap" in volume:
            data = named("ConfigMap", volume["configMap"]["name"])["data"]
            assert {item["key"] for item in volume["configMap"].get("items", [])} <= data.keys()
        if "persistentVolumeClaim" in volume:
            assert named("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"])


@pytest.mark.parametrize("each", workloads(), ids=title)
def test_scripts_that_are_started_are_mounted_and_may_run(each: Manifest) -> None:
    one = container(each["metadata"]["name"])
    pod = pod_template(each)["spec"]
    started = {text for text in strings(one) if re.fullmatch(r"/opt/segue/[\w-]+\.sh", text)}
    mounts = {mount["mountPath"]: mount["name"] for mount in one["volumeMounts"]}
    for path in started:
        volume = next(volume for volume in pod["volumes"] if volume["name"] == mounts["/opt/segue"])
        assert volume["configMap"]["defaultMode"] == 0o555
        assert path.rpartition("/")[2] in named("ConfigMap", volume["configMap"]["name"])["data"]


def test_stores_and_node_are_those_of_compose() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    for name in ("postgres", "redis", "lavalink"):
        image = re.sub(r"\$\{\w+:-([^}]+)\}", r"\1", services[name]["image"])
        assert container(name)["image"] == image
    assert (
        container("postgres-backup")["image"] == container("postgres-restore")["image"] == services["postgres"]["image"]
    )
    assert "_JAVA_OPTIONS" in services["lavalink"]["environment"]


def test_lavalinks_heap_follows_its_limit() -> None:
    options = {entry["name"]: entry["value"] for entry in container("lavalink")["env"]}["_JAVA_OPTIONS"]
    assert "MaxRAMPercentage" in options
    assert "-Xmx" not in options


def test_only_the_policy_on_secrets_is_for_the_secret_of_the_commands() -> None:
    rules = named("MutatingAdmissionPolicy", "keep-secret-keys")["spec"]["matchConstraints"]["resourceRules"]
    assert [rule["resourceNames"] for rule in rules] == [["discord-bot-secrets"]]


def test_every_file_of_the_base_is_used() -> None:
    kustomization = yaml.safe_load((BASE / "kustomization.yaml").read_text(encoding="utf-8"))
    generated = {name for each in kustomization["configMapGenerator"] for name in each["files"]}
    used = {*kustomization["resources"], *generated, "kustomization.yaml"}
    assert {str(path.relative_to(BASE)) for path in BASE.rglob("*") if path.is_file()} == used
    assert (K8S / "network-policy.yaml").resolve() == BASE / "network-policy.yaml"
