"""What RUNBOOK.md names lies in k8s/, and its SQL and keys are this system's."""

from __future__ import annotations

import re

import pytest

from project.wire import keys
from tests.k8s.manifests import ROOT, base, workloads
from tests.runbook import document

KINDS = {
    "deployment": "Deployment",
    "svc": "Service",
    "configmap": "ConfigMap",
    "hpa": "HorizontalPodAutoscaler",
    "networkpolicy": "NetworkPolicy",
    "cronjob": "CronJob",
}
TEXTS = [command.text for block in document.read() if block.kind != document.LAPTOP for command in block.commands]
_NAMED = re.compile(rf"\b({'|'.join(KINDS)})[/ ]([a-z][a-z0-9-]+)")
_POD = re.compile(r"\b(postgres|redis)-0\b")
_APP = re.compile(r"-l app=([a-z-]+)")
_FILE = re.compile(r"-f (k8s/\S+)")


def found(pattern: re.Pattern[str]) -> list[str]:
    return sorted({match for text in TEXTS for match in pattern.findall(text)})


@pytest.mark.parametrize("named", found(_NAMED), ids="/".join)
def test_an_object_that_a_command_names_is_in_k8s(named: tuple[str, str]) -> None:
    kind, name = named
    assert (KINDS[kind], name) in {(each["kind"], each["metadata"]["name"]) for each in base()}


def test_pods_with_a_number_are_of_a_stateful_set() -> None:
    sets = {each["metadata"]["name"] for each in base() if each["kind"] == "StatefulSet"}
    assert set(found(_POD)) <= sets


def test_a_label_that_a_command_looks_for_is_on_pods() -> None:
    labels = {each["metadata"]["labels"]["app"] for each in workloads()}
    assert found(_APP)
    assert set(found(_APP)) <= labels


def test_files_that_are_applied_are_there() -> None:
    assert found(_FILE)
    assert [name for name in found(_FILE) if not (ROOT / name).exists()] == []


def test_keys_of_redis_are_ours() -> None:
    said = "\n".join(TEXTS)
    for key in (keys.features(1), keys.subscription(1), keys.slot_lease(1), keys.shard_claim(1), keys.journal(1)):
        assert key.replace("1", "<").split("<")[0] in said
    for name in (keys.LEASES_BORN, keys.EVENTS_CHANNEL, "discord-bot:to-audio"):
        assert name in document.RUNBOOK.read_text(encoding="utf-8")


def test_a_wrong_name_would_be_seen() -> None:
    wrong = _NAMED.findall("kubectl logs deployment/discord-adio -n discord-bot")
    assert wrong == [("deployment", "discord-adio")]
    assert ("Deployment", "discord-adio") not in {(each["kind"], each["metadata"]["name"]) for each in base()}
