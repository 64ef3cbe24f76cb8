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


def _lives_behind_its_password(stage: Stage, dones: Dones) -> None:
    """The call as printed shows an empty answer; that it is a refusal, and what the password changes, is asked here."""
    require("Forwarding from" in dones[0].stdout, "the port is not forwarded")
    ask = "curl -s -w %{http_code} http://localhost:2333/version"
    require(stage.cluster.run(ask).stdout == "401", "without the password it is not refused")
    read = "kubectl get secret discord-bot-secrets -n discord-bot -o jsonpath='{.data.LAVALINK_PASSWORD}' | base64 -d"
    password = stage.cluster.run(read).check().stdout
    told = stage.cluster.run(f"{ask} -H 'Authorization: {password}'").stdout
    require(told.startswith("4.") and told.endswith("200"), f"with the password it answers {told!r}")


PREPARE: dict[int, Prepare] = {
    14: listening,
    15: planted("WARN 1 --- [Lavalink] Error when loading track: Invalid status code for search response: 429"),
    17: Stage.stir,
    19: listening,
}
JUDGES: dict[int, Judge] = {
    11: shows("lavalink-", "Running", "{"),
    12: _lives_behind_its_password,
    13: shows("Name:", "MEMORY"),
    14: every(memory_limit("lavalink", "4Gi"), obeyed),
    15: shows("429"),
    16: shows("plugins", 'password: "${LAVALINK_SERVER_PASSWORD}"'),
    17: shows("VOICE_SERVER_UPDATE"),
    18: every(shows("subscribe", "discord-bot:to-audio", "message", "voice_server"), _without_token),
    19: unheard,
}
