"""The check's first part: a member plays, listens, queues, skips, and lets a track end."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from simulator.control_client import ControlClient, ControlRefused
from simulator.scenario.breaks import BREAKS, WHILE_LISTENING
from simulator.scenario.listener import Listener, ScenarioFailed
from simulator.scenario.tracks import Tracks
from simulator.stack import Say

LISTEN_SECONDS = 20


@dataclass
class Scenario:
    """Runs the steps in order and notes every figure in `result`."""

    control_url: str
    database_url: str
    tracks: Tracks
    say: Say
    listen_seconds: float = LISTEN_SECONDS
    result: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        control = ControlClient(self.control_url)
        self.listener = Listener(control, control.get("/guilds")[0], self.database_url)

    def run(self, broken: str | None) -> None:
        """All steps; `broken` names one of BREAKS. Raises ScenarioFailed."""
        self.listen_only(broken)
        try:
            self._queue_and_skip()
            self._auto_advance()
        except ControlRefused as error:
            raise ScenarioFailed(str(error)) from error

    def listen_only(self, broken: str | None) -> None:
        """The first half: play one track and listen. Raises ScenarioFailed."""
        if broken is not None and broken not in BREAKS:
            raise ScenarioFailed(f"BREAK={broken} is unknown; use one of {', '.join(BREAKS)}")
        try:
            self._play()
            self._listen(broken)
        except ControlRefused as error:
            raise ScenarioFailed(str(error)) from error

    def _play(self) -> None:
        self.say("Alice joins a voice channel and types /play")
        self.listener.join()
        started = time.monotonic()
        state = self.listener.command("play", query=self.tracks.long)
        self.result["first_response_ms"] = state["first_response_ms"]
        heard = self.listener.wait_heard(0)
        self.result["play_to_sound_ms"] = round((time.monotonic() - started) * 1000 - heard["heard_ms"])

    def _listen(self, broken: str | None) -> None:
        self.listener.wait_heard(1_500)
        self.listener.reset_ears()
        if broken in WHILE_LISTENING:
            self.listener.wait_heard(200, seconds=10)
            self.listener.control.post("/faults", {**WHILE_LISTENING[broken], "guild_id": self.listener.guild_id})
        self.say(f"listening for {self.listen_seconds:g} s")
        time.sleep(self.listen_seconds)
        ears = self.listener.ears()
        self.result.update(
            heard_hz=ears["tone_hz"],
            expected_hz=self.tracks.long_hz,
            frames=ears["frames"],
            lost_frames=ears["lost"],
            max_gap_ms=ears["max_gap_ms"],
            max_arrival_gap_ms=ears["max_arrival_gap_ms"],
        )

    def _queue_and_skip(self) -> None:
        self.say("queueing a second track, then /skip")
        self.listener.command("play", query=self.tracks.short)
        titles = self.listener.queued_titles()
        self.result["queue_in_db_ok"] = len(titles) == 1 and self.tracks.short_title in (None, titles[0])
        self.listener.command("skip")
        self.result["skip_ok"] = self.listener.hears(self.tracks.short_hz)

    def _auto_advance(self) -> None:
        self.say("the short track ends by itself and the next one follows")
        self.listener.command("play", query=self.tracks.long)
        self.listener.reset_ears()
        patience = self.tracks.short_seconds + 20
        self.result["autoadvance_ok"] = self.listener.hears(self.tracks.long_hz, seconds=patience)
        ears = self.listener.ears()
        self.result["autoadvance_gap_ms"] = ears["max_arrival_gap_ms"]
        self.result["autoadvance_lost_frames"] = ears["lost"]
        self.result["queue_in_db_ok"] = self.result["queue_in_db_ok"] and self.listener.queued_titles() == []
