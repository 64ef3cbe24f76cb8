"""Every span of time Discord's rules speak of, in one place so that tests may shorten them."""

from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]
"""Unix time in seconds."""


@dataclass(frozen=True, slots=True)
class TimeRules:
    """Seconds unless the name says otherwise; from Discord's documentation."""

    first_response: float = 3.0
    interaction_token: float = 900.0
    identify_window: float = 5.0
    heartbeat_interval_ms: int = 41_250
    heartbeat_grace: float = 1.5
    """A client silent for this many heartbeat intervals is closed with 4009."""
    session_kept: float = 180.0
    """How long a session without a socket can be resumed."""
    gateway_commands_window: float = 60.0
    nonce_kept: float = 300.0
