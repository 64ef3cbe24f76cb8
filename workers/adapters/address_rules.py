"""Decides whether a host may be fetched by our nodes, because members type URLs and nodes stand inside our network.

The last wall is the network policy around the nodes, which excludes private ranges: a name may resolve differently
for us than for the node a moment later (DNS rebinding), and no check here can see that.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

Resolve = Callable[[str], Awaitable[tuple[Address, ...]]]
"""Gives a name's addresses, or none when it does not resolve (in time)."""

RESOLVE_WITHIN = 1.0

_NAME = re.compile(r"(?=.{4,253}$)(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)+(?:xn--[a-z0-9-]{1,59}|[a-z]{2,63})")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_INSIDE = {
    "localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "svc", "arpa",
}  # fmt: skip
"""Last labels of names that only a private network answers (RFC 6762 appendix G, RFC 8375, Kubernetes)."""
_CLOUD = {ipaddress.ip_address("168.63.129.16")}
"""Looks public and is none: Azure's platform address."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotPublic(Exception):
    """The host is private, or written so that nobody can be sure."""


def public_host(host: str) -> str:
    """The canonical form of a host from a URL (no brackets), lower case; raises NotPublic.

    Numbers are read in every spelling that inet_aton or Java takes (decimal, octal, hex, short), and come back
    as a dotted quad or IPv6 address, so that what was checked is what the node fetches. Names are not resolved here.
    """
    host = _ascii(host).rstrip(".").lower()
    if ":" in host:
        return str(_checked(_ipv6(host)))
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        first, *_ = [_checked(reading) for reading in _ipv4_readings(host)]  # all of them must be public
        return str(first)
    if not _NAME.fullmatch(host) or host.rpartition(".")[2] in _INSIDE:
        raise NotPublic(host)
    return host


def is_public(address: Address) -> bool:
    """Whether an address, and any IPv4 address inside it, belongs to the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inside_ipv6(address)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address.scope_id is not None:
            return False
    if address in _CLOUD or address.is_multicast or address.is_reserved:
        return False
    return address.is_global


def system_resolver() -> Resolve:
    """getaddrinfo on threads of its own: a slow name must not hold up the threads that find our nodes."""
    threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="member-dns")

    async def resolve(name: str) -> tuple[Address, ...]:
        looking = asyncio.get_running_loop().run_in_executor(threads, _look_up, name)
        try:
            async with asyncio.timeout(RESOLVE_WITHIN):
                return await looking
        except TimeoutError:
            return ()

    return resolve


def _look_up(name: str) -> tuple[Address, ...]:
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # no such name, or no DNS here: the node will say so itself
        return ()
    return tuple(ipaddress.ip_address(entry[4][0]) for entry in found)


def _ascii(host: str) -> str:
    """IDNA form: full-width digits and dots become plain ones before anything is judged."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise NotPublic(host) from error


def _checked(address: Address) -> Address:
    if not is_public(address):
        raise NotPublic(str(address))
    return address


def _ipv6(host: str) -> ipaddress.IPv6Address:
    try:
        return ipaddress.IPv6Address(host)
    except ValueError as error:
        raise NotPublic(host) from error


def _inside_ipv6(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for: mapped, compatible, 6to4, NAT64."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64 or int(address) >> 32 == 0:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _ipv4_readings(host: str) -> list[ipaddress.IPv4Address]:
    """Every address a host of numbers may mean: a leading zero is octal to inet_aton and decimal to older Javas."""
    parts = host.split(".")
    if not 1 <= len(parts) <= 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise NotPublic(host)
    readings = [_join([_inet_aton(part, host) for part in parts], host)]
    if any(len(part) > 1 and part[0] == "0" and part.isdigit() for part in parts):
        readings.append(_join([int(part, 16) if part.startswith("0x") else int(part) for part in parts], host))
    return readings


def _inet_aton(part: str, host: str) -> int:
    base = 16 if part.startswith("0x") else 8 if part.startswith("0") else 10
    try:
        return int(part[2:] or "0", 16) if base == 16 else int(part, base)
    except ValueError as error:
        raise NotPublic(host) from error


def _join(numbers: list[int], host: str) -> ipaddress.IPv4Address:
    """inet_aton(3): the last number fills the bytes that are left."""
    *firsts, last = numbers
    if any(number > 255 for number in firsts) or last >= 256 ** (5 - len(numbers)):
        raise NotPublic(host)
    value = last
    for place, number in enumerate(firsts):
        value += number << (24 - 8 * place)
    return ipaddress.IPv4Address(value)
