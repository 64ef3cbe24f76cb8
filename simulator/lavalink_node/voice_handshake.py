"""What is said to Discord's voice gateway (v8) until sound may flow; field for field as koe says it."""

import asyncio
import socket
import struct
import uuid
from typing import Any

from simulator.discord_voice.crypto import AES256_GCM, XCHACHA20
from simulator.lavalink_node.patches import VoiceState

IDENTIFY, SELECT_PROTOCOL, READY, HEARTBEAT, SESSION_DESCRIPTION, SPEAKING = 0, 1, 2, 3, 4, 5
HEARTBEAT_ACK, RESUME, HELLO, RESUMED, VIDEO, MEDIA_SINK_WANTS = 6, 7, 8, 9, 12, 15

_DISCOVERY = struct.Struct(">HHI64sH")
_DISCOVERY_TRIES = 5
_DISCOVERY_WAIT = 1.0
_PREFERRED = (AES256_GCM, XCHACHA20)


class DiscoveryError(OSError):
    """The voice server's UDP side does not answer."""


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


def open_wire(address: str, port: int) -> socket.socket:
    """Return a UDP socket that sends to the voice server."""
    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.setblocking(False)
    wire.connect((address, port))
    return wire


async def discover_address(wire: socket.socket, ssrc: int) -> tuple[str, int]:
    """Ask how the voice server sees our address; DiscoveryError after some tries without an answer."""
    loop = asyncio.get_running_loop()
    question = _DISCOVERY.pack(1, 70, ssrc, b"", 0)
    for _ in range(_DISCOVERY_TRIES):
        try:
            wire.send(question)
            answer = await asyncio.wait_for(loop.sock_recv(wire, 2048), _DISCOVERY_WAIT)
        except OSError:
            # TimeoutError, or a port nobody listens on yet: ask again.
            continue
        if len(answer) == _DISCOVERY.size and answer[:2] == b"\x00\x02":
            _, _, _, address, port = _DISCOVERY.unpack(answer)
            return address.rstrip(b"\0").decode(), port
    raise DiscoveryError("no answer to IP discovery")
