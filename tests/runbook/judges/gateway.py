"""Rows 1 to 10: commands are not answered."""

from __future__ import annotations

import base64

from simulator.stack import TOKEN
from tests.runbook.judges.truth import Dones, Judge, Prepare, every, listening, require, shows, soon, unheard
from tests.runbook.stage import Stage

SECRET = "secret discord-bot-secrets"


def keys_of_the_secret(stage: Stage) -> None:
    """Preparation: remember which there are."""
    stage.remembered["keys"] = sorted(stage.objects(SECRET)["data"])


def rotated(key: str, value: str) -> Judge:
    """This key has the value, and no other is gone."""

    def judge(stage: Stage, _: Dones) -> None:
        stage.cluster.wait_rolled_out()
        data = stage.objects(SECRET)["data"]
        require(sorted(data) == stage.remembered["keys"], f"keys are now {sorted(data)}")
        require(base64.b64decode(data[key]).decode() == value, f"{key} has not changed")

    return judge


def _policy(wanted: bool) -> Judge:
    def judge(stage: Stage, _: Dones) -> None:
        found = stage.cluster.run("kubectl get networkpolicy discord-gateway-netpol -n discord-bot").rc == 0
        require(found == wanted, "the policy is there" if found else "the policy is gone")

    return judge


def _token_is_in_the_pod(stage: Stage, _: Dones) -> None:
    pod = stage.cluster.pods("discord-gateway")[0]
    read = f"kubectl exec {pod} -n discord-bot -- cat /run/secrets/segue/DISCORD_TOKEN"
    soon(lambda: stage.cluster.run(read).stdout.strip() == TOKEN, "the new pods have the new token")


PREPARE: dict[int, Prepare] = {5: listening, 7: keys_of_the_secret}
JUDGES: dict[int, Judge] = {
    1: shows("discord-gateway-", "Running"),
    2: shows("INTERACTION_CREATE"),
    3: shows('"indicator"'),
    4: shows("Name:", "discord-gateway", "LAST SEEN"),
    5: every(shows("successfully rolled out"), unheard),
    6: shows("discord-bot-secrets", "Opaque"),
    7: every(rotated("DISCORD_TOKEN", TOKEN), _token_is_in_the_pod),
    8: shows("succeeded"),
    9: _policy(False),
    10: _policy(True),
}
