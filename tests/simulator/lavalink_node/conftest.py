"""A node with the catalogue, in this process and on a free port."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.catalogue import Catalogue, ensure_catalogue
from simulator.lavalink_node.node import Node
from simulator.lavalink_node.routes import serve
from simulator.lavalink_node.settings import NodeSettings
from tests.contract.client import NodeClient

PASSWORD = "secret"


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Made once for all test processes of a run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    return ensure_catalogue(shared / "catalogue")


@pytest.fixture
async def client(catalogue: Catalogue) -> AsyncIterator[NodeClient]:
    node = Node(NodeSettings(password=PASSWORD, catalogue=catalogue.folder))
    runner, port = await serve(node, "127.0.0.1", 0)
    client = NodeClient(f"http://127.0.0.1:{port}", PASSWORD)
    yield client
    await client.close()
    await runner.cleanup()


@pytest.fixture
def catalogue_folder(catalogue: Catalogue) -> Path:
    return catalogue.folder
