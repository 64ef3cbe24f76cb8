"""Reads LAVALINK_NODES, so that a typing error stops a process with one sentence that shows no password."""

from __future__ import annotations

import ipaddress
import re

from project.env import refuse_to_start
from workers.ports import NodeAddress

_ENTRY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(?P<port>[0-9]{1,5})(?::(?P<password>.*))?")


def parse_nodes(setting: str, default_password: str) -> tuple[NodeAddress, ...]:
    """The nodes of `host:port[:password],…`; IPv6 as `[::1]:2333`. Raises StartRefused.

    The host keeps its brackets, because it is put into URLs and names. A password may hold colons but no comma.
    """
    entries = [entry.strip() for entry in setting.split(",") if entry.strip()]
    if not entries:
        refuse_to_start("LAVALINK_NODES names no node. Set it to host:port[:password],…")
    nodes = tuple(_node(entry, place, default_password) for place, entry in enumerate(entries, start=1))
    names = [node.name for node in nodes]
    for name in names:
        if names.count(name) > 1:
            refuse_to_start(f"LAVALINK_NODES names {name} twice. Name each node once.")
    return nodes


def _node(entry: str, place: int, default_password: str) -> NodeAddress:
    match = _ENTRY.fullmatch(entry)
    if match is None:
        refuse_to_start(f"LAVALINK_NODES: entry {place} does not look like host:port or host:port:password.")
    host, port, password = match["host"], int(match["port"]), match["password"]
    if not 1 <= port <= 65535:
        refuse_to_start(f"LAVALINK_NODES: entry {place} has port {port}; a port is between 1 and 65535.")
    if host.startswith("["):
        _refuse_bad_ipv6(host, place)
    return NodeAddress(host=host, port=port, password=password or default_password)


def _refuse_bad_ipv6(host: str, place: int) -> None:
    try:
        ipaddress.IPv6Address(host[1:-1])
    except ValueError:
        refuse_to_start(f"LAVALINK_NODES: entry {place} has no IPv6 address in its brackets.")
