"""How long the gateway waits before it says or does the next thing, in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """The production values are the defaults."""

    defer: float = 1.5
    """An outcome within this time is the first response; otherwise the interaction is deferred."""
    honest: float = 15.0
    """A deferral that nobody filled for this long gets an honest sentence."""
    join: float = 5.0
    """Discord answers op 4 with our own voice state; without one in this time it will not come."""
    away: float = 30.0
    """A shard whose session cannot be had again for this long makes the process not ready."""
    retries: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0)
    """Pauses between attempts at what Discord could not take."""
    outcome: float = 15.0
    """After those an outcome, for which a member waits, is tried again so often, as long as its token is valid."""
