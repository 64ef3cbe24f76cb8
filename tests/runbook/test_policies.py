"""What RUNBOOK.md has one try from a pod is allowed there, and its table of who may reach what is the policies'."""

from __future__ import annotations

import re

import pytest

from tests.k8s.network import Place, allowed, outside, pods
from tests.runbook import document

_NETCAT = re.compile(r"exec .*<([a-z]+)-pod(?:-name)?> .*-- nc -zv (\S+) (\d+)")
_CURL = re.compile(r"exec .*<([a-z]+)-pod(?:-name)?> .*curl .*https://(\S+?)(?:/|'|$)")
TEXTS = [command.text for block in document.read() for command in block.commands]
TRIED = [(who, where, int(port)) for text in TEXTS for who, where, port in _NETCAT.findall(text)]
TRIED += [(who, where, 443) for text in TEXTS for who, where in _CURL.findall(text)]
TARGETS = [("postgres", 5432), ("redis", 6379), ("lavalink", 2333), ("the internet", 443)]
_LINE = re.compile(r"^\| `([a-z-]+)` \| (yes|no) \| (yes|no) \| (yes|no) \| (yes|no) \|$", re.MULTILINE)


def place(name: str) -> Place:
    """A pod by its app; what is none is on the internet."""
    return pods().get(name) or pods().get(f"discord-{name}") or outside("162.159.128.233")


def test_some_are_tried() -> None:
    assert {("api", "postgres", 5432), ("api", "redis", 6379), ("gateway", "discord.com", 443)} <= set(TRIED)


def test_no_pod_whatever_is_said_to_reach_something() -> None:
    assert [text for text in TEXTS if "<pod-name>" in text and re.search(r"-- (nc|curl) ", text)] == []


@pytest.mark.parametrize(("who", "where", "port"), sorted(set(TRIED)))
def test_a_pod_may_reach_what_it_is_tried_with(who: str, where: str, port: int) -> None:
    assert place(who).address is None
    assert allowed(place(who), place(where), port)


def test_the_table_says_what_the_policies_say() -> None:
    said = {name: answers for name, *answers in _LINE.findall(document.RUNBOOK.read_text(encoding="utf-8"))}
    assert len(said) == 7
    for name, answers in said.items():
        may = [allowed(pods()[name], place(target), port) for target, port in TARGETS]
        assert answers == ["yes" if each else "no" for each in may], name
