"""`make demo CHECK=1`: a member listens, and what is heard, answered and stored is judged from outside.

It looks only where a person or an operator could: the control API (what members see and hear) and PostgreSQL.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from simulator.catalogue import ensure_catalogue
from simulator.control_client import ControlClient, ControlRefused, wait_for
from simulator.stack import Say

LISTEN_SECONDS = 20
TONE_TOLERANCE_HZ = 2.0
MAX_GAP_MS = 60
BREAKS: dict[str, dict[str, Any]] = {
    "drop5": {"target": "voice", "kind": "lose_frames", "count": 5},
    "tone": {"target": "voice", "kind": "tone"},
    "silence": {"target": "voice", "kind": "mute"},
}
"""Faults that the check must notice."""


class ScenarioFailed(Exception):
    """A step could not be taken; the message says which."""


@dataclass(frozen=True)
class Tracks:
    """What to type to hear a long 440 Hz tone and a short tone of another pitch, and their titles."""

    long: str
    long_hz: float
    short: str
    short_title: str | None
    """None where an outside node names the track in its own way."""
    short_hz: float
    short_seconds: float

    @classmethod
    def of_catalogue(cls, folder: Path, *, by_path: bool) -> Tracks:
        """Search words for the simulator's own node; file paths for an outside node, which has no such search."""
        tones = sorted((track for track in ensure_catalogue(folder).tracks if track.tone_hz), key=_length)
        short, long = tones[0], tones[-1]
        return cls(
            long=str(long.file) if by_path else long.title,
            long_hz=long.tone_hz or 0.0,
            short=str(short.file) if by_path else short.title,
            short_title=None if by_path else short.title,
            short_hz=short.tone_hz or 0.0,
            short_seconds=short.duration_ms / 1000,
        )


def _length(track: Any) -> int:
    return int(track.duration_ms)


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
        self._control = ControlClient(self.control_url)
        guild = self._control.get("/guilds")[0]
        self._guild_id = str(guild["id"])
        text = next(channel for channel in guild["channels"] if channel["type"] == "text")
        self._voice_id = str(next(channel for channel in guild["channels"] if channel["type"] == "voice")["id"])
        self._place = {"guild_id": self._guild_id, "channel_id": str(text["id"])}
        self._member = str(next(member for member in guild["members"] if member["name"] == "Alice")["id"])

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
        self._control.post(
            "/voice", {"guild_id": self._guild_id, "user_id": self._member, "channel_id": self._voice_id}
        )
        started = time.monotonic()
        state = self._command("play", query=self.tracks.long)
        self.result["first_response_ms"] = state["first_response_ms"]
        heard = wait_for(lambda: self._heard(0), "the first sound", seconds=30)
        self.result["play_to_sound_ms"] = round((time.monotonic() - started) * 1000 - heard["heard_ms"])

    def _listen(self, broken: str | None) -> None:
        wait_for(lambda: self._heard(1_500), "one and a half seconds of sound", seconds=30)
        self._control.reset_ears(self._guild_id)
        if broken is not None:
            wait_for(lambda: self._heard(200), "sound before the fault", seconds=10)
            self._control.post("/faults", {**BREAKS[broken], "guild_id": self._guild_id})
        self.say(f"listening for {self.listen_seconds:g} s")
        time.sleep(self.listen_seconds)
        ears = self._control.ears(self._guild_id)
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
        self._command("play", query=self.tracks.short)
        titles = self._queued_titles()
        self.result["queue_in_db_ok"] = len(titles) == 1 and self.tracks.short_title in (None, titles[0])
        self._command("skip")
        self.result["skip_ok"] = self._hears(self.tracks.short_hz)

    def _auto_advance(self) -> None:
        self.say("the short track ends by itself and the next one follows")
        self._command("play", query=self.tracks.long)
        self._control.reset_ears(self._guild_id)
        self.result["autoadvance_ok"] = self._hears(self.tracks.long_hz, seconds=self.tracks.short_seconds + 20)
        ears = self._control.ears(self._guild_id)
        self.result["autoadvance_gap_ms"] = ears["max_arrival_gap_ms"]
        self.result["autoadvance_lost_frames"] = ears["lost"]
        self.result["queue_in_db_ok"] = self.result["queue_in_db_ok"] and self._queued_titles() == []

    def _command(self, name: str, **options: str) -> dict[str, Any]:
        state = self._control.answer(self._control.slash(self._place, self._member, name, **options))
        if state["ephemeral"]:
            raise ScenarioFailed(f"/{name} was refused: {state.get('content') or state.get('embeds')}")
        return state

    def _heard(self, at_least_ms: int) -> dict[str, Any] | None:
        ears = self._control.ears(self._guild_id)
        return ears if ears["heard_ms"] > at_least_ms else None

    def _hears(self, hz: float, *, seconds: float = 10) -> bool:
        def tone() -> bool:
            heard = self._control.ears(self._guild_id)["tone_hz"]
            return heard is not None and abs(heard - hz) <= TONE_TOLERANCE_HZ

        try:
            return bool(wait_for(tone, f"{hz:g} Hz", seconds=seconds, pause=0.1))
        except ControlRefused:
            return False

    def _queued_titles(self) -> list[str]:
        query = (
            "SELECT track->>'title' FROM queue_entries WHERE guild_id = %s AND status = 'queued' ORDER BY rank, entry"
        )
        with psycopg.connect(self.database_url) as connection:
            return [str(row[0]) for row in connection.execute(query, (int(self._guild_id),))]


def verdict(result: dict[str, Any]) -> list[str]:
    """What is wrong with the figures, in words; empty when the check passed."""
    failures = []
    if result.get("stopped_at"):
        failures.append(str(result["stopped_at"]))
    heard, expected = result.get("heard_hz"), result.get("expected_hz")
    if heard is None or expected is None or abs(heard - expected) > TONE_TOLERANCE_HZ:
        failures.append(f"heard {heard} Hz instead of {expected} Hz")
    if result.get("lost_frames") != 0:
        failures.append(f"{result.get('lost_frames')} frames were lost")
    if not isinstance(gap := result.get("max_gap_ms"), int | float) or gap > MAX_GAP_MS:
        failures.append(f"the longest gap was {gap} ms (at most {MAX_GAP_MS})")
    failures += [
        f"{name} is not true" for name in ("skip_ok", "autoadvance_ok", "queue_in_db_ok") if not result.get(name)
    ]
    if result.get("first_response_ms") is None:
        failures.append("the member got no answer")
    return failures
