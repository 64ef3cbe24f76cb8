"""One cluster for all of these tests, which are run by `make k8s-verify` alone."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.cluster import Cluster, NotBuilt


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They share a cluster and take minutes."""
    for item in items:
        if "tests/cluster/" in str(item.path):
            item.add_marker(pytest.mark.cluster)
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Everything of k8s/, rolled out; left out, loudly, where there is no API server or no right to make namespaces."""
    if os.getuid() != 0:
        pytest.skip("NOT PROVEN: pods that are real processes take root")
    try:
        made = Cluster()
    except NotBuilt as sentence:
        pytest.skip(f"NOT PROVEN: {sentence}")
    with made as running:
        yield running


@pytest.fixture(autouse=True)
def whole(cluster: Cluster) -> None:
    """Each test finds everything ready, whatever the one before did."""
    cluster.wait_rolled_out()
