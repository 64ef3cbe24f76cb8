"""Takes a member out of stored JSON: their id wherever it stands, and the name beside it."""

from __future__ import annotations

import re
from typing import Any

NOBODY = 0
NAMED_BY = {"requester_id": "requester_name", "member_id": "member_name", "user_id": "name", "owner_id": "owner_name"}
"""Field with an id -> field beside it with that member's name."""


def scrubbed(value: Any, user_id: int) -> Any:
    """The same JSON without the member: ids become 0, names beside them empty, and text loses the id's digits."""
    if isinstance(value, dict):
        return _without_name({key: scrubbed(each, user_id) for key, each in value.items()}, value, user_id)
    if isinstance(value, list):
        return [scrubbed(each, user_id) for each in value]
    if isinstance(value, str):
        return id_pattern(user_id).sub(str(NOBODY), value)
    return NOBODY if value == user_id and not isinstance(value, bool) else value


def id_pattern(user_id: int) -> re.Pattern[str]:
    """Finds the id and no longer number that contains it."""
    return re.compile(rf"(?<!\d){user_id}(?!\d)")


def _without_name(clean: dict[str, Any], before: dict[str, Any], user_id: int) -> dict[str, Any]:
    for identity, name in NAMED_BY.items():
        if name in clean and str(before.get(identity)) == str(user_id):
            clean[name] = ""
    return clean
