"""How Lavalink's pod comes by its password, and that its probe tells a node that answers from one that does not."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from project import settings
from tests.k8s.manifests import BASE, config, container, pod_template, ports, variables, workload
from tests.ports import free_port
from workers.adapters.sources import source_of

PASSWORD = "of-the-node"
PROBE = str(BASE / "lavalink" / "well.sh")
SILENT_S = 4.0
"""Nobody waits longer for a probe; on a crowded machine bash takes a second to start."""


PLUGINS = {"spotify", "applemusic", "deezer", "youtube"}


def application() -> dict[str, Any]:
    """What configures Lavalink."""
    read: dict[str, Any] = yaml.safe_load((BASE / "lavalink" / "application.yml").read_text(encoding="utf-8"))
    return read


def switched_on() -> set[str]:
    """The sources that a node has with it."""
    file = application()
    built_in = {name for name, on in file["lavalink"]["server"]["sources"].items() if on}
    of_plugins = {name for name, on in file["plugins"]["lavasrc"]["sources"].items() if on}
    return built_in | of_plugins | ({"youtube"} if file["plugins"]["youtube"]["enabled"] else set())


class Node(BaseHTTPRequestHandler):
    """Answers like Lavalink 4.2.2: 401 or 403 without a body, else its version."""

    def do_GET(self) -> None:
        given = self.headers.get("Authorization")
        self.send_response(200 if given == PASSWORD else 401 if given is None else 403)
        self.end_headers()
        if given == PASSWORD and self.path == "/version":
            self.wfile.write(b"4.2.2")

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def node() -> Iterator[int]:
    """The port of a node."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Node)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def probed(what: str, port: int, password: str, folder: Path) -> bool:
    """Whether a probe finds the node well: `live` or `ready`."""
    (folder / "password").write_text(password, encoding="utf-8")
    environment = {**os.environ, "LAVALINK_PASSWORD_FILE": str(folder / "password")}
    ended = subprocess.run(
        [PROBE, what, str(port)], env=environment, capture_output=True, check=False, timeout=SILENT_S
    )
    return ended.returncode == 0


def test_a_node_that_answers_is_well(node: int, tmp_path: Path) -> None:
    assert probed("live", node, PASSWORD, tmp_path)
    assert probed("ready", node, PASSWORD, tmp_path)


def test_a_password_that_was_rotated_ends_no_node_that_plays(node: int, tmp_path: Path) -> None:
    assert probed("live", node, "rotated", tmp_path)
    assert not probed("ready", node, "rotated", tmp_path)


def test_a_node_that_is_not_there_or_is_silent_is_not(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for what in ("live", "ready"):
            assert not probed(what, free_port(), PASSWORD, tmp_path)
            with pytest.raises(subprocess.TimeoutExpired):  # Kubernetes has a time for each probe, too
                probed(what, silent.getsockname()[1], PASSWORD, tmp_path)


@pytest.mark.parametrize("status", [404, 500, 503])
def test_a_node_that_answers_with_an_error_is_not(
    status: int, node: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Node, "do_GET", lambda self: self.send_error(status))
    assert not probed("live", node, PASSWORD, tmp_path)
    assert not probed("ready", node, PASSWORD, tmp_path)


def test_without_a_port_they_ask_the_nodes_own() -> None:
    assert f"${{2:-{ports('lavalink')['http']}}}" in Path(PROBE).read_text(encoding="utf-8")
    asked = {
        kind: container("lavalink")[f"{kind}Probe"]["exec"]["command"] for kind in ("startup", "liveness", "readiness")
    }
    script = "/opt/segue/well.sh"
    assert asked == {"startup": [script, "live"], "liveness": [script, "live"], "readiness": [script, "ready"]}


def test_it_listens_where_its_services_lead() -> None:
    server = application()["server"]
    assert (server["address"], server["port"]) == ("0.0.0.0", ports("lavalink")["http"])  # noqa: S104 # in its pod


def test_the_password_is_in_the_nodes_environment_and_not_in_its_arguments(tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text('#!/bin/sh\necho "$LAVALINK_SERVER_PASSWORD|$*"\n', encoding="utf-8")
    java.chmod(0o755)
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "LAVALINK_PASSWORD_FILE": str(tmp_path / "password")}
    said = subprocess.run(container("lavalink")["command"], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout == f"{PASSWORD}|-jar Lavalink.jar\n"
    assert variables("lavalink").keys() == {"LAVALINK_PASSWORD_FILE", "_JAVA_OPTIONS"}


def test_sources_of_plugins_are_there_and_off() -> None:
    file = application()
    assert "plugins" not in file["lavalink"], "no plugin is fetched"
    assert {*file["plugins"]["lavasrc"]["sources"], "youtube"} == PLUGINS
    assert not switched_on() & PLUGINS


def test_only_what_is_switched_on_is_offered_and_searched() -> None:
    offered = set(config()["SEARCH_SOURCES"].split(","))
    assert offered <= switched_on()
    assert set(settings.SEARCH_SOURCES) == offered, "the same as without Kubernetes"
    assert source_of(f"{config()['SEARCH_PREFIX']}:words") in offered
    assert set(application()["plugins"]["lavasrc"]["providers"]) == {f"{config()['SEARCH_PREFIX']}:%QUERY%"}


def test_keys_of_plugins_are_in_a_secret_that_may_be_missing_and_is_lavalinks_alone() -> None:
    (mount,) = [one for one in container("lavalink")["volumeMounts"] if one["name"] == "sources"]
    assert application()["spring"]["config"]["import"] == f"optional:configtree:{mount['mountPath']}/"
    (volume,) = [one for one in pod_template(workload("lavalink"))["spec"]["volumes"] if one["name"] == "sources"]
    assert (volume["secret"]["secretName"], volume["secret"]["optional"]) == ("lavalink-sources", True)
