"""`kubectl port-forward` and `kubectl top` are about the real processes."""

from __future__ import annotations

from tests.cluster import Cluster
from tests.cluster.waiting import until

MIB_OF_ANY_PYTHON = 30


def test_metrics_of_the_api_are_read_through_a_forwarded_port(cluster: Cluster) -> None:
    with cluster.background("kubectl port-forward -n discord-bot svc/discord-api 3000:3000"):
        ask = "curl -s http://localhost:3000/metrics | grep latency"
        until(lambda: "api_request_latency_seconds" in cluster.run(ask).stdout)


def test_lavalink_tells_its_version_to_who_knows_its_password(cluster: Cluster) -> None:
    secret = "kubectl get secret discord-bot-secrets -o jsonpath='{.data.LAVALINK_PASSWORD}' | base64 -d"
    password = cluster.run(secret).check().stdout
    with cluster.background("kubectl port-forward -n discord-bot svc/lavalink 2333:2333"):
        ask = f"curl -s -H 'Authorization: {password}' http://localhost:2333/version"
        until(lambda: cluster.run(ask).stdout.startswith("4."))


def test_discord_is_answered_for_by_a_stand_in(cluster: Cluster) -> None:
    assert "indicator" in cluster.run("curl -s https://status.discord.com/api/v2/status.json").check().stdout
    inside = "kubectl exec deployment/discord-api -n discord-bot -- curl -s https://discord.com"
    assert "stand_in_for" in cluster.run(inside).check().stdout


def test_what_pods_use_is_shown(cluster: Cluster) -> None:
    def of_two() -> bool:
        top = "kubectl top pod -n discord-bot -l app=discord-audio --no-headers"
        rows = [row.split() for row in cluster.run(top).stdout.splitlines()]
        return len(rows) == 2 and all(int(row[2].removesuffix("Mi")) > MIB_OF_ANY_PYTHON for row in rows)

    until(of_two)


def test_what_nodes_use_is_shown(cluster: Cluster) -> None:
    until(lambda: len(cluster.run("kubectl top nodes --no-headers").stdout.splitlines()) == 3)
