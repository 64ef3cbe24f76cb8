"""Decides like a network plugin which connections the policies allow (Kubernetes docs, Network Policies)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

from tests.k8s.manifests import NAMESPACE, Manifest, of_kind, pod_template, selected, workloads


@dataclass(frozen=True)
class Place:
    """An end of a connection: a pod (`labels` in `namespace`), or an `address` outside."""

    name: str
    labels: dict[str, str] = field(default_factory=dict)
    namespace: str = NAMESPACE
    address: str | None = None


def pods() -> dict[str, Place]:
    """One place for each kind of pod that the manifests make, by its label `app`."""
    labels = [pod_template(each)["metadata"]["labels"] for each in workloads()]
    return {each["app"]: Place(each["app"], each) for each in labels}


def other(namespace: str, **labels: str) -> Place:
    """A pod of another namespace."""
    return Place(namespace, {key.replace("_", "-"): value for key, value in labels.items()}, namespace)


def outside(address: str) -> Place:
    """Something that is no pod."""
    return Place(address, namespace="", address=address)


def allowed(source: Place, target: Place, port: int, protocol: str = "TCP", without: str = "") -> bool:
    """Whether both ends allow it; a policy named `without` is taken as deleted."""
    policies = [each for each in of_kind("NetworkPolicy") if each["metadata"]["name"] != without]
    return allowing(policies, source, target, port, protocol)


def allowing(policies: list[Manifest], source: Place, target: Place, port: int, protocol: str = "TCP") -> bool:
    """The same with other policies."""
    return _lets(policies, source, target, port, protocol, "egress") and _lets(
        policies, target, source, port, protocol, "ingress"
    )


def _lets(policies: list[Manifest], pod: Place, peer: Place, port: int, protocol: str, way: str) -> bool:
    """What holds for `pod`: everything, until a policy selects it; then what any of those allows."""
    holding = [
        each["spec"]
        for each in policies
        if pod.address is None
        and pod.namespace == each["metadata"]["namespace"]
        and way.capitalize() in each["spec"]["policyTypes"]
        and selected(pod.labels, each["spec"]["podSelector"])
    ]
    peers = "to" if way == "egress" else "from"
    rules = [rule for spec in holding for rule in spec.get(way, [])]
    return not holding or any(
        any(_is(each, peer) for each in rule[peers]) and _port(rule, port, protocol) for rule in rules
    )


def _port(rule: Manifest, port: int, protocol: str) -> bool:
    return "ports" not in rule or any(
        each["port"] == port and each.get("protocol", "TCP") == protocol for each in rule["ports"]
    )


def _is(peer: Manifest, place: Place) -> bool:
    if "ipBlock" in peer:
        return place.address is not None and _within(peer["ipBlock"], ipaddress.ip_address(place.address))
    if place.address is not None:
        return False
    names = {"kubernetes.io/metadata.name": place.namespace}
    here = selected(names, peer["namespaceSelector"]) if "namespaceSelector" in peer else place.namespace == NAMESPACE
    return here and selected(place.labels, peer.get("podSelector", {}))


def _within(block: Manifest, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    def holds(network: str) -> bool:
        return address in ipaddress.ip_network(network)

    return holds(block["cidr"]) and not any(holds(each) for each in block.get("except", []))
