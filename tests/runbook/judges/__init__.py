"""What must be true after each row of the checklist, beside that its commands ended well.

A row's *preparation* runs before its first command, its *judge* after its last; both are optional. A judge gets the
stage and how the row's commands ended, in order, and raises NotTrue.
"""

from __future__ import annotations

from tests.runbook.judges import gateway, looking, payments, postgresql, recovery, redis, sound, speed

_ALL = (gateway, sound, postgresql, redis, speed, payments, looking, recovery)
PREPARE = {row: prepare for family in _ALL for row, prepare in family.PREPARE.items()}
JUDGES = {row: judge for family in _ALL for row, judge in family.JUDGES.items()}
MAY_FAIL = frozenset({68})
"""Rows whose command may find nothing: grep then ends with 1."""
AGAIN = frozenset({62})
"""Rows whose command the runbook has one say again."""
