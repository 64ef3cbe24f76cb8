"""`kubectl logs` shows what the real processes say."""

from __future__ import annotations

import datetime as dt
import json

from tests.cluster import Cluster
from tests.cluster.waiting import until


def test_lines_are_the_processes_own(cluster: Cluster) -> None:
    shown = cluster.run("kubectl logs deployment/discord-api -n discord-bot").check().stdout
    assert all(json.loads(line)["process"] == "api" for line in shown.splitlines() if line.startswith("{"))
    assert "Uvicorn running" in shown


def test_only_the_end_is_shown_on_request(cluster: Cluster) -> None:
    assert len(cluster.run("kubectl logs postgres-0 -n discord-bot --tail=3").check().stdout.splitlines()) == 3


def test_lines_carry_their_time_on_request(cluster: Cluster) -> None:
    line = cluster.run("kubectl logs postgres-0 -n discord-bot --tail=1 --timestamps").check().stdout
    assert dt.datetime.fromisoformat(line.partition(" ")[0][:26] + "+00:00").year >= 2025


def test_what_is_older_is_left_out_on_request(cluster: Cluster) -> None:
    pod = cluster.pods("discord-flower")[0]
    everything = cluster.run(f"kubectl logs {pod}").check().stdout
    assert cluster.run(f"kubectl logs {pod} --since=1h").check().stdout == everything
    assert len(cluster.run(f"kubectl logs {pod} --since=1s").check().stdout) < len(everything)


def test_new_lines_follow(cluster: Cluster) -> None:
    with cluster.background("kubectl logs -f postgres-0 -n discord-bot --tail=0") as following:
        until(lambda: following.alive())
        ask = "kubectl exec postgres-0 -- psql -U postgres -c 'SELECT 1 / 0 AS followed'"
        until(lambda: cluster.run(ask).rc != 0 and "division by zero" in following.text())


def test_the_log_of_a_process_that_died_is_kept(cluster: Cluster) -> None:
    pod = cluster.pods("discord-beat")[0]
    cluster.kill(pod)
    until(lambda: cluster.run(f"kubectl logs {pod} -n discord-bot --previous").rc == 0)
    assert "beat: Starting" in cluster.run(f"kubectl logs {pod} -n discord-bot --previous").check().stdout
    restarts = f"kubectl get pod {pod} -o jsonpath='{{.status.containerStatuses[0].restartCount}}'"
    until(lambda: cluster.run(restarts).check().stdout == "1")
