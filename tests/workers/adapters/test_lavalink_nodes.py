"""LAVALINK_NODES is read as written, or a process says in one sentence what is wrong with it."""

from __future__ import annotations

import pytest

from project.env import StartRefused
from workers.adapters.lavalink_nodes import parse_nodes
from workers.ports import NodeAddress


def test_reads_hosts_ports_and_passwords() -> None:
    nodes = parse_nodes("lavalink:2333, 10.0.0.7:80:se:cret ,[::1]:2334:pw,", "default")

    assert nodes == (
        NodeAddress("lavalink", 2333, "default"),
        NodeAddress("10.0.0.7", 80, "se:cret"),
        NodeAddress("[::1]", 2334, "pw"),
    )
    assert nodes[2].name == "[::1]:2334"


def test_an_empty_password_means_the_default() -> None:
    assert parse_nodes("lavalink:2333:", "default")[0].password == "default"


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("", "names no node"),
        (" , ", "names no node"),
        ("lavalink", "entry 1"),
        ("a:1,lavalink:hunter2", "entry 2"),
        ("http://lavalink:2333:hunter2", "entry 1"),
        ("user@lavalink:2333:hunter2", "entry 1"),
        ("lavalink:0:hunter2", "between 1 and 65535"),
        ("lavalink:65536:hunter2", "between 1 and 65535"),
        ("::1:2333:hunter2", "entry 1"),
        ("[::zz]:2333:hunter2", "entry 1"),
        ("[1.2.3]:2333:hunter2", "IPv6"),
        ("a:1:hunter2,a:1:hunter3", "names a:1 twice"),
    ],
)
def test_refuses_what_names_no_node_and_shows_no_password(
    setting: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(StartRefused) as refused:
        parse_nodes(setting, "hunter1")

    assert refused.value.code == 2
    assert sentence in refused.value.sentence
    assert "hunter" not in capsys.readouterr().err
