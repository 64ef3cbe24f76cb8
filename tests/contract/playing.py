"""Steps that many tests begin with: a track loaded, voice connected, sound flowing."""

from typing import Any

from tests.contract.client import Listener
from tests.contract.stage import Stage
from tests.contract.waiting import until


async def load(stage: Stage, name: str) -> dict[str, Any]:
    """Return the track of a media file."""
    answer = await stage.client.request("GET", f"/v4/loadtracks?identifier={stage.folder / name}")
    assert answer.body["loadType"] == "track"
    track: dict[str, Any] = answer.body["data"]
    return track


async def play(stage: Stage, listener: Listener, guild_id: str, name: str, **patch: Any) -> dict[str, Any]:
    """Connect a guild's voice and play a file in it, all in one PATCH; returns the player."""
    track = await load(stage, name)
    body = {"voice": stage.voice_state(guild_id), "track": {"encoded": track["encoded"]}, **patch}
    answer = await stage.client.player(listener.session_id, guild_id, body)
    assert answer.status == 200
    player: dict[str, Any] = answer.body
    return player


async def hears(stage: Stage, guild_id: str, frames: int) -> None:
    """Wait until a guild's ears got so many frames more than they have."""
    wanted = stage.ears.report(guild_id).frames + frames
    await until(lambda: stage.ears.report(guild_id).frames >= wanted, f"{frames} more frames for {guild_id}")


async def has_event(listener: Listener, kind: str, **fields: object) -> bool:
    """Wait for an event with these fields."""
    return await listener.until(
        lambda frames: any(
            frame.get("type") == kind and all(frame.get(key) == value for key, value in fields.items())
            for frame in frames
        )
    )


async def resuming(stage: Stage, timeout: int) -> Listener:
    """Return a websocket whose session may be resumed for `timeout` seconds."""
    listener = await stage.client.ready()
    answer = await stage.client.request(
        "PATCH", f"/v4/sessions/{listener.session_id}", body={"resuming": True, "timeout": timeout}
    )
    assert answer.body == {"resuming": True, "timeout": timeout}
    return listener


async def gone(stage: Stage, listener: Listener) -> None:
    """Wait until REST no longer knows a session, which is how its gap looks from outside."""
    for _ in range(500):
        answer = await stage.client.request("GET", f"/v4/sessions/{listener.session_id}/players")
        if answer.status == 404:
            return
    raise AssertionError("the session never went into its gap")
