"""What is said to Discord's voice gateway (v8) until sound may flow; field for field as koe says it."""

import uuid
from typing import Any

from simulator.discord_voice.crypto import AES256_GCM, XCHACHA20
from simulator.lavalink_node.patches import VoiceState

IDENTIFY, SELECT_PROTOCOL, READY, HEARTBEAT, SESSION_DESCRIPTION, SPEAKING = 0, 1, 2, 3, 4, 5
HEARTBEAT_ACK, RESUME, HELLO, RESUMED, VIDEO, MEDIA_SINK_WANTS = 6, 7, 8, 9, 12, 15

_PREFERRED = (AES256_GCM, XCHACHA20)


def identify(guild_id: int, user_id: int, voice: VoiceState) -> dict[str, Any]:
    """Sign in."""
    return {
        "user_id": str(user_id),
        "max_dave_protocol_version": 0,
        "session_id": voice.session_id,
        "video": True,
        "server_id": str(guild_id),
        "token": voice.token,
    }


def resume(guild_id: int, voice: VoiceState, seq_ack: int) -> dict[str, Any]:
    """Go on with a session after its websocket was lost."""
    return {
        "seq_ack": seq_ack,
        "session_id": voice.session_id,
        "video": True,
        "server_id": str(guild_id),
        "token": voice.token,
    }


def preferred_mode(offered: list[str]) -> str | None:
    """Return the best encryption both sides know, None without one."""
    return next((mode for mode in _PREFERRED if mode in offered), None)


def select_protocol(mode: str, address: str, port: int) -> dict[str, Any]:
    """Name the encryption and our address as the voice server sees it."""
    codec = {"payload_type": 120, "name": "opus", "priority": 1000, "type": "audio"}
    return {
        "rtc_connection_id": str(uuid.uuid4()),
        "mode": mode,
        "protocol": "udp",
        "address": address,
        "port": port,
        "data": {"mode": mode, "address": address, "port": port},
        "codecs": [codec],
    }


def speaking(ssrc: int, *, on: bool) -> dict[str, Any]:
    """Announce that sound begins or ends."""
    return {"speaking": int(on), "delay": 0, "ssrc": ssrc}


def no_video(ssrc: int) -> dict[str, Any]:
    """Announce that there are no pictures."""
    return {"audio_ssrc": ssrc, "video_ssrc": 0, "rtx_ssrc": 0}
