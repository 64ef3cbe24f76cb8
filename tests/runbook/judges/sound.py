"""Rows 11 to 19: no sound, or broken sound."""

from __future__ import annotations

from tests.runbook.judges.truth import Dones, Judge, Prepare, every, listening, obeyed, require, shows, unheard
from tests.runbook.stage import Stage

LIMIT = "the limit is not what the runbook has one write"


def planted(line: str) -> Prepare:
    """Preparation: every node says `line`."""

    def prepare(stage: Stage) -> None:
        for pod in stage.cluster.pods("lavalink"):
            stage.plant(pod, line)

    return prepare


def memory_limit(deployment: str, value: str) -> Judge:
    """The first container's."""

    def judge(stage: Stage, _: Dones) -> None:
        stage.cluster.wait_rolled_out()
        container = stage.objects(f"deployment {deployment}")["spec"]["template"]["spec"]["containers"][0]
        require(container["resources"]["limits"]["memory"] == value, LIMIT)

    return judge


def _without_token(_: Stage, dones: Dones) -> None:
    said = dones[-1].stdout
    require('"token"' not in said, "a voice token was told to who listens")


PREPARE: dict[int, Prepare] = {
    14: listening,
    15: planted("WARN 1 --- [Lavalink] Error when loading track: Invalid status code for search response: 429"),
    17: Stage.stir,
    19: listening,
}
JUDGES: dict[int, Judge] = {
    11: shows("lavalink-", "Running", "{"),
    12: shows("Forwarding from", "401"),
    13: shows("Name:", "MEMORY"),
    14: every(memory_limit("lavalink", "4Gi"), obeyed),
    15: shows("429"),
    16: shows("plugins", 'password: "${LAVALINK_SERVER_PASSWORD}"'),
    17: shows("VOICE_SERVER_UPDATE"),
    18: every(shows("subscribe", "discord-bot:to-audio", "message", "voice_server"), _without_token),
    19: unheard,
}
