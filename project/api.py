"""`python -m project.api`: uvicorn on `project.asgi`, with as many processes as API_WORKERS says."""

from __future__ import annotations

import signal
import socket
import sys
from types import FrameType

import uvicorn

from project import logging, metrics, settings
from project.env import refuse_to_start

GRACE_SECONDS = 10
"""How long requests may go on after SIGTERM; open event streams would hold the process up for ever."""


def main() -> None:
    """The entry point."""
    logging.configure("api")
    refuse_taken_port(settings.LISTEN_HOST, settings.API_PORT)
    metrics.share("api")
    signal.signal(signal.SIGTERM, end)
    uvicorn.run(
        "project.asgi:application",
        host=settings.LISTEN_HOST,
        port=settings.API_PORT,
        workers=settings.API_WORKERS,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def end(_number: int, _frame: FrameType | None) -> None:
    """uvicorn raises its signal again when it is done, which would kill the process before it has cleaned up."""
    sys.exit(0)


def refuse_taken_port(host: str, port: int) -> None:
    """End with one sentence when nobody could be served: uvicorn would say so in a traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            refuse_to_start(f"Port {port} on {host} cannot be used: {error.strerror}. Free it or set API_PORT.")


if __name__ == "__main__":
    main()
