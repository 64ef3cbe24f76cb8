"""`compose.yaml` runs what the README says, with settings that exist; every process gets only what it may touch."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.stack import PORTS

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
COMMANDS = {
    "gateway": "python -m bot",
    "audio": "python -m workers.audio",
    "api": "python -m project.api",
    "worker": "celery -A project worker",
    "beat": "celery -A project beat",
    "flower": "celery -A project flower",
}
OURS = ["migrate", *COMMANDS]
IMPORTS = {
    "migrate": "import manage, django; django.setup()",
    "gateway": "import bot.__main__ as entry; entry.deployment()",
    "audio": "import workers.audio.__main__, workers.audio.app",
    "api": "import project.api, project.asgi",
    "worker": "import project.celery as entry; entry.app.loader.import_default_modules()",
    "beat": "import project.celery as entry; entry.app.loader.import_default_modules()",
    "flower": "import project.celery as entry; entry.flower_login.prepare(); entry.app.loader.import_default_modules()",
}
"""What every process does first."""
FIXED = {"API_PORT", "AUDIO_PORT", "BEAT_PORT", "FLOWER_PORT", "GATEWAY_PORT", "LISTEN_HOST", "WORKER_PORT"}
"""Where processes listen inside: compose.yaml says where that is outside."""
FOR_DEVELOPERS = {"DEBUG", "SANDBOX", "DISCORD_API_URL", "DISCORD_CDN_URL", "DISCORD_GATEWAY_URL", "STRIPE_API_URL"}
OF_THE_SDK = {"OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"}
"""OpenTelemetry reads them by itself."""
FILLED_IN = {
    "DISCORD_TOKEN": "a-token",
    "DISCORD_BOT_ID": "42",
    "SECRET_KEY": "a-key",
    "POSTGRES_PASSWORD": "apassword",
    "LAVALINK_PASSWORD": "another-password",
    "FLOWER_BASIC_AUTH": "operator:password",
}


def filled_in(text: str) -> str:
    """A value as compose makes it of a `.env` in which only the secrets are set."""

    def value(found: re.Match[str]) -> str:
        name, how, rest = found.groups()
        return FILLED_IN[name] if how == ":?" else FILLED_IN.get(name, rest)

    return re.sub(r"\$\{(\w+)(:\?|:-)([^}]*)\}", value, text)


def environment(service: str) -> dict[str, str]:
    """What compose gives a service."""
    return {name: filled_in(str(value)) for name, value in SERVICES[service]["environment"].items()}


def settings() -> set[str]:
    """The names of all settings."""
    text = (ROOT / "project" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'_env\.(?:text|number|flag)\(\s*"([A-Z_]+)"', text))


def compose() -> tuple[list[str], str]:
    """A command that reads compose files, and ours as it understands it; skips the test where there is none."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) is not None:
            told = subprocess.run([*command, "version", "--short"], capture_output=True, text=True, check=False)
            if told.returncode == 0:
                first = told.stdout.startswith("1.")  # which knew no `name:`
                return command, re.sub(r"^name: .+\n", "", TEXT, flags=re.MULTILINE) if first else TEXT
    pytest.skip("docker compose is not installed: compose.yaml is read by these tests, NOT by what will run it")


