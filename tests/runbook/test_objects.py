"""What RUNBOOK.md names lies in k8s/, its SQL can be asked of this database, and its keys are this system's."""

from __future__ import annotations

import re
import shlex

import pytest
from django.db import ProgrammingError, connection, transaction

from project.task_queues import BACKGROUND_QUEUE, slot_queue
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
TEXTS += re.findall(r"`(kubectl [^`]+)`", document.RUNBOOK.read_text(encoding="utf-8"))
"""In blocks, and in sentences and tables."""
_NAMED = re.compile(rf"\b({'|'.join(KINDS)})[/ ]([a-z][a-z0-9-]+)")
_POD = re.compile(r"\b(postgres|redis)-0\b")
_APP = re.compile(r"-l (?:app=|\"app in \()([a-z-]+(?:, [a-z-]+)*)")
_SCALED = re.compile(r"scale deployment ([a-z -]+) --replicas")
_FILE = re.compile(r"(?:-f | )(k8s/\S+\.yaml)")
_OF_A_KEY = re.compile(r"redis-cli (?:HGETALL|HLEN|HKEYS|LLEN|GET|DEL|PUBLISH) \"?([^\s\"]+)")
_ASKED = ("SELECT", "UPDATE")


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
    assert any("," in each for each in found(_APP))
    assert {name for each in found(_APP) for name in each.split(", ")} <= labels


def test_what_is_scaled_together_is_a_deployment_each() -> None:
    names = {each["metadata"]["name"] for each in base() if each["kind"] == "Deployment"}
    assert any(" " in each for each in found(_SCALED))
    assert {name for each in found(_SCALED) for name in each.split()} <= names


def test_files_that_are_applied_are_there() -> None:
    assert found(_FILE)
    assert [name for name in found(_FILE) if not (ROOT / name).exists()] == []


def test_keys_of_redis_are_ours() -> None:
    said = "\n".join(TEXTS)
    for key in (keys.features(1), keys.subscription(1), keys.slot_lease(1), keys.shard_claim(1), keys.journal(1)):
        assert key.replace("1", "<").split("<")[0] in said
    for name in (keys.LEASES_BORN, keys.EVENTS_CHANNEL, "discord-bot:to-audio"):
        assert name in document.RUNBOOK.read_text(encoding="utf-8")


def test_a_key_that_a_command_looks_at_is_one_of_ours() -> None:
    numbered = [keys.features(1), keys.subscription(1), keys.slot_lease(1), keys.shard_claim(1), keys.journal(1)]
    ours = {re.sub(r"\b1\b", "<>", key) for key in [*numbered, slot_queue(1)]}
    ours |= {keys.LEASES_BORN, keys.EVENTS_CHANNEL, BACKGROUND_QUEUE, "temp:*"}
    named = {re.sub(r"<[a-z-]+>", "<>", key) for key in found(_OF_A_KEY)}
    assert len(named) > 6
    assert named <= ours


def statements() -> list[str]:
    """What is asked of the database `discord`, with placeholders filled."""
    typed = [" ".join(one.lines) for block in document.read() for one in block.commands if "psql" in one.text]
    given = [words[words.index("-c") + 1] for words in map(shlex.split, TEXTS) if "psql" in words and "-c" in words]
    every = [re.sub(r"<(?:guild-id|slot|pid)>", "1", text.strip().rstrip(";")) for text in [*typed, *given]]
    return sorted({text for text in every if text.startswith(_ASKED)})


def test_there_are_statements_of_all_kinds() -> None:
    said = " ".join(statements())
    for table in ("subscriptions", "job_runs", "slots", "slot_sessions", "djstripe_webhookeventtrigger", "pg_roles"):
        assert f" {table}" in said


@pytest.mark.django_db
@pytest.mark.parametrize("statement", statements())
def test_postgresql_understands_a_statement(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        assert cursor.fetchall()


@pytest.mark.django_db
def test_a_wrong_column_would_be_seen() -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError), transaction.atomic():
        cursor.execute("EXPLAIN SELECT wrong FROM slots")


def test_a_role_that_is_changed_is_one_of_ours() -> None:
    roles = set(found(re.compile(r"ALTER ROLE (\w+)")))
    script = (ROOT / "k8s" / "base" / "postgres" / "roles.sh").read_text(encoding="utf-8")
    assert roles
    assert all(f"ALTER ROLE {role} " in script for role in roles)


def test_limits_that_are_raised_together_leave_connections_for_people() -> None:
    said = "\n".join(TEXTS)
    limits = [int(number) for number in re.findall(r"CONNECTION LIMIT (\d+)", said)]
    (most,) = re.findall(r"max_connections = (\d+)", said)
    assert len(limits) == 2
    assert sum(limits) + 10 <= int(most)


def test_a_wrong_name_would_be_seen() -> None:
    assert _APP.findall('-l "app in (discord-gateway, discord-adio)"') == ["discord-gateway, discord-adio"]
    wrong = _NAMED.findall("kubectl logs deployment/discord-adio -n discord-bot")
    assert wrong == [("deployment", "discord-adio")]
    assert ("Deployment", "discord-adio") not in {(each["kind"], each["metadata"]["name"]) for each in base()}
