"""Rows 60 to 72: recovery and maintenance."""

from __future__ import annotations

from tests.runbook.judges.redis import cut, repaired
from tests.runbook.judges.truth import Dones, Judge, Prepare, every, listening, require, shows, soon, unheard
from tests.runbook.stage import Stage

APPS = ("discord-gateway", "discord-audio", "discord-api")
LEAST = 2
WAITS = "Greensleeves"


def _with_a_queue(stage: Stage) -> None:
    stage.play()
    stage.say("clear")  # what other rows have left would fill the page of /queue that is looked at
    answer = stage.say("play", query=WAITS)
    queue = stage.queue()
    require(WAITS in queue, f"{WAITS} does not wait in the queue: {answer!r}, {queue!r}")


def _dumped(stage: Stage, _: Dones) -> None:
    found = stage.cluster.run("grep -c 'COPY public.queue_entries' backup-*.sql")
    require(found.rc == 0, "the backup has no queues")


def _gone(stage: Stage, _: Dones) -> None:
    for app in APPS:
        soon(lambda app=app: not stage.cluster.pods(app), f"no pod of {app} is left")  # type: ignore[misc] # bound now


def connected(stage: Stage) -> str:
    """Who keeps the database from being dropped."""
    ask = "SELECT usename, application_name, state, left(query, 80) FROM pg_stat_activity WHERE datname = 'discord'"
    return stage.sql(ask)


def _empty(stage: Stage, _: Dones) -> None:
    require(stage.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0", "the database is not new")


def _restored(stage: Stage, dones: Dones) -> None:
    require("ERROR" not in dones[0].stderr + dones[0].stdout, dones[0].stderr[-600:])
    require(int(stage.sql("SELECT count(*) FROM queue_entries")) > 0, "no queue was restored")


def _as_before(stage: Stage, _: Dones) -> None:
    for app in APPS:  # the autoscalers take over from what was typed, as the runbook says
        require(stage.replicas(app) >= LEAST, f"{app} has {stage.replicas(app)} replicas")
    stage.cluster.wait_rolled_out(600)
    require(WAITS in stage.queue(), "the queue is not as it was")
    stage.play()


def _revisions(stage: Stage) -> None:
    """The runbook goes back one revision and then to 2, which must be another one."""
    listening(stage)
    for _ in range(2):
        stage.cluster.run("kubectl rollout restart deployment/discord-gateway -n discord-bot").check()
        stage.cluster.wait_rolled_out()


def _seldom(stage: Stage, dones: Dones) -> None:
    """The week's search for errors is no use where every other line matches."""
    every_line = stage.cluster.run("kubectl logs deployment/discord-gateway -n discord-bot --since=168h").stdout
    found, all_lines = len(dones[0].stdout.splitlines()), len(every_line.splitlines())
    require(found <= max(3, all_lines // 10), f"{found} of {all_lines} lines say error")


PREPARE: dict[int, Prepare] = {60: _with_a_queue, 65: listening, 66: cut, 67: _revisions, 71: listening}
JUDGES: dict[int, Judge] = {
    60: _dumped,
    61: _gone,
    62: _empty,
    63: _restored,
    64: _as_before,
    65: every(shows("OK"), unheard),
    66: repaired,
    67: every(shows("rolled back", "REVISION", "successfully rolled out"), unheard),
    68: _seldom,
    70: shows("make requirements"),
    71: every(shows("VACUUM"), unheard),
}
