"""Rows 34 to 39: slow."""

from __future__ import annotations

import re

from tests.runbook.judges.sound import memory_limit, planted
from tests.runbook.judges.truth import Dones, Judge, Prepare, every, listening, require, shows, soon, unheard
from tests.runbook.stage import Stage

AUDIO = "discord-audio"


def _owners(stage: Stage) -> int:
    return int(stage.sql("SELECT count(DISTINCT owner) FROM slots WHERE owner <> ''"))


def _scaled(stage: Stage, dones: Dones) -> None:
    require("scaled" in dones[0].stdout, dones[0].stdout)
    stage.cluster.wait_rolled_out(600)
    soon(lambda: _owners(stage) > 2, "more processes own slots than before")
    unheard(stage, dones)
    stage.cluster.run(f"kubectl scale deployment {AUDIO} --replicas=2 -n discord-bot").check()
    stage.cluster.wait_rolled_out()


def _target(stage: Stage, _: Dones) -> None:
    metric = stage.objects("hpa discord-audio-hpa")["spec"]["metrics"][0]
    require(metric["resource"]["target"]["averageUtilization"] == 60, "the target is not 60 %")


def _measured(_: Stage, dones: Dones) -> None:
    require(re.search(r"latency\S* [0-9.]+", dones[-1].stdout), "no latency is told")


PREPARE: dict[int, Prepare] = {
    36: listening,
    39: planted("WARN 1 --- [Lavalink] SocketTimeoutException: Read timed out, connection slow: timeout"),
}
JUDGES: dict[int, Judge] = {
    34: shows("discord-audio-hpa", "CPU(cores)", "MEMORY(bytes)"),
    35: every(shows("Forwarding from"), _measured),
    36: _scaled,
    37: _target,
    38: memory_limit(AUDIO, "2Gi"),
    39: shows("timeout"),
}
