"""The pod's Redis on a real server: its configuration, and how a damaged append-only file is repaired."""

from __future__ import annotations

import contextlib
import os
import pty
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from project.wire import keys
from tests.k8s.manifests import BASE, container, named
from tests.ports import free_port

SCRIPTS = BASE / "redis"


@dataclass
class Pod:
    """A redis-0 of this machine."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What start.sh and people in the pod have; our scripts come first in PATH, as in the manifest."""
        real, cli = shutil.which("redis-check-aof"), shutil.which("redis-cli")
        assert real
        assert cli
        return {
            "PATH": f"{SCRIPTS}:{os.environ['PATH']}",
            "TMPDIR": str(self.folder),
            "DATA": str(self.folder / "data"),
            "CONF": str(SCRIPTS / "redis.conf"),
            "CHECK_AOF": real,
            "REDIS_CLI": cli,
        }

    def start(self) -> None:
        """Run the container's command."""
        with (self.folder / "log").open("ab") as log:
            command = [str(SCRIPTS / "start.sh"), "--port", str(self.port)]
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=subprocess.STDOUT)

    def stop(self) -> int:
        """SIGTERM, as when the pod is deleted; the exit code."""
        assert self.process
        self.process.terminate()
        return self.process.wait(20)

    def says(self, sentence: str) -> None:
        """Wait until the log has it."""
        for _ in range(400):
            if sentence in self.log:
                return
            time.sleep(0.05)
        raise AssertionError(self.log)

    @property
    def log(self) -> str:
        """What `kubectl logs` shows."""
        return (self.folder / "log").read_text(encoding="utf-8")

    def client(self) -> redis.Redis:
        """Connected as soon as it serves."""
        client = redis.Redis(port=self.port, decode_responses=True)
        for _ in range(400):
            try:
                client.ping()
                return client
            except (redis.ConnectionError, redis.BusyLoadingError):
                time.sleep(0.05)
        raise AssertionError(self.log)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """`kubectl exec redis-0 -- …`, without a terminal."""
        return subprocess.run(
            command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )

    def run_on_terminal(self, *command: str) -> str:
        """What `kubectl exec -it redis-0 -- …` prints: the terminal in the pod makes CR LF of each line's end."""
        ours, theirs = pty.openpty()
        with subprocess.Popen(command, env=self.environment, stdin=theirs, stdout=theirs, stderr=theirs):
            os.close(theirs)
            said = b""
            with contextlib.suppress(OSError):  # a terminal that everybody has left says EIO
                while data := os.read(ours, 65536):
                    said += data
        os.close(ours)
        return said.decode()

    def repair(self) -> subprocess.CompletedProcess[str]:
        """The runbook's command, with this pod's folder."""
        return self.run("redis-check-aof", "--fix", str(self.folder / "data" / "appendonly.aof"))

    def newest_file(self) -> Path:
        """The one that is appended to."""
        return max((self.folder / "data").glob("appendonly.aof.*.incr.aof"))


@pytest.fixture
def pod(tmp_path: Path) -> Iterator[Pod]:
    """Started, and ended with everything that it has started."""
    (tmp_path / "data").mkdir()
    found = Pod(tmp_path, free_port())
    found.start()
    yield found
    if found.process and found.process.poll() is None:
        found.stop()


def damage_last_entry(file: Path) -> None:
    """Not a cut tail, which Redis mends itself, but nonsense."""
    text = file.read_bytes()
    place = text.rindex(b"*3\r\n")
    file.write_bytes(text[:place] + b"XX" + text[place + 2 :])


def write(pod: Pod, *names: str) -> None:
    """Keys one after the other."""
    with pod.client() as client:
        for name in names:
            client.set(name, "1")


def kept(pod: Pod) -> set[str]:
    """The keys that are there."""
    with pod.client() as client:
        found: list[str] = client.keys()
        return set(found)