def test_compose_takes_it_when_the_secrets_are_there() -> None:
    command, text = compose()
    asked = [*command, "--project-directory", str(ROOT), "-f", "-", "config", "--quiet"]
    own = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}

    def said(given: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(asked, env=own | given, input=text, capture_output=True, text=True, check=False)

    whole = said(FILLED_IN)
    assert whole.returncode == 0, whole.stderr
    assert said({**FILLED_IN, "SECRET_KEY": ""}).returncode != 0


@pytest.mark.parametrize(("service", "command"), COMMANDS.items())
def test_commands_and_ports_are_the_documented_ones(service: str, command: str) -> None:
    assert SERVICES[service]["command"] == command.split()
    port = PORTS.get(service)
    assert SERVICES[service].get("ports", []) == ([] if port is None else [f"127.0.0.1:{port}:{port}"])
    assert f"| `{command}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("service", OURS)
def test_every_variable_is_a_setting(service: str) -> None:
    assert SERVICES[service]["environment"].keys() <= settings() | OF_THE_SDK


@pytest.mark.parametrize("service", OURS)
def test_what_it_is_given_is_enough_to_start(service: str) -> None:
    given = {**environment(service), "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "project.settings"}
    ended = subprocess.run(
        [sys.executable, "-c", IMPORTS[service]], cwd=ROOT, env=given, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    ("variable", "services"),
    [
        ("DISCORD_TOKEN", {"gateway"}),
        ("DATABASE_URL", {"migrate", "audio", "api", "worker"}),
        ("SECRET_KEY", {"migrate", "api", "worker", "beat"}),
        ("LAVALINK_PASSWORD", {"audio", "worker"}),
        ("STRIPE_SECRET_KEY", {"api", "worker"}),
        ("STRIPE_WEBHOOK_SECRET", {"api", "worker"}),
        ("FLOWER_BASIC_AUTH", {"flower"}),
    ],
)
def test_a_secret_is_given_only_to_those_who_need_it(variable: str, services: set[str]) -> None:
    assert {name for name in OURS if variable in SERVICES[name]["environment"]} == services


def test_no_secret_has_a_default() -> None:
    for name in FILLED_IN:
        assert re.search(rf"\$\{{{name}[:}}]", TEXT), name
        assert not re.search(rf"\$\{{{name}:-", TEXT), name


@pytest.mark.parametrize("service", OURS)
def test_ours_run_locked_up(service: str) -> None:
    wanted = {"read_only": True, "cap_drop": ["ALL"], "tmpfs": ["/tmp"], "security_opt": ["no-new-privileges:true"]}  # noqa: S108
    assert {name: SERVICES[service][name] for name in wanted} == wanted


@pytest.mark.parametrize("service", SERVICES)
def test_what_answers_is_asked_whether_it_is_well(service: str) -> None:
    assert ("healthcheck" in SERVICES[service]) == bool(SERVICES[service].get("ports"))


def test_no_port_is_open_to_others() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_the_node_opens_what_members_name_and_reaches_no_store() -> None:
    assert SERVICES["lavalink"]["networks"] == ["nodes"]
    assert {name for name in SERVICES if "nodes" in SERVICES[name].get("networks", ())} == {
        "lavalink",
        "audio",
        "worker",
    }
    assert SERVICES["redis"]["networks"] == SERVICES["postgres"]["networks"] == ["stores"]
    assert all("stores" in SERVICES[name]["networks"] for name in OURS)


def test_the_node_may_write_its_plugins() -> None:
    prepared, node = SERVICES["lavalink-plugins"], SERVICES["lavalink"]
    assert prepared["image"] == node["image"]
    assert prepared["volumes"][0] in node["volumes"]
    assert prepared["entrypoint"][1:] == ["322:322", "/opt/Lavalink/plugins"]
    assert node["depends_on"] == {"lavalink-plugins": {"condition": "service_completed_successfully"}}


def test_who_names_our_address_knows_it() -> None:
    named = {"api", "worker"}
    assert {name for name in OURS if "PUBLIC_URL" in SERVICES[name]["environment"]} >= named


def test_every_setting_of_the_example_reaches_somebody() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#?([A-Z][A-Z_]+)=", example, re.MULTILINE))
    given = {name for service in SERVICES.values() for name in service.get("environment", {})}
    assert named - given == FIXED | FOR_DEVELOPERS


def test_stores_and_node_are_of_the_needed_kind() -> None:
    assert int(SERVICES["postgres"]["image"].partition(":")[2]) >= 15
    redis = SERVICES["redis"]["command"]
    assert redis[redis.index("--maxmemory-policy") + 1] == "noeviction"
    assert redis[redis.index("--appendonly") + 1] == "yes"
    version = filled_in(SERVICES["lavalink"]["image"]).rpartition(":")[2]
    assert tuple(map(int, version.split("."))) >= (4, 2, 0)


def test_lavalinks_file_holds_no_secret_and_its_log_none_either() -> None:
    config = yaml.safe_load((ROOT / "k8s/base/lavalink/application.yml").read_text(encoding="utf-8"))
    assert config["lavalink"]["server"]["password"] == "${LAVALINK_SERVER_PASSWORD}"
    assert "./k8s/base/lavalink/application.yml:/opt/Lavalink/application.yml:ro" in SERVICES["lavalink"]["volumes"]
    request = config["logging"]["request"]
    assert (request["enabled"], request["includeHeaders"], request["includePayload"]) == (True, False, False)
