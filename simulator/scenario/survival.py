"""The check's second part: processes die and Redis is emptied while a member listens, and the music goes on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from simulator.control_client import ControlRefused, wait_for
from simulator.scenario.breaks import LOSE_FIVE, WHILE_STRIKING
from simulator.scenario.listener import Listener, ScenarioFailed, refused
from simulator.scenario.next_command import until_obeyed
from simulator.scenario.strikes import Strikes
from simulator.scenario.tracks import Tracks
from simulator.stack import Say

AFTERWARDS_MS = 2_500
"""How much sound is listened to after everything is back."""
AWAY_SECONDS = 20


class Survival:
    """Strikes one after the other; figures go into `result`. `listener` hears the long track."""

    def __init__(
        self, *, listener: Listener, strikes: Strikes, tracks: Tracks, say: Say, result: dict[str, Any]
    ) -> None:
        self._listener, self._strikes, self._tracks = listener, strikes, tracks
        self._say, self._result = say, result
        self._broken: str | None = None

    def run(self, broken: str | None, *, own_redis: bool) -> None:
        """All strokes; Redis is emptied only where it is our own. Raises ScenarioFailed."""
        self._broken = broken
        strokes: list[Callable[[], None]] = [self._worker_kill, self._gateway_kill]
        if own_redis:
            strokes.append(self._redis_flush)
        else:
            self._say("REDIS_URL is yours: it is not emptied")
            self._result["redis_flush"] = "left out"
        try:
            self._listener.command("play", query=self._tracks.long)  # the one that plays may end meanwhile
            for stroke in strokes:
                stroke()
        except ControlRefused as error:
            raise ScenarioFailed(str(error)) from error

    def _worker_kill(self) -> None:
        self._say("the audio process that plays is killed with -9, then /pause")
        self._begin()
        self._strikes.signal_owner(self._listener.guild_id)
        killed = time.monotonic()
        if self._broken == "kill-session":
            self._listener.control.post("/faults", {"target": "node", "kind": "kill"})
        self._worsen("worker_kill")
        self._obeyed("worker_kill", killed)
        self._finish("worker_kill")

    def _gateway_kill(self) -> None:
        self._say("the gateway is killed with -9, and Alice types /queue while it is away")
        self._begin()
        self._strikes.signal_service("gateway")
        self._worsen("gateway_kill")
        interaction = self._listener.send("queue")
        self._result["gateway_away_interaction"] = self._fate(interaction)
        self._finish("gateway_kill")

    def _redis_flush(self) -> None:
        self._say("Redis is emptied, then /pause")
        self._begin()
        self._strikes.empty_redis()
        emptied = time.monotonic()
        self._worsen("redis_flush")
        self._obeyed("redis_flush", emptied)
        self._finish("redis_flush")

    def _begin(self) -> None:
        self._listener.reset_ears()
        self._listener.wait_heard(500)

    def _worsen(self, stroke: str) -> None:
        if WHILE_STRIKING.get(self._broken or "") == stroke and self._broken != "kill-session":
            self._listener.control.post("/faults", {**LOSE_FIVE, "guild_id": self._listener.guild_id})

    def _obeyed(self, stroke: str, since: float) -> None:
        """Whether /pause is heard; then the music goes on."""
        self._result[f"{stroke}_next_command_ms"] = until_obeyed(self._listener, "pause", since=since).ms
        self._result[f"{stroke}_next_command_ok"] = self._listener.falls_still()
        self._listener.command("resume")

    def _fate(self, interaction: str) -> str:
        """What became of an interaction that nobody was there to receive."""

        def told() -> str | None:
            if (seen := self._listener.answer(interaction)) is not None:
                return "refused" if refused(seen) else "answered"
            return "expired" if self._strikes.expired_interactions() else None

        try:
            return str(wait_for(told, "an answer, or a count of expired", seconds=AWAY_SECONDS, pause=0.1))
        except ControlRefused:
            return "lost"

    def _finish(self, stroke: str) -> None:
        """Listen until everything is back, and a little longer."""
        self._strikes.stack.wait_served()
        before = self._listener.ears()["heard_ms"]
        self._listener.wait_heard(before + AFTERWARDS_MS)
        ears = self._listener.ears()
        self._result[f"{stroke}_lost_frames"] = ears["lost"]
        self._result[f"{stroke}_max_gap_ms"] = ears["max_gap_ms"]
