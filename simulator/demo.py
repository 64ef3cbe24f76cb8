"""`make demo`: everything on this machine, until Ctrl-C; with CHECK=1 it judges itself and exits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from simulator.control_client import ControlClient
from simulator.scenario import Scenario, ScenarioFailed, Strikes, Survival, Tracks, survival_verdict, verdict
from simulator.stack import CATALOGUE, FLOWER_LOGIN, Say, Stack, StackFailed, stdout_line

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "demo"
"""A database of the demo's own, made anew at each start."""


def main() -> int:
    """Run the demo; 0 after Ctrl-C or a passed check, 1 after a failed one, 2 when it could not start."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)  # a shell starts background jobs with SIGINT ignored
    check = os.environ.get("CHECK", "0") not in {"", "0"}
    say = stdout_line()
    result: dict[str, Any] | None = None
    try:
        with _services(say) as (database_url, redis_url), _stack(database_url, redis_url, say) as stack:
            _introduce(stack, say)
            if check:
                result = _check(stack, say)
            else:
                _employ(stack, say)
                signal.pause()
    except KeyboardInterrupt:
        say("ended")
    except (StackFailed, subprocess.CalledProcessError, psycopg.Error, redis.RedisError) as error:
        say(f"could not run: {error}")
        return 2
    if result is None:
        return 0
    print("DEMO " + json.dumps(result), flush=True)
    return 0 if result["ok"] else 1


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@contextmanager
def _stack(database_url: str, redis_url: str, say: Say) -> Iterator[Stack]:
    _migrate(database_url, redis_url)
    stack = Stack(folder=ROOT / ".run" / "demo", database_url=database_url, redis_url=redis_url, say=say)
    try:
        stack.start()
        yield stack
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave processes behind
        say("stopping")
        stack.stop()


@contextmanager
def _services(say: Say) -> Iterator[tuple[str, str]]:
    """URLs of a fresh demo database and of a Redis; what this starts it also stops."""
    script = str(ROOT / "scripts" / "services.sh")
    was_up = subprocess.run([script, "status"], capture_output=True, check=False).returncode == 0
    try:
        subprocess.run([script, "up"], check=True)
        lines = (ROOT / ".run" / "services.env").read_text(encoding="utf-8").splitlines()
        found = dict(line.split("=", 1) for line in lines)
        if "REDIS_URL" not in os.environ:
            _empty(found["REDIS_URL"])
        yield _fresh_database(found["DATABASE_URL"]), found["REDIS_URL"]
    finally:
        if not was_up:
            subprocess.run([script, "down"], check=True, stdout=subprocess.DEVNULL)


def _empty(redis_url: str) -> None:
    """What an earlier demo left in our own Redis belongs to a database that is gone."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()


def _fresh_database(url: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    return urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}"))


def _migrate(database_url: str, redis_url: str) -> None:
    sandbox = {
        "SANDBOX": "1",
        "SMALL": "1",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DISCORD_API_URL": "http://127.0.0.1:8900/api/v10",
        "DISCORD_GATEWAY_URL": "ws://127.0.0.1:8900/gateway",
    }
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **sandbox}, check=True)


def _introduce(stack: Stack, say: Say) -> None:
    for name, service in stack.services.items():
        port = stack.ports.get(name)
        where = f"http://127.0.0.1:{port}" if port else "no port"
        say(f"{name:<10} {where:<24} log {service.log_path.relative_to(ROOT)}")
    say(f"{'':<10} flower's login: user {FLOWER_LOGIN[0]}, password {FLOWER_LOGIN[1]}")
    nodes = stack.environment()["LAVALINK_NODES"]
    say(f"{'lavalink':<10} {', '.join(':'.join(node.split(':')[:2]) for node in nodes.split(','))}")
    parts = urlsplit(stack.database_url)
    say(f"{'postgres':<10} {parts.hostname}:{parts.port}{parts.path} (password in .run/services.env)")
    say(f"{'redis':<10} {urlsplit(stack.redis_url).hostname}:{urlsplit(stack.redis_url).port}")
    say(f"control API: {stack.simulator['control_url']}; Ctrl-C ends everything")
    say(f"Try it: open {stack.simulator['control_url'].removesuffix('control')} in a browser, join Music, type /play")


def _employ(stack: Stack, say: Say) -> None:
    """Alice works at the support desk too: an admin who signs in with the simulated Discord."""
    guilds = ControlClient(stack.simulator["control_url"]).get("/guilds")
    alice = next(member["id"] for member in guilds[0]["members"] if member["name"] == "Alice")
    command = [sys.executable, "manage.py", "staff", "alice", "--role", "admin", "--discord", alice]
    environment = {**os.environ, **stack.environment()}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    desk = f"http://127.0.0.1:{stack.ports['api']}/admin/"
    say(f"support desk: open {desk}, choose “Sign in with Discord”, be Alice ({alice})")


def _check(stack: Stack, say: Say) -> dict[str, Any]:
    tracks = Tracks.of_catalogue(CATALOGUE, by_path=bool(os.environ.get("LAVALINK_NODES")))
    scenario = Scenario(
        control_url=stack.simulator["control_url"], database_url=stack.database_url, tracks=tracks, say=say
    )
    survival = Survival(
        listener=scenario.listener, strikes=Strikes(stack), tracks=tracks, say=say, result=scenario.result
    )
    broken = os.environ.get("BREAK") or None
    try:
        scenario.run(broken)
        survival.run(broken, own_redis="REDIS_URL" not in os.environ)
    except (ScenarioFailed, StackFailed) as error:
        scenario.result["stopped_at"] = str(error)
    failures = [*verdict(scenario.result), *survival_verdict(scenario.result)]
    for failure in failures:
        say(f"FAILED: {failure}")
    return {**scenario.result, "ok": not failures, "failures": failures}


if __name__ == "__main__":
    sys.exit(main())
