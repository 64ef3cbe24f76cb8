"""A guild whose voice channel is listened to: what its members type, see and hear."""

from __future__ import annotations

import time
from typing import Any

import psycopg

from simulator.control_client import ControlClient, ControlRefused, wait_for

TONE_TOLERANCE_HZ = 2.0
STILL_SECONDS = 0.4
"""Without sound for this long, music has stopped; a node sends 0.4 s more after it was told."""
POLL_SECONDS = 0.02


class ScenarioFailed(Exception):
    """A step could not be taken; the message says which."""


def refused(state: dict[str, Any]) -> bool:
    """Whether what a member sees is for that member alone: at once, or after a public "thinking…" was taken back."""
    return bool(state["ephemeral"] or any(one["ephemeral"] for one in state["followups"]))


class Listener:
    """One guild of the simulator, given as the control API describes it, and Alice in it."""

    def __init__(self, control: ControlClient, guild: dict[str, Any], database_url: str) -> None:
        self.control = control
        self.guild_id = str(guild["id"])
        self.bot_id = str(guild["bot_user_id"])
        text = next(channel for channel in guild["channels"] if channel["type"] == "text")
        self.voice_ids = [str(channel["id"]) for channel in guild["channels"] if channel["type"] == "voice"]
        self._place = {"guild_id": self.guild_id, "channel_id": str(text["id"])}
        self._member = str(next(member for member in guild["members"] if member["name"] == "Alice")["id"])
        self._database_url = database_url

    def join(self, channel_id: str | None = None) -> None:
        """Alice enters a voice channel, the first one unless another is named."""
        self.move(self._member, channel_id or self.voice_ids[0])

    def move(self, user_id: str, channel_id: str) -> None:
        """Somebody, the bot included, is moved to a voice channel."""
        self.control.post("/voice", {"guild_id": self.guild_id, "user_id": user_id, "channel_id": channel_id})

    def send(self, name: str, **options: str) -> str:
        """Alice's slash command; its interaction id."""
        return self.control.slash(self._place, self._member, name, **options)

    def command(self, name: str, **options: str) -> dict[str, Any]:
        """Alice's slash command and what she sees; raises ScenarioFailed when it is refused."""
        state = self.control.answer(self.send(name, **options))
        if refused(state):
            said = [state["content"] or state["embeds"], *(one["content"] for one in state["followups"])]
            raise ScenarioFailed(f"/{name} was refused: {said}")
        return state

    def answer(self, interaction_id: str) -> dict[str, Any] | None:
        """What Alice sees of it so far, None where that is nothing."""
        state: dict[str, Any] = self.control.get(f"/interactions/{interaction_id}")
        return state if state.get("content") or state.get("embeds") or state.get("followups") else None

    def ears(self) -> dict[str, Any]:
        """What the channel hears."""
        return self.control.ears(self.guild_id)

    def reset_ears(self) -> None:
        """Count from the next frame on."""
        self.control.reset_ears(self.guild_id)

    def heard(self, at_least_ms: int) -> dict[str, Any] | None:
        """The ears once they have heard so much since they were reset."""
        ears = self.ears()
        return ears if ears["heard_ms"] > at_least_ms else None

    def wait_heard(self, at_least_ms: int, *, seconds: float = 30) -> dict[str, Any]:
        """The same, waited for; raises ControlRefused."""
        ears: dict[str, Any] = wait_for(
            lambda: self.heard(at_least_ms), f"{at_least_ms} ms of sound", seconds=seconds, pause=POLL_SECONDS
        )
        return ears

    def hears(self, hz: float, *, seconds: float = 10) -> bool:
        """Whether that tone comes within `seconds`."""

        def tone() -> bool:
            heard = self.ears()["tone_hz"]
            return heard is not None and abs(heard - hz) <= TONE_TOLERANCE_HZ

        try:
            return bool(wait_for(tone, f"{hz:g} Hz", seconds=seconds, pause=0.1))
        except ControlRefused:
            return False

    def falls_still(self, *, seconds: float = 10) -> bool:
        """Whether the music stops within `seconds`."""
        heard, since = -1, time.monotonic()
        deadline = since + seconds
        while time.monotonic() < deadline:
            before, heard = heard, int(self.ears()["heard_ms"])
            if heard != before:
                since = time.monotonic()
            elif time.monotonic() - since > STILL_SECONDS:
                return True
            time.sleep(0.05)
        return False

    def queued_titles(self) -> list[str]:
        """The guild's track queue as PostgreSQL has it."""
        query = (
            "SELECT track->>'title' FROM queue_entries WHERE guild_id = %s AND status = 'queued' ORDER BY rank, entry"
        )
        with psycopg.connect(self._database_url) as connection:
            return [str(row[0]) for row in connection.execute(query, (int(self.guild_id),))]
