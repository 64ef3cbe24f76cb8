"""Rows 49 to 59: logs, pods, and one command through all processes."""

from __future__ import annotations

import time

from simulator.stack import TOKEN
from tests.runbook.judges.truth import Dones, Judge, Prepare, require, shows, soon
from tests.runbook.stage import Stage


def _crashed(stage: Stage) -> None:
    """A container before the one that runs."""
    stage.cluster.wait_rolled_out()
    pod = stage.cluster.pods("discord-gateway")[0]
    stage.cluster.kill(pod)

    def again() -> bool:
        status = stage.objects(f"pod {pod}")["status"]["containerStatuses"][0]
        return bool(status["restartCount"] and status["ready"])

    soon(again, "the container was started again")


def _logs(_: Stage, dones: Dones) -> None:
    for done in dones:
        require("{" in done.stdout, f"$ {done.line} shows nothing")


def _no_secret(_: Stage, dones: Dones) -> None:
    said = "".join(done.stdout for done in dones)
    require("DISCORD_TOKEN_FILE=" in said, "the environment is not shown")
    require(TOKEN not in said, "the environment holds the token")


def _players_everywhere(stage: Stage) -> None:
    """Slots without guilds go where the fewest are: so every node has players afterwards."""
    for room in stage.rooms:
        room.send("Alice", "leave")
    time.sleep(15)


PREPARE: dict[int, Prepare] = {49: _crashed, 58: _players_everywhere}
JUDGES: dict[int, Judge] = {
    49: _logs,
    50: _no_secret,
    51: shows("5432", "6379", "succeeded"),
    52: shows("discord.com"),
    53: shows("CPU(cores)", "Name:", "LAST SEEN"),
    54: shows("INTERACTION_CREATE"),
    55: shows("PUBLISH", "discord-bot:commands"),
    56: shows("Received command"),
    57: shows("SELECT", "queue"),
    58: shows("player"),
    59: shows("Publishing UI update", "Updating message"),
}
