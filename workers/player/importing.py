"""How a long import is divided: a few lines at first, so that music begins, then larger parts until all were asked."""

from __future__ import annotations

from dataclasses import replace

from project.wire.orders import ImportQueue
from workers.player.effects import SearchMany
from workers.player.limits import Limits
from workers.player.memory import Importing, Reservation

FIRST_LINES = 4
"""As many as are looked up at once: they are there when one search is."""
PART_LINES = 24
"""Each part is a commit and an edit of the answer."""
IMPORT_MS = 10 * 60_000
"""Discord takes an answer for 15 minutes; what was not looked up by then is said to be so."""


def lines_to_ask(order: ImportQueue, limits: Limits) -> tuple[tuple[str, ...], int]:
    """Those that the plan lets be imported, and how many more there are."""
    lines = order.lines[: limits.import_size]
    return lines, len(order.lines) - len(lines)


def part_size(importing: Importing) -> int:
    """How many lines come next."""
    return min(PART_LINES if importing.asked else FIRST_LINES, len(importing.lines) - importing.asked)


def next_part(place: Reservation, importing: Importing) -> SearchMany:
    """The lines that come next; there must be some."""
    lines = importing.lines[importing.asked : importing.asked + part_size(importing)]
    return SearchMany(place.command_id, place.query, lines)


def behind(place: Reservation, importing: Importing) -> Reservation:
    """The place that the rest of an import holds: behind what was added, and never again in front of all."""
    position = place.position if place.position == "end" else "next"
    return replace(place, position=position, importing=importing)
