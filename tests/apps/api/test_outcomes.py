"""Why a command was refused, as a status that a client can act on."""

from __future__ import annotations

import pytest

from apps.api.outcomes import refused
from project.wire.messages import Ended


@pytest.mark.parametrize(
    ("reason", "status", "again"),
    [
        ("source_failed", 503, True),
        ("source_resting", 503, True),
        ("source_off", 422, False),
        ("nothing_found", 409, False),
        ("busy", 429, True),
    ],
)
def test_a_reason_says_whether_asking_again_helps(reason: str, status: int, again: bool) -> None:
    ended = Ended(command_id="c", guild_id=1, outcome={"type": "refused", "reason": reason}, error=True, sentence="No.")
    problem = refused(ended)
    assert (problem.status_code, "retry_after" in problem.more) == (status, again)
