"""A network of the cluster's own: its ports are in nobody's way, and it reaches neither machine nor internet."""

from __future__ import annotations

import fcntl
import os
import socket
import struct

from tests.cluster.node import linux

_SIOCSIFFLAGS = 0x8914
_IFF_UP = 0x1


class PrivateNetwork:
    """This thread, and all it starts between `enter` and `leave`, in a new network namespace with loopback only."""

    def __init__(self) -> None:
        self._before: int | None = None

    def enter(self) -> None:
        """OSError without the right to."""
        self._before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        linux.unshare(linux.CLONE_NEWNET)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))

    def leave(self) -> None:
        """Back where this thread was."""
        if self._before is not None:
            linux.enter(f"/proc/self/fd/{self._before}", linux.CLONE_NEWNET)
            os.close(self._before)
            self._before = None
