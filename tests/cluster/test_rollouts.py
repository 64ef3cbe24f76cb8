"""Restarts, rollbacks, scaling, deletions and drains do to real processes what they do in a cluster."""

from __future__ import annotations

import json

from tests.cluster import Cluster, Completed
from tests.cluster.waiting import until

STATUS = "kubectl rollout status deployment/discord-gateway -n discord-bot --timeout=300s"


def test_a_restart_replaces_every_process(cluster: Cluster) -> None:
    before = cluster.pods("discord-gateway")
    cluster.run("kubectl rollout restart deployment/discord-gateway -n discord-bot").check()
    cluster.run(STATUS).check()
    cluster.wait_rolled_out()
    after = cluster.pods("discord-gateway")
    assert not set(before) & set(after)
    assert all(cluster.started(pod) for pod in after)


def test_a_rollout_is_undone_and_a_revision_chosen(cluster: Cluster) -> None:
    image = "kubectl get deployment discord-gateway -o jsonpath='{.spec.template.spec.containers[0].image}'"
    cluster.run("kubectl set image deployment/discord-gateway gateway=segue:bad").check()
    cluster.run(STATUS).check()
    cluster.run("kubectl rollout undo deployment/discord-gateway -n discord-bot").check()
    cluster.run(STATUS).check()
    assert cluster.run(image).check().stdout == "segue"
    history = cluster.run("kubectl rollout history deployment/discord-gateway -n discord-bot").check().stdout
    revision = [line.split()[0] for line in history.splitlines() if line[:1].isdigit()][-2]
    cluster.run(f"kubectl rollout undo deployment/discord-gateway --to-revision={revision} -n discord-bot").check()
    cluster.run(STATUS).check()
    assert cluster.run(image).check().stdout == "segue:bad"
    cluster.run("kubectl rollout undo deployment/discord-gateway -n discord-bot").check()
    cluster.run(STATUS).check()


def test_scaling_starts_and_ends_processes(cluster: Cluster) -> None:
    cluster.run("kubectl scale deployment discord-gateway --replicas=0 -n discord-bot").check()
    until(lambda: cluster.pods("discord-gateway") == [])
    cluster.run("kubectl scale deployment discord-gateway --replicas=2 -n discord-bot").check()
    cluster.wait_rolled_out()
    assert len(cluster.pods("discord-gateway")) == 2


def test_a_deleted_database_pod_comes_back_with_its_data(cluster: Cluster) -> None:
    _sql(cluster, "CREATE TABLE kept AS SELECT 7 AS seven")
    before = cluster.started("postgres-0")
    cluster.run("kubectl delete pod postgres-0 -n discord-bot").check()
    until(lambda: cluster.run("kubectl wait --for=condition=Ready pod/postgres-0 --timeout=60s").rc == 0)
    assert cluster.started("postgres-0") != before
    assert _sql(cluster, "SELECT seven FROM kept") == "7"
    _sql(cluster, "DROP TABLE kept")


def test_a_drain_obeys_the_budgets(cluster: Cluster) -> None:
    node = _node_of(cluster, cluster.pods("lavalink")[0])
    cluster.run(f"kubectl drain {node} --ignore-daemonsets --delete-emptydir-data --timeout=300s", seconds=320).check()
    try:
        pods = json.loads(cluster.run(f"kubectl get pods -o json --field-selector spec.nodeName={node}").check().stdout)
        alive = [pod["metadata"]["name"] for pod in pods["items"] if pod["status"]["phase"] == "Running"]
        assert alive == []
        cluster.wait_rolled_out()
    finally:
        cluster.run(f"kubectl uncordon {node}").check()


def test_a_budget_refuses_to_lose_the_last_but_one(cluster: Cluster) -> None:
    first, second = cluster.pods("discord-gateway")
    assert _evict(cluster, first).rc == 0
    refused = _evict(cluster, second)
    assert "disruption budget" in refused.stdout + refused.stderr


def _sql(cluster: Cluster, statement: str) -> str:
    line = f"kubectl exec postgres-0 -n discord-bot -- psql -U postgres discord -Atc '{statement}'"
    return cluster.run(line).check().stdout.strip()


def _node_of(cluster: Cluster, pod: str) -> str:
    return cluster.run(f"kubectl get pod {pod} -o jsonpath='{{.spec.nodeName}}'").check().stdout


def _evict(cluster: Cluster, pod: str) -> Completed:
    body = json.dumps({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod}})
    path = f"/api/v1/namespaces/discord-bot/pods/{pod}/eviction"
    return cluster.run(f"kubectl create --raw {path} -f -", stdin=body)
