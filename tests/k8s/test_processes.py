"""Manifests start our processes as the code has them: commands, ports, pages, settings, and their own secrets alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import urlopen

import flower.urls
import pytest
from aiohttp import ClientSession
from celery import Celery
from celery.beat import DEFAULT_MAX_INTERVAL  # type: ignore[attr-defined] # missing in celery-types

from bot.health import Health
from project import settings
from project.beat_health import SILENT_SECONDS, beat_pages
from project.beat_scheduler import BeatScheduler
from project.health_server import HealthServer, Pages
from project.job_schedule import beat_schedule
from project.operator_pages import PAGES
from project.worker_health import worker_pages
from tests.k8s.manifests import (
    K8S,
    OURS,
    PROCESSES,
    ROOT,
    Manifest,
    config,
    container,
    default_ports,
    named,
    pod_template,
    ports,
    secret_keys,
    setting_names,
    variables,
    workload,
    workloads,
)
from tests.ports import free_port
from tests.test_compose import IMPORTS
from workers.audio.health import ChildHealth, serve_health

SERVED = {name: name.removeprefix("discord-").upper() + "_PORT" for name in PROCESSES}
"""Who listens, and the setting that says where."""
FILLED_IN = {
    "DISCORD_TOKEN": "a-token",
    "SECRET_KEY": "a-key",
    "DATABASE_URL": "postgresql://segue:secret@postgres:5432/discord",
    "LAVALINK_PASSWORD": "a-password",
    "FLOWER_BASIC_AUTH": "operator:password",
}
"""Optional ones stay empty."""


def probes(name: str) -> dict[str, Manifest]:
    """The probes of a workload's container."""
    return {kind: container(name)[kind] for kind in ("startupProbe", "livenessProbe", "readinessProbe")}


def pages(name: str) -> dict[str, str]:
    """What the probes ask for."""
    return {kind: probe["httpGet"]["path"] for kind, probe in probes(name).items()}


@pytest.mark.parametrize(("name", "command"), PROCESSES.items())
def test_commands_are_the_documented_ones(name: str, command: str) -> None:
    given = container(name)["command"]
    assert given[: len(command.split())] == command.split()
    assert all(re.fullmatch(r"--concurrency=\d+", extra) for extra in given[len(command.split()) :])
    assert f"| `{command}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "setting"), SERVED.items())
