"""Stripe's clock, which a test may set forward so that trials end and months are billed."""

import calendar
from collections.abc import Callable
from datetime import UTC, datetime


class StripeClock:
    """Seconds since 1970. It runs with the real one and may be ahead of it; it never goes back."""

    def __init__(self, real: Callable[[], float]) -> None:
        self._real = real
        self._ahead = 0.0
        self._standing: float | None = None

    def now(self) -> int:
        return int(self._real() + self._ahead if self._standing is None else self._standing)

    def stand_at(self, moment: float) -> None:
        """Stop at `moment`, which is not before the present one, until `go_on`."""
        self._standing = max(moment, self.now())

    def go_on(self) -> None:
        """Run on from where it stands."""
        if self._standing is not None:
            self._ahead = max(self._ahead, self._standing - self._real())
            self._standing = None


_DAYS = {"day": 1, "week": 7}


def later(moment: int, interval: str, count: int, *, anchor: int | None = None) -> int:
    """`count` intervals after `moment`; months keep the anchor's day, or end on the month's last."""
    if interval in _DAYS:
        return moment + _DAYS[interval] * count * 86_400
    start = datetime.fromtimestamp(moment, UTC)
    months = start.month - 1 + count * (12 if interval == "year" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    wanted = start.day if anchor is None else datetime.fromtimestamp(anchor, UTC).day
    return int(start.replace(year=year, month=month, day=min(wanted, calendar.monthrange(year, month)[1])).timestamp())
