"""Talks to the control API as a person or an outside check would."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any


class ControlRefused(Exception):
    """The control API answered with an error; the message is its sentence."""


class ControlClient:
    """One method per thing a check does. `base_url` ends in /control."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")

    def get(self, path: str) -> Any:
        """The JSON at `path`; raises ControlRefused."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON answer to `body`; raises ControlRefused."""
        return self._ask("POST", path, body)

    def delete(self, path: str) -> Any:
        """The JSON answer; raises ControlRefused."""
        return self._ask("DELETE", path, None)

    def slash(self, place: dict[str, str], user_id: str, name: str, **options: Any) -> str:
        """A member sends a slash command in `place` (guild_id, channel_id); its interaction id."""
        body = {**place, "user_id": user_id, "type": "slash", "name": name, "options": options}
        return str(self.post("/interactions", body)["interaction_id"])

    def answer(self, interaction_id: str, *, seconds: float = 10) -> dict[str, Any]:
        """What the member sees: waits until there is content or an embed; raises ControlRefused on time-out."""

        def seen() -> dict[str, Any] | None:
            state: dict[str, Any] = self.get(f"/interactions/{interaction_id}")
            words = state.get("content") or state.get("embeds") or state.get("followups")
            return state if words else None

        state: dict[str, Any] = wait_for(seen, f"an answer to interaction {interaction_id}", seconds=seconds)
        return state

    def ears(self, guild_id: str) -> dict[str, Any]:
        """What the guild's voice channel hears."""
        heard: dict[str, Any] = self.get(f"/ears/{guild_id}")
        return heard

    def reset_ears(self, guild_id: str) -> None:
        """Count from the next frame on."""
        self.post(f"/ears/{guild_id}/reset", {})

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._base_url + path, data, headers, method=method)  # noqa: S310 # loopback
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 # the request above
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise ControlRefused(f"{method} {path}: {error.code} {error.read().decode(errors='replace')}") from error
        except OSError as error:
            raise ControlRefused(f"{method} {path}: {error}") from error


def wait_for(look: Callable[[], Any], what: str, *, seconds: float = 10, pause: float = 0.02) -> Any:
    """The first truthy thing that `look` gives; raises ControlRefused when `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(pause)
    raise ControlRefused(f"waited {seconds:g} s in vain for {what}")
