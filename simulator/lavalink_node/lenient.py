"""Reading client JSON as the server's parser does, which takes "50" for 50 but not 1.5 for 1."""

import json
import re
from enum import Enum
from typing import Any, Final, TypeVar

from simulator.lavalink_node.errors import bad_request

T = TypeVar("T")
_WHOLE = re.compile(r"-?\d{1,19}")
_LONG_MAX = 2**63 - 1


class Omitted(Enum):
    """A field the client did not send, which is not the same as null."""

    OMITTED = "omitted"


OMITTED: Final = Omitted.OMITTED


def object_of(text: str) -> dict[str, Any]:
    """Parse a JSON object; 400 for anything else."""
    try:
        parsed = json.loads(text)
    except ValueError as error:
        raise bad_request() from error
    return as_object(parsed)


def as_object(value: object) -> dict[str, Any]:
    """Take a JSON object; 400 for anything else."""
    if not isinstance(value, dict):
        raise bad_request()
    return value


def as_flag(value: object) -> bool:
    """Take true, false or their names in quotes; 400 for anything else."""
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise bad_request()


def as_whole(value: object) -> int:
    """Take a whole number, in quotes or not, that fits a Java long; 400 for anything else."""
    if isinstance(value, bool):
        raise bad_request()
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    if isinstance(value, int) and -_LONG_MAX - 1 <= value <= _LONG_MAX:
        return value
    raise bad_request()


def as_real(value: object) -> float:
    """Take a number, in quotes or not; 400 for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise bad_request()
    try:
        return float(value)
    except ValueError as error:
        raise bad_request() from error


def as_text(value: object) -> str:
    """Take a string; 400 for anything else, numbers too."""
    if not isinstance(value, str):
        raise bad_request()
    return value
