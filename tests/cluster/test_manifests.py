"""The API server takes every object of k8s/ as it is, and its Pod Security refuses none."""

from __future__ import annotations

import pytest

from tests.cluster import Cluster
from tests.cluster.binaries import ROOT

PRIVILEGED = """
apiVersion: v1
kind: Pod
metadata: {name: privileged}
spec: {containers: [{name: it, image: segue, securityContext: {privileged: true}}]}
"""


@pytest.mark.parametrize("folder", ["k8s", "k8s/overlays/small"])
def test_all_objects_are_taken_under_restricted(cluster: Cluster, folder: str) -> None:
    cluster.run("kubectl delete job discord-migrate --ignore-not-found").check()
    done = cluster.run(f"kubectl apply --server-side --force-conflicts --dry-run=server -k {ROOT}/{folder}").check()
    assert "violate" not in done.stderr
    assert "deployment.apps/discord-audio" in done.stdout


def test_the_restore_job_is_taken(cluster: Cluster) -> None:
    done = cluster.run(f"kubectl create --dry-run=server -f {ROOT}/k8s/restore.yaml").check()
    assert "violate" not in done.stderr


def test_the_policies_are_a_file_of_their_own(cluster: Cluster) -> None:
    cluster.run("kubectl delete networkpolicy discord-gateway-netpol -n discord-bot").check()
    cluster.run("kubectl apply -f k8s/network-policy.yaml").check()
    cluster.run("kubectl get networkpolicy discord-gateway-netpol").check()


def test_a_pod_that_asks_for_rights_is_refused(cluster: Cluster) -> None:
    done = cluster.run("kubectl apply -f -", stdin=PRIVILEGED)
    assert done.rc == 1
    assert 'violates PodSecurity "restricted:latest"' in done.stderr


@pytest.mark.parametrize("name", ["discord-audio-hpa", "discord-api-hpa", "lavalink-hpa"])
def test_the_autoscaler_finds_what_it_scales(cluster: Cluster, name: str) -> None:
    path = "{.status.conditions[?(@.type=='AbleToScale')].status}"
    assert cluster.run(f'kubectl get hpa {name} -o jsonpath="{path}"').check().stdout == "True"
