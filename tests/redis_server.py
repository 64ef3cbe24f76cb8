"""A Redis of a test's own."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import redis


def start_redis(port: int, folder: Path) -> subprocess.Popen[bytes]:
    """A redis-server that answers; the caller ends it."""
    binary = shutil.which("redis-server")
    assert binary, "redis-server is missing: run `make up` once"
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = subprocess.Popen([binary, *arguments], stdout=subprocess.DEVNULL)
    client = redis.Redis(port=port)
    for _ in range(100):
        try:
            client.ping()
            break
        except redis.ConnectionError:
            time.sleep(0.05)
    client.close()
    return process
