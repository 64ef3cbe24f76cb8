"""The few system calls that make a process live elsewhere: in another mount, host name or network namespace."""

from __future__ import annotations

import ctypes
import os

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWNET = 0x40000000
MS_RDONLY = 1
MS_REMOUNT = 32
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def unshare(what: int) -> None:
    """This thread, and what it starts, in new namespaces. OSError without the right to."""
    _check(_libc.unshare(what), "unshare")


def enter(path: str, kind: int) -> None:
    """This thread into the namespace that `path` names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        _check(_libc.setns(descriptor, kind), path)
    finally:
        os.close(descriptor)


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """mount(2)."""
    words = [None if word is None else word.encode() for word in (source, target, kind)]
    _check(_libc.mount(*words, ctypes.c_ulong(flags), None if data is None else data.encode()), target)


def die_with_parent(number: int) -> None:
    """The kernel sends `number` to this process when the thread that started it ends."""
    _libc.prctl(PR_SET_PDEATHSIG, number)


def _check(result: int, what: str) -> None:
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")
