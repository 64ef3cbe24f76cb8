"""Every kind of pod reaches what it needs and nothing else; what it needs is seen by what it is given."""

from __future__ import annotations

import pytest

from tests.k8s.manifests import PROCESSES, default_ports, secret_keys
from tests.k8s.network import Place, allowed, other, outside, pods

STORES = {"postgres": 5432, "redis": 6379, "lavalink": 2333}
PORTS = {
    **STORES,
    **{name: default_ports().get(f"{name.removeprefix('discord-').upper()}_PORT", 0) for name in PROCESSES},
}
DNS = other("kube-system", k8s_app="kube-dns")
PUBLIC, PUBLIC_6 = outside("162.159.128.233"), outside("2606:4700::1")
INSIDE = [
    outside(address)
    for address in ("10.96.0.1", "10.1.2.3", "172.20.0.1", "192.168.1.1", "100.64.0.7", "169.254.169.254", "127.0.0.1")
] + [outside(address) for address in ("fd00::1", "fe80::1", "::1")]
WEB = {"DISCORD_TOKEN", "DISCORD_CLIENT_SECRET", "STRIPE_SECRET_KEY"}
"""Who is given one of these speaks to Discord or Stripe."""
GIVEN = {
    "discord-migrate": "discord-migrate",
    "postgres-backup": "postgres-backup",
    **{name: name for name in PROCESSES},
}
"""Pods that start connections, and the workload that says what they are given."""


def needs(name: str) -> set[str]:
    """Which stores a pod speaks to."""
    keys = set(secret_keys(name).values())
    found = {"postgres"} if keys & {"DATABASE_URL", "AUDIO_DATABASE_URL"} else set()
    found |= {"lavalink"} if "LAVALINK_PASSWORD" in keys else set()
    return found | ({"redis"} if name in PROCESSES else set())


@pytest.mark.parametrize("name", GIVEN)
def test_it_reaches_the_stores_that_it_is_given(name: str) -> None:
    reached = {
        target.name
        for target in pods().values()
        for port in sorted({port for port in PORTS.values() if port})
        if allowed(pods()[name], target, port)
    }
    assert reached == needs(name)


@pytest.mark.parametrize(("store", "port"), STORES.items())
def test_a_store_is_open_at_its_port_alone(store: str, port: int) -> None:
    assert {
        each for each in (22, 80, port - 1, port, port + 1) if allowed(pods()["discord-audio"], pods()[store], each)
    } == {port}


@pytest.mark.parametrize("name", GIVEN)
def test_who_speaks_to_discord_or_stripe_reaches_them(name: str) -> None:
    wanted = bool(WEB & set(secret_keys(name).values()))
    assert allowed(pods()[name], PUBLIC, 443) is allowed(pods()[name], PUBLIC_6, 443) is wanted
    assert not allowed(pods()[name], PUBLIC, 80)
    assert not allowed(pods()[name], PUBLIC, 443, "UDP")


def test_lavalink_reaches_music_and_voice_servers() -> None:
    for port, protocol in ((443, "TCP"), (80, "TCP"), (8000, "TCP"), (50_001, "UDP"), (65_535, "UDP")):
        assert allowed(pods()["lavalink"], PUBLIC, port, protocol)


@pytest.mark.parametrize("name", pods())
@pytest.mark.parametrize("address", INSIDE, ids=lambda place: place.name)
def test_nobody_is_led_inside_by_an_address(name: str, address: Place) -> None:
    """What members ask Lavalink for may resolve to anything: a cloud's metadata, the API server, a router."""
    assert not any(allowed(pods()[name], address, port) for port in (80, 443, 5432, 6379, 8080, 10_250))


@pytest.mark.parametrize("name", pods())
def test_names_are_resolved_by_those_who_ask_for_them(name: str) -> None:
    wanted = name not in {"postgres", "redis"}
    assert allowed(pods()[name], DNS, 53, "UDP") is allowed(pods()[name], DNS, 53, "TCP") is wanted


@pytest.mark.parametrize("name", pods())
def test_only_monitoring_and_the_ingress_come_in_from_outside(name: str) -> None:
    every = sorted({port for port in PORTS.values() if port})
    scraped = {port for port in every if allowed(other("monitoring"), pods()[name], port)}
    assert scraped == ({PORTS[name]} if PORTS.get(name) and name not in STORES else set())
    routed = {port for port in every if allowed(other("ingress-nginx"), pods()[name], port)}
    assert routed == ({PORTS["discord-api"]} if name == "discord-api" else set())
    assert not any(allowed(other("default"), pods()[name], port) for port in every)
    assert not any(allowed(PUBLIC, pods()[name], port) for port in every)


def test_traces_reach_their_collector() -> None:
    tracing = {name for name in pods() if allowed(pods()[name], other("monitoring"), 4318)}
    assert tracing == {"discord-gateway", "discord-audio", "discord-api", "discord-worker"}


def test_a_pod_that_nobody_knows_reaches_nothing() -> None:
    stranger = Place("stranger", {"app": "debug"})
    assert not any(allowed(stranger, store, STORES[name]) for name, store in pods().items() if name in STORES)
    assert not allowed(stranger, PUBLIC, 443)


def test_without_its_policy_the_gateway_is_open_for_a_test() -> None:
    gateway = pods()["discord-gateway"]
    assert not allowed(gateway, PUBLIC, 8443)
    assert allowed(gateway, PUBLIC, 8443, without="discord-gateway-netpol")
