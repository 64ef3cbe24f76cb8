"""A PostgreSQL set up as the pod's: its configuration file, no password on the socket, its roles."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.k8s.manifests import BASE, ROOT
from tests.ports import free_port

SUPERUSER, APP, AUDIO = "of-the-superuser", "of-the-application", "of-the-audio-workers"
"""Passwords."""


@dataclass(frozen=True)
class Server:
    """A running server; `folder` has its socket, its secrets as files, and its log."""

    folder: Path
    port: int
    binaries: Path

    @property
    def log(self) -> str:
        """What it has written to stderr."""
        return (self.folder / "log").read_text(encoding="utf-8")

    def url(self, role: str, password: str, database: str) -> str:
        """As a process of ours is given it."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    def connect(self, role: str, password: str, database: str) -> psycopg.Connection[tuple[object, ...]]:
        """A connection over TCP; the caller closes it."""
        return psycopg.connect(self.url(role, password, database), autocommit=True)

    def run(
        self, *command: str, environment: Mapping[str, str] | None = None, stdin: str | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """A command as in the pod: the socket is where psql looks for it."""
        given = {
            **os.environ,
            "PATH": f"{self.binaries}:{os.environ['PATH']}",
            "PGHOST": str(self.folder),
            "PGPORT": str(self.port),
            "SECRETS": str(self.folder / "secrets"),
            **(environment or {}),
        }
        ended = subprocess.run(
            command, cwd="/", env=given, input=stdin, capture_output=True, text=True, check=False, timeout=100
        )
        assert not check or ended.returncode == 0, ended.stderr
        return ended

    def sql(self, statement: str, database: str = "postgres") -> str:
        """As the runbook does it: `psql -U postgres`."""
        return self.run("psql", "-X", "-A", "-t", "-U", "postgres", "-d", database, "-c", statement).stdout.strip()

    def over_tcp(self, role: str, database: str) -> Mapping[str, str]:
        """The environment of a Job of ours."""
        return {
            "PGHOST": "127.0.0.1",
            "PGUSER": role,
            "PGDATABASE": database,
            "DATABASE_URL_FILE": str(self.folder / "secrets" / "DATABASE_URL"),
            "BACKUPS": str(self.folder / "backups"),
        }

    def migrate(self, database: str) -> str:
        """As the migration's Job; what it says."""
        return self.manage("migrate", "--no-color", database=database)

    def manage(self, *arguments: str, database: str) -> str:
        """A command of Django's, as the application; what it says."""
        environment = {**os.environ, "DATABASE_URL": self.url("segue", APP, database), "SMALL": "0", "SLOTS": "64"}
        command = [sys.executable, "manage.py", *arguments]
        ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout


@contextmanager
def server() -> Iterator[Server]:
    """Start one, with an empty database `discord` and nothing else; skips where PostgreSQL is not installed."""
    folder = Path(tempfile.mkdtemp(prefix="segue-pg-"))
    port = free_port()
    found = Server(folder, port, _binaries())
    (folder / "secrets").mkdir()
    (folder / "backups").mkdir()
    for name, text in {
        "POSTGRES_PASSWORD": SUPERUSER,
        "DATABASE_URL": found.url("segue", APP, "discord"),
        "AUDIO_DATABASE_URL": found.url("segue_audio", AUDIO, "discord"),
    }.items():
        (folder / "secrets" / name).write_text(text, encoding="utf-8")
    shutil.copy(BASE / "postgres" / "postgresql.conf", folder / "postgresql.conf")
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", "postgres", str(folder)], check=True)
    password = f"--pwfile={folder / 'secrets' / 'POSTGRES_PASSWORD'}"
    authentication = ("--auth-local=trust", "--auth-host=scram-sha-256", password)  # as the image has it
    _as_server(
        found, "initdb", "-D", "data", "-U", "postgres", *authentication, "--no-sync", "-E", "UTF8", "--locale=C"
    )
    options = (
        f"-c config_file={folder}/postgresql.conf -p {port} -c listen_addresses=127.0.0.1"
        f" -c unix_socket_directories={folder} -c fsync=off -c shared_buffers=16MB"
    )
    _as_server(found, "pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")
    try:
        found.sql("CREATE DATABASE discord")
        yield found
    finally:
        _as_server(found, "pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _binaries() -> Path:
    for found in (*sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True), shutil.which("initdb")):
        if found:
            return Path(found).parent
    pytest.skip("PostgreSQL's server is not installed: roles, backup and restore are NOT tried here")


def _as_server(of: Server, program: str, *arguments: str) -> None:
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    command = [*as_postgres, str(of.binaries / program), *arguments]
    # Its output would be kept open by the server that it starts.
    ended = subprocess.run(command, cwd=of.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    assert ended.returncode == 0, f"{program} ended with {ended.returncode}"
