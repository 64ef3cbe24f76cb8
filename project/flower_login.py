"""Flower's settings and its login, from the same environment as everything else: without a login it does not start."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from project import settings
from project.env import refuse_to_start

DEFAULTS = {
    "FLOWER_MAX_TASKS": "10000",
    "FLOWER_PURGE_OFFLINE_WORKERS": "600",  # audio workers are named by their process, and each life has its own
}
"""Flower's own variables, where nothing else is set."""
SANDBOX_LOGIN = "segue:sandbox"


def prepare() -> None:
    """Hand Flower its settings by the variables it reads; raises StartRefused without a login."""
    logins = settings.FLOWER_BASIC_AUTH or (SANDBOX_LOGIN if settings.SANDBOX else "")
    refuse_open_door(logins, sys.argv)
    os.environ.update(
        FLOWER_BASIC_AUTH=logins,
        FLOWER_PORT=str(settings.FLOWER_PORT),
        FLOWER_ADDRESS=settings.LISTEN_HOST,
        FLOWER_LOGGING=settings.LOG_LEVEL.lower(),
    )
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)


def refuse_open_door(logins: str, arguments: Sequence[str]) -> None:
    """Flower can stop workers and send tasks: it is never open to everybody."""
    if not logins:
        refuse_to_start("FLOWER_BASIC_AUTH is not set. Set it to user:password, or FLOWER_BASIC_AUTH_FILE to a file.")
    if any(not all(login.partition(":")[::2]) for login in logins.split(",")):
        refuse_to_start("FLOWER_BASIC_AUTH must look like user:password (several: user:password,user:password).")
    if os.environ.get("FLOWER_UNAUTHENTICATED_API"):
        refuse_to_start("FLOWER_UNAUTHENTICATED_API opens Flower to everybody. Unset it.")
    if any(argument.lstrip("-").replace("_", "-").startswith(("basic-auth", "conf=")) for argument in arguments):
        refuse_to_start("Flower's login comes from FLOWER_BASIC_AUTH, not from --basic-auth or --conf: leave them out.")