def test_a_queue_loses_nothing_when_memory_is_full(pod: Pod) -> None:
    with pod.client() as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_a_restart_keeps_what_was_written(pod: Pod) -> None:
    write(pod, "before")
    assert pod.stop() == 0
    pod.start()
    assert kept(pod) == {"before"}


def test_the_file_of_the_runbook_survives_a_rewrite_and_passes_its_check(pod: Pod) -> None:
    write(pod, "a")
    with pod.client() as client:
        client.bgrewriteaof()
    ended = pod.repair()
    assert ended.returncode == 0, ended.stdout
    assert "manifest are valid" in ended.stdout


def test_a_cut_tail_is_mended_by_redis_itself(pod: Pod) -> None:
    write(pod, "a", "b")
    pod.stop()
    pod.newest_file().write_bytes(pod.newest_file().read_bytes()[:-4])
    pod.start()
    assert kept(pod) == {"a"}


def test_a_damaged_file_keeps_the_container_until_it_is_repaired_without_a_terminal(pod: Pod) -> None:
    write(pod, "a", "b")
    pod.stop()
    damage_last_entry(pod.newest_file())
    pod.start()
    pod.says("The append-only file is damaged. Run: redis-check-aof --fix /data/appendonly.aof")
    assert pod.run(str(SCRIPTS / "alive.sh"), "-p", str(pod.port)).returncode == 0, (
        "killed now, there would be nothing to repair it in"
    )
    ended = pod.repair()
    assert ended.returncode == 0, ended.stdout
    assert kept(pod) == {"a"}


def test_while_it_waits_for_a_repair_it_can_be_ended(pod: Pod) -> None:
    write(pod, "a")
    pod.stop()
    damage_last_entry(pod.newest_file())
    pod.start()
    pod.says("The append-only file is damaged")
    assert pod.stop() == 0


def test_what_ends_for_another_reason_is_started_anew_by_kubernetes(pod: Pod) -> None:
    write(pod, "a")
    with pod.client() as client:
        client.config_set("appendfsync", "always")
        server = int(client.info()["process_id"])
    os.kill(server, 9)
    assert pod.process
    assert pod.process.wait(20) != 0


def test_redis_is_not_alive_when_it_is_silent(pod: Pod) -> None:
    write(pod, "a")
    assert pod.run(str(SCRIPTS / "alive.sh"), "-p", str(pod.port)).returncode == 0
    pod.stop()
    assert pod.run(str(SCRIPTS / "alive.sh"), "-p", str(pod.port)).returncode != 0


def test_what_may_be_dropped_is_dropped_from_a_terminal(pod: Pod) -> None:
    """Runbook: `redis-cli --scan --pattern 'temp:*' | xargs … redis-cli DEL`, where both have a terminal or none."""
    searched = [keys.search("scsearch", words) for words in ("never gonna give", "it's", 'a "b" \\', "niña")]
    port = ("-p", str(pod.port))
    for told in (pod.run_on_terminal, lambda *command: pod.run(*command).stdout):
        write(pod, "kept", keys.screen_place(1), *searched)
        listed = told("redis-cli", *port, "--scan", "--pattern", "temp:*")
        dropping = ("xargs", "redis-cli", *port, "DEL")
        ended = subprocess.run(
            dropping, input=listed, env=pod.environment, capture_output=True, text=True, check=False, timeout=30
        )
        assert (ended.returncode, ended.stdout.strip(), kept(pod)) == (0, "5", {"kept"})


def test_it_listens_where_its_service_leads() -> None:
    lines = (SCRIPTS / "redis.conf").read_text(encoding="utf-8").splitlines()
    (port,) = named("Service", "redis")["spec"]["ports"]
    opened = {each["name"]: each["containerPort"] for each in container("redis")["ports"]}
    assert f"port {port['port']}" in lines
    assert opened[port["targetPort"]] == port["port"]


def test_the_memory_that_the_runbook_gives_it_is_within_the_limit() -> None:
    limit = container("redis")["resources"]["limits"]["memory"]
    assert limit.endswith("Mi")
    assert int(limit.removesuffix("Mi")) > 800
