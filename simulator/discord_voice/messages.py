"""Builds and reads the voice gateway's JSON messages, version 8 (Discord, Voice Connections)."""

import json
from dataclasses import dataclass
from enum import IntEnum

from simulator.discord_voice.crypto import MODES


class Op(IntEnum):
    """The opcodes that are answered here."""

    IDENTIFY = 0
    SELECT_PROTOCOL = 1
    READY = 2
    HEARTBEAT = 3
    SESSION_DESCRIPTION = 4
    SPEAKING = 5
    HEARTBEAT_ACK = 6
    RESUME = 7
    HELLO = 8
    RESUMED = 9


UNANSWERED = frozenset({Op.SPEAKING, 12, 14, 15, 16, 18, 20, *range(21, 32)})
"""What clients also send: video, media sinks, versions, flags, DAVE. Accepted without effect."""


class UndecodableMessageError(ValueError):
    """The client sent something that is not the JSON it should be."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a client; `data` is whatever stood under `d`."""

    op: int
    data: object

    def fields(self) -> dict[str, object]:
        """Return the data as an object."""
        if not isinstance(self.data, dict):
            raise UndecodableMessageError(f"op {self.op} without an object under d")
        return self.data

    def text(self, name: str) -> str:
        """Return a field that must be a string."""
        value = self.fields().get(name)
        if not isinstance(value, str):
            raise UndecodableMessageError(f"op {self.op} without a string under {name}")
        return value


def read_message(raw: str) -> Message:
    """Parse one text frame."""
    try:
        message = json.loads(raw)
    except ValueError as error:
        raise UndecodableMessageError("not JSON") from error
    if not isinstance(message, dict) or not isinstance(message.get("op"), int):
        raise UndecodableMessageError("no opcode")
    return Message(message["op"], message.get("d"))


def hello(heartbeat_ms: int) -> dict[str, object]:
    """Greet a new connection."""
    return {"v": 8, "heartbeat_interval": heartbeat_ms}


def ready(ssrc: int, address: tuple[str, int]) -> dict[str, object]:
    """Tell an identified client where to send its sound."""
    host, port = address
    return {
        "ssrc": ssrc,
        "ip": host,
        "port": port,
        "modes": list(MODES),
        "experiments": [],
        "streams": [],
    }


def session_description(mode: str, key: bytes, media_session_id: str) -> dict[str, object]:
    """Hand out the key; DAVE stays at 0, for the ears must be able to listen."""
    return {
        "mode": mode,
        "secret_key": list(key),
        "audio_codec": "opus",
        "video_codec": "H264",
        "media_session_id": media_session_id,
        "dave_protocol_version": 0,
    }


def heartbeat_ack(data: object) -> object:
    """Echo the nonce: `t` of the object version 8 sends, the bare number of older ones."""
    return {"t": data.get("t")} if isinstance(data, dict) else data
