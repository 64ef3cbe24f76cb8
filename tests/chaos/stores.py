"""PostgreSQL and Redis of the chaos suite's own, which it may stop, freeze and start again."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import redis

from tests.ports import free_port

START_SECONDS = 30
SERVER = "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=200"


class OwnRedis:
    """A redis-server that keeps an append-only file, so that a restart remembers what an emptying does not."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="chaos-redis-"))
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Returns when it answers."""
        options = {"port": str(self._port), "bind": "127.0.0.1", "save": "", "appendonly": "yes"}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        command = [_found("redis-server"), *words, "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        with redis.Redis.from_url(self.url) as client:
            deadline = time.monotonic() + START_SECONDS
            while not _answers(client):
                assert time.monotonic() < deadline, "Redis did not start"
                time.sleep(0.05)

    def signal(self, number: signal.Signals) -> None:
        """To the server itself."""
        if self._process is not None:
            self._process.send_signal(number)

    def restart(self) -> None:
        """It dies at once and comes back with what its file says."""
        self._end()
        self.start()

    def close(self) -> None:
        """Nothing of it stays."""
        self._end()
        shutil.rmtree(self._folder)

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class OwnPostgres:
    """A PostgreSQL cluster in a temporary folder; as root it runs as the user postgres, which refuses root."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="chaos-postgres-"))
        self._port = free_port()
        self._as_server = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self._as_server:
            os.chown(self._folder, pwd.getpwnam("postgres").pw_uid, -1)
        self._data = str(self._folder / "data")
        self.url = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Make the cluster; returns when it answers."""
        self._run("initdb", "-D", self._data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C")
        self._control("start")

    def restart(self) -> None:
        """Every session is cut, as at a minor upgrade or a failover."""
        self._control("restart", "-m", "immediate")

    def signal(self, number: signal.Signals) -> None:
        """To the postmaster and all its backends: a machine that hangs."""
        postmaster = int((self._folder / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text(encoding="ascii").split()
        for pid in (postmaster, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def close(self) -> None:
        """Nothing of it stays."""
        self._control("stop", "-m", "immediate")
        shutil.rmtree(self._folder)

    def _control(self, action: str, *more: str) -> None:
        options = [] if action == "stop" else ["-o", f"-p {self._port} {SERVER}"]
        self._run("pg_ctl", "-D", self._data, "-w", "-l", str(self._folder / "log"), *options, *more, action)

    def _run(self, program: str, *words: str) -> None:
        found = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)]
        command = [*self._as_server, found[0] if found else _found(program), *words]
        subprocess.run(command, cwd="/", stdout=subprocess.DEVNULL, check=True)


def _found(program: str) -> str:
    path = shutil.which(program)
    assert path, f"{program} is missing: run `make up` once"
    return path


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
