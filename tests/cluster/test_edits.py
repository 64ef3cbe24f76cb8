"""What the runbook has people change with `kubectl edit`, by an editor that is a script."""

from __future__ import annotations

import pytest

from tests.cluster import Cluster
from tests.cluster.waiting import until

LIMIT = "{.spec.template.spec.containers[0].resources.limits.memory}"


@pytest.mark.parametrize(
    ("what", "change", "path", "value"),
    [
        ("deployment lavalink", "s/memory: 2Gi/memory: 4Gi/", LIMIT, "4Gi"),
        ("deployment discord-audio", "s/memory: 1Gi/memory: 3Gi/", LIMIT, "3Gi"),
        (
            "pvc postgres-data-postgres-0",
            "s/storage: 10Gi/storage: 20Gi/",
            "{.spec.resources.requests.storage}",
            "20Gi",
        ),
        (
            "hpa discord-audio-hpa",
            "s/averageUtilization: 70/averageUtilization: 60/",
            "{.spec.metrics[0].resource.target.averageUtilization}",
            "60",
        ),
    ],
)
def test_an_edit_is_taken(cluster: Cluster, what: str, change: str, path: str, value: str) -> None:
    cluster.run(f"kubectl edit {what} -n discord-bot", EDITOR=f"sed -i '{change}'").check()
    assert cluster.run(f"kubectl get {what} -n discord-bot -o jsonpath='{path}'").check().stdout == value
    cluster.wait_rolled_out()


def test_a_claim_grows(cluster: Cluster) -> None:
    claim = "pvc redis-data-redis-0"
    cluster.run(f"kubectl edit {claim} -n discord-bot", EDITOR="sed -i 's/storage: 4Gi/storage: 6Gi/'").check()
    size = f"kubectl get {claim} -o jsonpath='{{.status.capacity.storage}}'"
    until(lambda: cluster.run(size).check().stdout == "6Gi")


def test_redis_obeys_its_config_after_a_restart(cluster: Cluster) -> None:
    edit = "sed -i 's/maxmemory 512mb/maxmemory 800mb/'"
    cluster.run("kubectl edit configmap redis-config -n discord-bot", EDITOR=edit).check()
    cluster.run("kubectl delete pod redis-0 -n discord-bot").check()
    cluster.wait_rolled_out()
    shown = cluster.run("kubectl exec -it redis-0 -n discord-bot -- redis-cli INFO memory").check().stdout
    assert f"maxmemory:{800 * 1024 * 1024}" in shown
