"""Rows 40 to 48: payments."""

from __future__ import annotations

from simulator.stack import WEBHOOK_SECRET
from tests.runbook.judges.gateway import another_value, in_the_pods, rotated
from tests.runbook.judges.truth import Dones, Judge, Prepare, every, require, shows, soon
from tests.runbook.stage import Stage

SECRET = "STRIPE_WEBHOOK_SECRET"
HEARD = "webhook processing time"


def _paid(stage: Stage) -> None:
    stage.pay()
    soon(lambda: _tier(stage) == "PREMIUM", "what was paid for counts")


def _cancelled(stage: Stage) -> None:
    """Webhooks until every pod has had one: `kubectl logs deployment/…` shows one of them."""
    control = stage.cluster.control
    (mine,) = [
        one for one in control.get("/stripe/objects/subscription") if one["metadata"]["guild_id"] == stage.room.guild_id
    ]

    def heard_by_all() -> bool:
        for act in ("pause", "unpause"):
            control.post(f"/stripe/subscriptions/{mine['id']}/{act}", {})
        logs = [stage.cluster.run(f"kubectl logs {pod} -n discord-bot") for pod in stage.cluster.pods("discord-api")]
        return all(HEARD in log.stdout for log in logs)

    soon(heard_by_all, "a pod of the api had no webhook")
    control.post(f"/stripe/subscriptions/{mine['id']}/cancel", {})
    soon(lambda: _tier(stage) == "FREE", "what was cancelled does not count")


def _tier(stage: Stage) -> str:
    counts = "CASE WHEN status = 'ACTIVE' THEN tier ELSE 'FREE' END"
    ask = f'SELECT {counts} FROM subscriptions WHERE "guildId" = {stage.room.guild_id}'  # noqa: S608 # our own words
    return stage.sql(ask)


def _row_of_the_guild(stage: Stage, dones: Dones) -> None:
    for word in (stage.room.guild_id, "guildId", "currentPeriodEnd", "PREMIUM"):
        require(word in dones[0].stdout, f"{word} is not in the row")


def _heard_and_seen(stage: Stage, dones: Dones) -> None:
    require(int(dones[0].stdout.strip().split()[-1]) > 0, "nobody listens")
    stage.room.join("Alice")
    answer = stage.say("volume", level=150)
    require("150" in answer, f"the member's next command is answered {answer!r}")


PREPARE: dict[int, Prepare] = {40: _paid, 43: another_value(SECRET, restart="discord-api"), 44: _cancelled}
JUDGES: dict[int, Judge] = {
    40: shows("webhook"),
    41: _row_of_the_guild,
    42: shows(WEBHOOK_SECRET),
    43: every(rotated(SECRET, WEBHOOK_SECRET), in_the_pods("discord-api", SECRET, WEBHOOK_SECRET)),
    44: shows(HEARD),
    45: shows("UPDATE 1"),
    46: shows("(integer)"),
    47: shows("(integer)"),
    48: _heard_and_seen,
}
