"""Rows 28 to 33: Redis."""

from __future__ import annotations

import shlex

from project.wire import keys
from tests.runbook.judges.truth import Dones, Judge, Prepare, every, listening, require, shows, soon, unheard
from tests.runbook.stage import Stage

PLANTED = ("temp:planted", keys.search("scsearch", "never gonna give"), keys.search("scsearch", "it's 100%"))
MAXMEMORY = 800 * 1024 * 1024


def _obeys_its_config(stage: Stage, _: Dones) -> None:
    stage.cluster.wait_rolled_out()
    require(f"maxmemory:{MAXMEMORY}" in stage.redis("INFO memory"), "maxmemory is not 800mb")


def _planted(stage: Stage) -> None:
    listening(stage)
    for key in ("kept-by-test", *PLANTED):
        stage.redis(f"SET {shlex.quote(key)} 1")


def _dropped(stage: Stage, dones: Dones) -> None:
    left = stage.redis(f"EXISTS {' '.join(shlex.quote(key) for key in PLANTED)}")
    require(left == "0", f"{left} of {len(PLANTED)} keys are still there")
    require(stage.redis("EXISTS kept-by-test") == "1", "more than temp:* was dropped")
    stage.redis("DEL kept-by-test")
    line = dones[-1].line.replace("temp:*", "temp:nothing-is-called-so")
    for tty in (True, False):
        require(stage.cluster.run(line, tty=tty).rc == 0, "with nothing to drop it fails")


def cut(stage: Stage) -> None:
    """Preparation: the newest part of the append-only file ends with what is no command.

    Much of it: after a rewrite Redis writes where it was, over the beginning of what others have appended.
    """
    listening(stage)
    stage.redis("SET whole 1")
    info = "INFO persistence"
    soon(lambda: "aof_rewrite_in_progress:0" in stage.redis(info), "the file is rewritten")
    newest = "sed -n 's/^file \\(.*\\) seq .* type i$/\\1/p' /data/appendonly.aof.manifest | tail -1"
    line = f"head -c 1000000 /dev/zero | tr '\\0' x >> \"/data/$({newest})\""
    stage.cluster.run(f"kubectl exec redis-0 -n discord-bot -- sh -c {shlex.quote(line)}").check()


def repaired(stage: Stage, dones: Dones) -> None:
    """What was written before the cut is there after the restart."""
    said = dones[0].stdout + dones[0].stderr
    require("truncat" in said.lower(), f"nothing was repaired: {said[-400:]!r}")
    stage.cluster.wait_rolled_out()
    require(stage.redis("GET whole") == "1", "what was written before the cut is lost")
    unheard(stage, dones)


PREPARE: dict[int, Prepare] = {29: listening, 30: listening, 31: _planted, 33: cut}
JUDGES: dict[int, Judge] = {
    28: shows("redis-0", "1/1", "PONG", "used_memory"),
    29: every(_obeys_its_config, unheard),
    30: every(shows("OK"), unheard),
    31: every(_dropped, unheard),
    32: shows("rewriting started"),
    33: repaired,
}
