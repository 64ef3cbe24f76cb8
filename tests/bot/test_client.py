"""What is changed in discord.py's client."""

import time

import pytest

from bot.client import seldom


def test_expired_rate_limits_are_looked_for_now_and_then_not_at_every_interaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1_000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    swept: list[float] = []
    sweep = seldom(lambda: swept.append(now))
    for _ in range(100):
        sweep()
    now += 60.0
    sweep()
    assert swept == [1_000.0, 1_060.0]
