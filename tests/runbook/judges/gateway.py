"""Rows 1 to 10: commands are not answered."""

from __future__ import annotations

import base64
import json

from simulator.stack import TOKEN
from tests.runbook.judges.truth import Dones, Judge, Prepare, every, listening, require, shows, unheard
from tests.runbook.stage import Stage

SECRET = "secret discord-bot-secrets"


def another_value(key: str, *, restart: str = "") -> Prepare:
    """Preparation: this key has another value, in new pods of `restart` too; remember which keys there are."""

    def prepare(stage: Stage) -> None:
        stage.remembered["keys"] = sorted(stage.objects(SECRET)["data"])
        patch = json.dumps({"stringData": {key: "not-the-one"}})
        stage.cluster.run(f"kubectl patch {SECRET} -n discord-bot -p '{patch}'").check()
        if restart:
            stage.cluster.run(f"kubectl rollout restart deployment/{restart} -n discord-bot").check()
            stage.cluster.wait_rolled_out()

    return prepare


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


def in_the_pods(app: str, key: str, value: str) -> Judge:
    """Every pod of the app has the value in its file."""

    def judge(stage: Stage, _: Dones) -> None:
        for pod in stage.cluster.pods(app):
            read = f"kubectl exec {pod} -n discord-bot -- cat /run/secrets/segue/{key}"
            require(stage.cluster.run(read).stdout.strip() == value, f"{pod} does not have the new {key}")

    return judge


PREPARE: dict[int, Prepare] = {5: listening, 7: another_value("DISCORD_TOKEN")}
JUDGES: dict[int, Judge] = {
    1: shows("discord-gateway-", "Running"),
    2: shows("INTERACTION_CREATE"),
    3: shows('"indicator"'),
    4: shows("Name:", "discord-gateway", "LAST SEEN"),
    5: every(shows("successfully rolled out"), unheard),
    6: shows("discord-bot-secrets", "Opaque"),
    7: every(rotated("DISCORD_TOKEN", TOKEN), in_the_pods("discord-gateway", "DISCORD_TOKEN", TOKEN)),
    8: shows("succeeded"),
    9: _policy(False),
    10: _policy(True),
}
