"""The environment: typed, from NAME or NAME_FILE, and refused with one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from project.env import Environment, StartRefused


def test_a_value_may_lie_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("s3cret\n", encoding="utf-8")
    assert Environment({"TOKEN_FILE": str(secret)}).text("TOKEN") == "s3cret"


def test_the_value_itself_goes_before_the_file(tmp_path: Path) -> None:
    assert Environment({"TOKEN": "a", "TOKEN_FILE": str(tmp_path / "none")}).text("TOKEN") == "a"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "TOKEN is not set. Set it, or TOKEN_FILE to a file that holds it."),
        ({"TOKEN_FILE": "/nowhere/token"}, "TOKEN_FILE=/nowhere/token cannot be read: No such file or directory."),
    ],
)
def test_a_missing_text_says_what_to_do(values: dict[str, str], sentence: str) -> None:
    with pytest.raises(StartRefused) as refused:
        Environment(values).text("TOKEN")
    assert refused.value.sentence == sentence
    assert refused.value.code == 2


@pytest.mark.parametrize(("raw", "sentence"), [("many", "must be a whole number"), ("9", "must be between 1 and 8")])
def test_a_bad_number_is_refused(raw: str, sentence: str) -> None:
    with pytest.raises(StartRefused) as refused:
        Environment({"N": raw}).number("N", 2, low=1, high=8)
    assert sentence in refused.value.sentence


@pytest.mark.parametrize(("raw", "value"), [("1", True), ("Off", False), ("yes", True), ("", False)])
def test_flags(raw: str, value: bool) -> None:
    assert Environment({"F": raw}).flag("F") is value


def test_a_bad_flag_is_refused() -> None:
    with pytest.raises(StartRefused):
        Environment({"F": "maybe"}).flag("F")


def load_settings(**changes: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in {"SANDBOX", "SMALL"}}
    environment.update(
        {"DISCORD_API_URL": "https://discord.com/api/v10", "DISCORD_GATEWAY_URL": "wss://gateway.discord.gg"}
    )
    command = [sys.executable, "-c", "import project.settings"]
    return subprocess.run(command, env={**environment, **changes}, capture_output=True, text=True, check=False)


LOOPBACK = {"DISCORD_API_URL": "http://127.0.0.1:1/api/v10", "DISCORD_GATEWAY_URL": "ws://127.0.0.1:1/"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SANDBOX": "1"}, "only addresses of this machine"),
        ({"SANDBOX": "1", **LOOPBACK, "KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "refused inside Kubernetes"),
        ({"SANDBOX": "1", **LOOPBACK, "STRIPE_LIVE_SECRET_KEY": "sk_live_x"}, "refused together with a live key"),
        ({"SANDBOX": "1", **LOOPBACK, "STRIPE_SECRET_KEY": "rk_live_x"}, "refused together with a live key"),
        (LOOPBACK, "Set SANDBOX=1"),
        ({"SANDBOX": "perhaps"}, "SANDBOX must be 1 or 0"),
        ({"SUPPORT_URL": "javascript:alert(1)"}, "SUPPORT_URL has to begin with https://"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL must look like"),
    ],
)
def test_settings_that_cannot_be_meant_stop_the_process(changes: dict[str, str], sentence: str) -> None:
    ended = load_settings(**changes)
    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_the_sandbox_and_production_both_start() -> None:
    assert load_settings(SANDBOX="1", **LOOPBACK).returncode == 0
    assert load_settings().returncode == 0
