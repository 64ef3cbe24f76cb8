"""Carries one forwarded connection on its standard streams: `forward_port.py <namespace> <pod> <port>`, for kwok."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
from pathlib import Path

SIZE = 65536


def main(namespace: str, pod: str, port: str) -> None:
    """Until either side hangs up."""
    address = (Path(os.environ["SEGUE_PODS"]) / namespace / pod / "address").read_text(encoding="ascii")
    with socket.create_connection((address, int(port)), timeout=5) as connection:
        connection.settimeout(None)
        threading.Thread(target=_carry_in, args=(connection,), daemon=True).start()
        while data := connection.recv(SIZE):
            os.write(1, data)
    os._exit(0)  # not held up by a thread that still reads


def _carry_in(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := os.read(0, SIZE):
            connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main(*sys.argv[1:])