def test_ports_are_the_codes(name: str, setting: str) -> None:
    port = default_ports()[setting]
    assert ports(name) == {"http": port}
    service = named("Service", name)["spec"]
    assert service["ports"] == [{"name": "http", "port": port, "targetPort": "http"}]
    annotations = pod_template(workload(name))["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == str(port)
    assert annotations["prometheus.io/path"] == "/metrics"
    assert all(probe["httpGet"]["port"] == "http" for probe in probes(name).values())


@pytest.mark.parametrize("name", [name for name in SERVED if name != "discord-flower"])
def test_ready_and_alive_are_asked_apart(name: str) -> None:
    assert pages(name) == {"startupProbe": "/health", "livenessProbe": "/health", "readinessProbe": "/ready"}


async def test_the_gateway_has_the_pages_that_are_asked_for() -> None:
    port = free_port()
    health = Health("127.0.0.1", port, dict)
    await health.start()
    try:
        await _has_pages(port, {*pages("discord-gateway").values(), "/metrics"})
    finally:
        await health.close()


async def test_the_audio_worker_has_the_pages_that_are_asked_for() -> None:
    port = free_port()
    child = ChildHealth(None, alive=True, ready=True, slots=0, open=0)
    runner = await serve_health(lambda: [child], "127.0.0.1", port)
    try:
        await _has_pages(port, {*pages("discord-audio").values(), "/metrics"})
    finally:
        await runner.cleanup()


async def _has_pages(port: int, paths: set[str]) -> None:
    async with ClientSession() as session:
        for path in paths:
            async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
                assert answer.status == 200, path


def test_the_api_has_the_pages_that_are_asked_for() -> None:
    assert {*pages("discord-api").values(), "/metrics"} <= PAGES.keys()


@contextmanager
def served(operators_pages: Pages) -> Iterator[int]:
    """The port of a program's pages."""
    server = HealthServer(operators_pages, port=0, setting="TRIED_PORT")
    server.start()
    yield server.port
    server.stop()


@pytest.mark.django_db(transaction=True)
def test_the_worker_has_the_pages_that_are_asked_for() -> None:
    worker = SimpleNamespace(consumer=SimpleNamespace(connection=object()))
    with served(worker_pages(worker)) as port:
        for path in {*pages("discord-worker").values(), "/metrics"}:
            with urlopen(f"http://127.0.0.1:{port}{path}") as answer:  # http, to ourselves
                assert answer.status == 200
        with pytest.raises(HTTPError):
            urlopen(f"http://127.0.0.1:{port}/healthz")


def test_beat_has_the_pages_that_are_asked_for(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "REDIS_URL", redis_url)
    app = Celery("tried", broker=redis_url, set_as_current=False)
    app.conf.update(beat_schedule=beat_schedule(), task_ignore_result=True)
    scheduler = BeatScheduler(app)
    scheduler.tick()
    with served(beat_pages(scheduler)) as port:
        for path in {*pages("discord-beat").values(), "/metrics"}:
            with urlopen(f"http://127.0.0.1:{port}{path}") as answer:  # http, to ourselves
                assert answer.status == 200
    scheduler.close()
    app.close()


def test_beat_may_rest_between_two_looks() -> None:
    """Who is asked more often than the loop turns must not be taken for dead."""
    assert DEFAULT_MAX_INTERVAL * 2 <= SILENT_SECONDS


def test_flower_has_the_pages_that_are_asked_for() -> None:
    handlers = [entry for entry in flower.urls.handlers if isinstance(entry, tuple)]
    for path in {*pages("discord-flower").values(), "/metrics"}:
        answering = next(entry[1].__name__ for entry in handlers if re.fullmatch(str(entry[0]), path))
        assert answering != "NotFoundErrorHandler", path


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting(name: str) -> None:
    named_here = {variable.removesuffix("_FILE") for variable in variables(name)}
    assert named_here <= setting_names()
    assert config().keys() <= setting_names()
    assert not named_here & config().keys()
    assert container(name)["envFrom"] == [{"configMapRef": {"name": "discord-bot-config"}}]


@pytest.mark.parametrize("name", [each["metadata"]["name"] for each in workloads()])
def test_every_secret_is_a_file_that_is_there(name: str) -> None:
    files = {Path(value).name for value in variables(name).values() if value.startswith("/run/secrets/segue/")}
    assert files <= secret_keys(name).keys()
    if name in OURS:
        assert files == secret_keys(name).keys(), "mounted, but not read"


@pytest.mark.parametrize("name", [each["metadata"]["name"] for each in workloads()])
def test_no_secret_is_a_variable(name: str) -> None:
    secret = {
        variable for variable in variables(name) if re.search(r"TOKEN|PASSWORD|SECRET|AUTH|DATABASE_URL", variable)
    }
    assert all(variable.endswith("_FILE") for variable in secret)
    assert not any("secretRef" in source or "secretKeyRef" in source for source in container(name).get("envFrom", []))


def test_the_example_names_every_key_of_the_secret_and_no_other() -> None:
    text = (K8S / "secrets.env.example").read_text(encoding="utf-8")
    keys = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))
    assert keys.keys() == {key for each in workloads() for key in secret_keys(each["metadata"]["name"]).values()}
    assert set(keys.values()) == {""}, "the example holds no value"


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("DISCORD_TOKEN", {"discord-gateway"}),
        ("DISCORD_CLIENT_SECRET", {"discord-api"}),
        ("SECRET_KEY", {"discord-migrate", "discord-api", "discord-worker", "discord-beat"}),
        ("DATABASE_URL", {"discord-migrate", "discord-api", "discord-worker", "postgres", "postgres-backup"}),
        ("AUDIO_DATABASE_URL", {"discord-audio", "postgres"}),
        ("POSTGRES_PASSWORD", {"postgres", "postgres-restore"}),
        ("LAVALINK_PASSWORD", {"discord-audio", "discord-worker", "lavalink"}),
        ("STRIPE_SECRET_KEY", {"discord-api", "discord-worker"}),
        ("STRIPE_WEBHOOK_SECRET", {"discord-api", "discord-worker"}),
        ("FLOWER_BASIC_AUTH", {"discord-flower"}),
        ("SENTRY_DSN", set(PROCESSES)),
    ],
)
def test_a_secret_is_given_only_to_those_who_need_it(key: str, names: set[str]) -> None:
    having = {each["metadata"]["name"] for each in workloads() if key in secret_keys(each["metadata"]["name"]).values()}
    assert having == names


@pytest.mark.parametrize("name", OURS)
def test_what_it_is_given_is_enough_to_start(name: str, tmp_path: Path) -> None:
    for file in secret_keys(name):
        (tmp_path / file).write_text(FILLED_IN.get(file, ""), encoding="utf-8")
    own = {key: value.replace("/run/secrets/segue", str(tmp_path)) for key, value in variables(name).items()}
    given = {
        **config(),
        **own,
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "project.settings",
        "KUBERNETES_SERVICE_HOST": "10.0.0.1",
    }
    code = IMPORTS[name.removeprefix("discord-")]
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=given, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


def test_an_end_has_the_time_that_it_takes() -> None:
    from bot.__main__ import LAST_SECONDS
    from project.api import GRACE_SECONDS
    from workers.audio.supervisor import STOP_SECONDS

    def grace(name: str) -> int:
        seconds: int = pod_template(workload(name))["spec"]["terminationGracePeriodSeconds"]
        return seconds

    wait = container("discord-api")["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert grace("discord-gateway") > LAST_SECONDS
    assert grace("discord-audio") > STOP_SECONDS
    assert grace("discord-api") > wait + GRACE_SECONDS
    drain = container("lavalink")["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert drain == 120
    assert grace("lavalink") > drain


def test_beat_is_never_there_twice() -> None:
    spec = workload("discord-beat")["spec"]
    assert spec["replicas"] == 1
    assert spec["strategy"] == {"type": "Recreate"}
