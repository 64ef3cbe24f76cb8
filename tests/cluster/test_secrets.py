"""Rotating one key of the Secret with `create --dry-run | apply` leaves the others alone."""

from __future__ import annotations

import json

from simulator.stack import TOKEN as TOKEN_VALUE
from tests.cluster import Cluster
from tests.cluster.waiting import until

TOKEN = """kubectl create secret generic discord-bot-secrets \\
  --from-literal=DISCORD_TOKEN="{}" \\
  --dry-run=client -o yaml | kubectl apply -f -"""
PATCH = (
    "kubectl patch secret discord-bot-secrets -n discord-bot "
    """-p '{{"stringData":{{"STRIPE_WEBHOOK_SECRET":"{}"}}}}'"""
)
WEBHOOK = """kubectl create secret generic discord-bot-secrets \\
  --from-literal=STRIPE_WEBHOOK_SECRET="{}" \\
  --dry-run=client -o yaml | kubectl apply -f -"""
READ = "kubectl get secret discord-bot-secrets -n discord-bot -o jsonpath='{.data.STRIPE_WEBHOOK_SECRET}' | base64 -d"


def test_two_rotations_in_sequence_lose_no_key(cluster: Cluster) -> None:
    before = _keys(cluster)
    webhook = cluster.run(READ).check().stdout
    token = TOKEN_VALUE
    cluster.run(TOKEN.format(token)).check()
    cluster.run(WEBHOOK.format("whsec_rotated")).check()
    cluster.run(TOKEN.format(token)).check()
    assert _keys(cluster) == before
    assert cluster.run(READ).check().stdout == "whsec_rotated"
    cluster.run(WEBHOOK.format(webhook)).check()
    assert _keys(cluster) == before


def test_new_pods_read_the_new_value(cluster: Cluster) -> None:
    read = "kubectl exec deployment/discord-api -- cat /run/secrets/segue/STRIPE_WEBHOOK_SECRET"
    before = cluster.run(READ).check().stdout
    cluster.run(WEBHOOK.format("whsec_new")).check()
    cluster.run("kubectl rollout restart deployment/discord-api -n discord-bot").check()
    cluster.wait_rolled_out()
    assert cluster.run(read).check().stdout == "whsec_new"
    cluster.run(WEBHOOK.format(before)).check()
    cluster.run("kubectl rollout restart deployment/discord-api -n discord-bot").check()


def test_files_of_a_running_pod_follow_after_a_while(cluster: Cluster) -> None:
    read = "kubectl exec deployment/discord-api -- cat /run/secrets/segue/STRIPE_WEBHOOK_SECRET"
    before = cluster.run(READ).check().stdout
    cluster.run(WEBHOOK.format("whsec_later")).check()
    until(lambda: cluster.run(read).check().stdout == "whsec_later")
    cluster.run(WEBHOOK.format(before)).check()


def test_a_patch_sets_one_key_on_every_kubernetes(cluster: Cluster) -> None:
    before, webhook = _keys(cluster), cluster.run(READ).check().stdout
    cluster.run(PATCH.format("whsec_patched")).check()
    assert cluster.run(READ).check().stdout == "whsec_patched"
    cluster.run(PATCH.format(webhook)).check()
    assert _keys(cluster) == before


def _keys(cluster: Cluster) -> set[str]:
    return set(json.loads(cluster.run("kubectl get secret discord-bot-secrets -o json").check().stdout)["data"])
