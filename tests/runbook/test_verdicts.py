"""The runbook is called true only when nothing failed and enough was proven."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.cluster import Completed
from tests.runbook import document
from tests.runbook.__main__ import READ, SERVED
from tests.runbook.editor import change
from tests.runbook.judges import JUDGES, PREPARE
from tests.runbook.judges.truth import NotTrue, shows
from tests.runbook.verdicts import KINDS, ROWS, STAND_IN, STATIC, Verdicts


def all_tried() -> Verdicts:
    return Verdicts(tried=set(range(1, ROWS + 1)))


def test_with_every_row_tried_it_is_true() -> None:
    verdicts = all_tried()
    told = json.loads(verdicts.as_json(1.0))
    assert verdicts.enough()
    assert told["proven"] + told["stand_in"] >= 64
    assert told["failed"] == 0
    assert all(reason.split(": ", 1)[1] for reason in told["reasons"].values())


def test_without_a_cluster_what_can_be_read_is_there_to_be_checked() -> None:
    assert [name for name in READ if not list((document.ROOT / name).glob("test_*.py"))] == []
    assert all((document.ROOT / program).exists() for program in SERVED)


def test_a_stand_in_of_ours_is_named() -> None:
    """Answers of the harness itself, not of Kubernetes, PostgreSQL or Redis."""
    told = {row: reason for row, (kind, reason) in KINDS.items() if kind == STAND_IN}
    for row, word in {26: "harness", 34: "harness", 53: "harness", 13: "harness", 8: "answered for"}.items():
        assert word in told[row]


def test_one_row_that_failed_or_was_not_run_makes_it_untrue() -> None:
    failed, left_out, beyond = all_tried(), all_tried(), all_tried()
    failed.failures[22] = "a gap was heard"
    left_out.tried.discard(30)
    beyond.beyond.append("RUNBOOK.md:9: ended with 1")
    assert [each.enough() for each in (failed, left_out, beyond)] == [False, False, False]
    assert json.loads(failed.as_json(1.0))["reasons"]["22"] == "failed: a gap was heard"


def test_every_row_that_is_run_is_judged() -> None:
    run = {row for row in range(1, ROWS + 1) if KINDS.get(row, ("", ""))[0] != STATIC}
    assert run <= set(JUDGES)
    assert set(PREPARE) <= run


def test_a_judge_says_no() -> None:
    done = Completed("redis-cli ping", "PONG\n", "", 0)
    shows("PONG")(None, [done])  # type: ignore[arg-type] # it looks at the output alone
    with pytest.raises(NotTrue, match="used_memory"):
        shows("PONG", "used_memory")(None, [done])  # type: ignore[arg-type] # as above


def test_an_editor_changes_what_it_is_told_and_complains_of_what_is_not_there() -> None:
    deployment = yaml.safe_load("spec: {containers: [{resources: {limits: {memory: 1Gi}}}]}")
    change(deployment, "spec.containers[0].resources.limits.memory", '"4Gi"')
    assert deployment["spec"]["containers"][0]["resources"]["limits"] == {"memory": "4Gi"}
    settings = {"data": {"redis.conf": "maxmemory 512mb\nsave ''\n"}}
    change(settings, "maxmemory", "800mb")
    assert settings["data"]["redis.conf"] == "maxmemory 800mb\nsave ''\n"
    for path in ("spec.containers[0].resources.limits.cpu", "maxclients"):
        with pytest.raises(LookupError):
            change({**deployment, **settings}, path, "1")
