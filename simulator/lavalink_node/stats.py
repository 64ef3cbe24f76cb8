"""The figures a node gives of itself: players, load, and each session's lost frames."""

import os
import resource
import time
from typing import Any

from simulator.lavalink_node.frame_loss import EXPECTED_PER_MINUTE
from simulator.lavalink_node.session import Session
from simulator.lavalink_node.session_registry import SessionRegistry

_RESERVABLE = 512 * 1024 * 1024


class Stats:
    """Counts from when it was made."""

    def __init__(self, sessions: SessionRegistry) -> None:
        self._sessions = sessions
        self._started = time.monotonic()
        self._measured_at = self._started
        self._cpu_then = time.process_time()
        self._load = 0.0

    def message(self, session: Session) -> dict[str, Any]:
        """Return the `stats` frame of a session, the only place where lost frames show."""
        return {"op": "stats", "frameStats": _frame_stats(session), **self._common()}

    def body(self) -> dict[str, Any]:
        """Return the answer of /v4/stats."""
        return {"frameStats": None, **self._common()}

    def _common(self) -> dict[str, Any]:
        players = [player for session in self._sessions.open_sessions() for player in session.players.values()]
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return {
            "players": len(players),
            "playingPlayers": sum(player.is_playing for player in players),
            "uptime": round((time.monotonic() - self._started) * 1000),
            "memory": {
                "free": max(_RESERVABLE - used, 0),
                "used": used,
                "allocated": max(used, _RESERVABLE),
                "reservable": _RESERVABLE,
            },
            "cpu": {
                "cores": os.cpu_count() or 1,
                "systemLoad": min(os.getloadavg()[0] / (os.cpu_count() or 1), 1.0),
                "lavalinkLoad": self._own_load(),
            },
        }

    def _own_load(self) -> float:
        """Return the share of the machine this process took since it was last asked, at most once a second."""
        now = time.monotonic()
        if now - self._measured_at >= 1.0:
            used = time.process_time() - self._cpu_then
            self._load = used / (now - self._measured_at) / (os.cpu_count() or 1)
            self._measured_at, self._cpu_then = now, time.process_time()
        return self._load


def _frame_stats(session: Session) -> dict[str, int] | None:
    minutes = [player.loss.last for player in session.players.values() if player.loss.last is not None]
    if not minutes:
        return None
    sent = sum(minute.sent for minute in minutes) // len(minutes)
    nulled = sum(minute.nulled for minute in minutes) // len(minutes)
    return {"sent": sent, "nulled": nulled, "deficit": EXPECTED_PER_MINUTE - sent - nulled}
