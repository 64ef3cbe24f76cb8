"""Nodes behind names are found one by one, and a DNS server that is away takes none of them from us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from workers.adapters.node_names import NodeNames
from workers.ports import NodeAddress

POOL = NodeAddress("lavalink", 2333, "secret")


@dataclass
class Dns:
    """Knows what the test says; an empty answer is an error, as in getaddrinfo."""

    known: dict[str, Sequence[str]] = field(default_factory=dict)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        if not self.known.get(host):
            raise OSError("Name or service not known")
        return self.known[host]


async def names(node_names: NodeNames) -> list[str]:
    return [node.name for node in await node_names.look()]


async def test_every_address_behind_a_name_is_a_node() -> None:
    found = NodeNames([POOL], Dns({"lavalink": ["10.0.0.2", "10.0.0.1", "fd00::1"]}))
    assert await names(found) == ["10.0.0.1:2333", "10.0.0.2:2333", "[fd00::1]:2333"]
    assert {node.password for node in await found.look()} == {"secret"}


async def test_an_address_is_taken_as_it_is() -> None:
    assert await names(NodeNames([NodeAddress("127.0.0.1", 1, "x"), NodeAddress("[::1]", 2, "x")], Dns())) == [
        "127.0.0.1:1",
        "[::1]:2",
    ]


async def test_a_pod_that_ends_is_gone_and_an_absent_dns_changes_nothing() -> None:
    dns = Dns({"lavalink": ["10.0.0.1", "10.0.0.2"]})
    found = NodeNames([POOL], dns)
    await found.look()
    dns.known["lavalink"] = ["10.0.0.2"]
    assert await names(found) == ["10.0.0.2:2333"]
    dns.known.clear()
    assert await names(found) == ["10.0.0.2:2333"]


async def test_a_name_that_was_never_resolved_is_used_as_it_is() -> None:
    assert await names(NodeNames([POOL], Dns())) == ["lavalink:2333"]
