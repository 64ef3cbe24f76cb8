"""How the api process starts."""

from __future__ import annotations

import os
import socket
import subprocess
import sys


def test_a_taken_port_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "project.api"],
            env={**os.environ, "API_PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 2
    assert f"Port {port} on 127.0.0.1 cannot be used" in ended.stderr
