"""How a command's end becomes an answer: its outcome, a problem with the reason, or where to ask again."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response

from apps.api.commands import Asked
from apps.api.problems import Problem
from apps.playback.selectors import track_seen
from project.wire.messages import Ended

STATUS = {
    "busy": 429,
    "store_away": 503,
    "node_away": 503,
    "timed_out": 503,
    "source_failed": 503,
    "source_resting": 503,
    "source_off": 422,
    "failed": 500,
    "not_allowed": 403,
    "guild.blocked": 403,
    "position.unknown": 404,
    "library.refused.unknown": 404,
    "library.refused.position": 404,
    "library.refused.name_form": 422,
    "query_empty": 422,
    "query_too_long": 422,
    "filter.unknown": 422,
}
"""By reason; all others are 409: the player is not in a state in which it could."""


def answer(asked: Asked) -> Response:
    """200 with the outcome, 202 with where to ask; raises Problem where the player refused."""
    if asked.ended is None:
        return pending(asked.command_id)
    return Response(shown(asked.ended))


def pending(command_id: str) -> Response:
    """Not done yet."""
    return Response(
        {"command_id": command_id, "status": "pending", "outcome": None, "sentence": ""},
        status=202,
        headers={"Location": f"/api/v1/commands/{command_id}"},
    )


def shown(ended: Ended) -> dict[str, Any]:
    """A command that is done; raises Problem where it was refused."""
    if ended.error:
        raise refused(ended)
    return {
        "command_id": ended.command_id,
        "status": "done",
        "outcome": _plain(ended.outcome),
        "sentence": ended.sentence,
    }


def refused(ended: Ended) -> Problem:
    """Why nothing changed. The sentence is known for a minute, the reason for ever."""
    reason = str(ended.outcome.get("reason") or ended.outcome.get("key") or "refused")
    status = 422 if reason.startswith("settings.refused.") else STATUS.get(reason, 409)
    more = {"retry_after": 1} if status in {429, 503} else {}
    detail = ended.sentence or "The player refused this."
    return Problem(status, reason, detail, command_id=ended.command_id, outcome=_plain(ended.outcome), **more)


def _plain(value: Any) -> Any:
    """An outcome as clients see it: entries without what only the audio node understands."""
    if isinstance(value, dict):
        if isinstance(value.get("track"), dict):
            entry = {"id": value.get("id"), "requester_id": str(value.get("requester_id", 0))}
            return {**entry, "requester_name": value.get("requester_name", ""), **track_seen(value["track"])}
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
