"""Flower can stop workers: without a login it does not start, however it is started."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PRODUCTION = {
    "SANDBOX": "0",
    "DISCORD_API_URL": "https://discord.com/api/v10",
    "DISCORD_GATEWAY_URL": "wss://gateway.discord.gg/",
    "REDIS_URL": "redis://127.0.0.1:9/0",
}


def start_flower(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "celery", "-A", "project", "flower", *arguments],
        env={**os.environ, **PRODUCTION, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        ((), {}, "FLOWER_BASIC_AUTH is not set."),
        ((), {"FLOWER_BASIC_AUTH": "operator"}, "must look like user:password"),
        ((), {"FLOWER_BASIC_AUTH": "operator:"}, "must look like user:password"),
        ((), {"FLOWER_BASIC_AUTH": "a:b,"}, "must look like user:password"),
        ((), {"FLOWER_BASIC_AUTH": "a:b", "FLOWER_UNAUTHENTICATED_API": "true"}, "opens Flower to everybody"),
        (("--basic-auth=",), {"FLOWER_BASIC_AUTH": "a:b"}, "not from --basic-auth or --conf"),
        (("--basic_auth=x:y",), {"FLOWER_BASIC_AUTH": "a:b"}, "not from --basic-auth or --conf"),
        (("--conf=/nowhere",), {"FLOWER_BASIC_AUTH": "a:b"}, "not from --basic-auth or --conf"),
    ],
)
def test_it_refuses_to_start_open(arguments: tuple[str, ...], environment: dict[str, str], sentence: str) -> None:
    ended = start_flower(*arguments, **environment)
    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert ended.stderr.startswith("segue: ")
