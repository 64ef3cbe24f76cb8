"""No spelling of a private address is taken for a public host."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.adapters.address_rules import NotPublic, is_public, public_host, system_resolver

PRIVATE_V4 = st.sampled_from(
    ["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
     "224.0.0.0/4", "240.0.0.0/4"]
).flatmap(lambda network: st.ip_addresses(v=4, network=network))  # fmt: skip


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0",
        "0x", "127.0.0.1.", "10.0.0.1", "169.254.169.254", "0xa9fea9fe", "100.100.100.200", "168.63.129.16",
        "012.0.0.1", "1.1.1.256", "256.1.1.1", "1.2.3.4.5", "4294967296", "08.8.8.8", "1..1", "::1", "::",
        "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1",
        "fe80::1%25eth0", "2606:4700::1%eth0", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2001:0:4136:e378::1", "::zz",
        "localhost", "LOCALHOST", "localhost.", "foo.localhost", "localhost.localdomain", "redis", "lavalink",
        "printer.local", "metadata.google.internal", "redis.discord.svc", "redis.discord.svc.cluster.local",
        "router.lan", "nas.home", "x.home.arpa", "wiki.corp", "", ".", "..", "a..b", ".example.com", "-a.example",
        "a_b", "example.c", "exa mple.com", "example.com\\", "127%2e0.0.1", "１２７.0.0.1", "ⓛocalhost",
        "127。0。0。1", "example.123", "a" * 64 + ".example", "\ud800.example",
    ],
)  # fmt: skip
def test_private_or_doubtful_hosts_are_refused(host: str) -> None:
    with pytest.raises(NotPublic):
        public_host(host)


@pytest.mark.parametrize(
    ("host", "canonical"),
    [
        ("music.segue.example", "music.segue.example"),
        ("YouTu.BE", "youtu.be"),
        ("www.youtube.com.", "www.youtube.com"),
        ("t.co", "t.co"),
        ("stream-1.radio_x.example", "stream-1.radio_x.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.xn--p1ai", "xn--bcher-kva.xn--p1ai"),
        ("8.8.8.8", "8.8.8.8"),
        ("134744072", "8.8.8.8"),
        ("0x08.0x8.2056", "8.8.8.8"),
        ("2606:4700:4700::1111", "2606:4700:4700::1111"),
        ("::ffff:8.8.8.8", "::ffff:8.8.8.8"),
    ],
)
def test_public_hosts_come_back_in_one_spelling(host: str, canonical: str) -> None:
    assert ipaddress_or_name(public_host(host)) == ipaddress_or_name(canonical)


def ipaddress_or_name(host: str) -> object:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return host


@given(PRIVATE_V4, st.sampled_from(["{:d}", "{:#x}", "{:#X}"]), st.integers(0, 3), st.booleans())
def test_no_spelling_of_a_private_ipv4_passes(
    address: ipaddress.IPv4Address, form: str, parts: int, mapped: bool
) -> None:
    """`parts` leading bytes stand alone, the last number fills the rest, as inet_aton(3) reads them."""
    packed = address.packed
    rest = int.from_bytes(packed[parts:])
    host = ".".join([*(form.format(byte) for byte in packed[:parts]), form.format(rest)])
    assert socket.inet_aton(host) == packed

    for spelling in [host, f"::ffff:{address}", f"64:ff9b::{address}", str(address)] if mapped else [host]:
        with pytest.raises(NotPublic):
            public_host(spelling)


@given(PRIVATE_V4)
def test_no_octal_spelling_of_a_private_ipv4_passes(address: ipaddress.IPv4Address) -> None:
    host = ".".join(f"0{byte:o}" for byte in address.packed)
    assert socket.inet_aton(host) == address.packed

    with pytest.raises(NotPublic):
        public_host(host)


@given(st.text(max_size=40))
def test_what_passes_is_a_public_literal_or_a_dotted_name(host: str) -> None:
    try:
        passed = public_host(host)
    except NotPublic:
        return
    literal = ipaddress_or_name(passed)
    if isinstance(literal, str):
        assert "." in literal
        assert literal.rpartition(".")[2].replace("-", "").isalnum()
        with pytest.raises(OSError, match="illegal IP"):
            socket.inet_aton(literal)
    else:
        assert is_public(ipaddress.ip_address(passed))
    assert public_host(passed) == passed


async def test_the_systems_resolver_finds_this_machine_and_gives_up_on_nonsense() -> None:
    resolve = system_resolver()

    assert ipaddress.ip_address("127.0.0.1") in await resolve("localhost")
    assert await resolve("no-such-name.invalid") == ()
    assert await resolve("a" * 70 + ".example") == ()
