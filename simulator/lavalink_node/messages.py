"""The messages a player sends its client, built in one place because their fields are a contract."""

from typing import Any

from simulator.lavalink_node.frame_feed import PlaybackFailure

Message = dict[str, Any]


def player_update(guild_id: int, state: dict[str, Any]) -> Message:
    """Tell where a player stands."""
    return {"op": "playerUpdate", "state": state, "guildId": str(guild_id)}


def track_event(kind: str, guild_id: int, track: dict[str, Any], **fields: object) -> Message:
    """Tell what happened to a track: TrackStartEvent, TrackEndEvent and so on."""
    return {"op": "event", "type": kind, "guildId": str(guild_id), "track": track, **fields}


def voice_closed(guild_id: int, code: int, reason: str, *, by_remote: bool) -> Message:
    """Tell that a voice gateway closed, or that the player left it."""
    return {
        "op": "event",
        "type": "WebSocketClosedEvent",
        "guildId": str(guild_id),
        "code": code,
        "reason": reason,
        "byRemote": by_remote,
    }


def exception_of(failure: PlaybackFailure) -> dict[str, str]:
    """Describe a failure as a TrackExceptionEvent does; its severity is always `fault` (README, fact 2)."""
    return {
        "message": failure.message,
        "severity": "fault",
        "cause": failure.cause,
        "causeStackTrace": f"{failure.cause}\n\tat simulator.lavalink_node.frame_feed",
    }
