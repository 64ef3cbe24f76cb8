"""The socket sound arrives at: IP discovery, keep-alives, and RTP into the ears."""

import asyncio
import logging
import socket
import struct
from dataclasses import dataclass
from typing import cast

from simulator.discord_voice.admission import Admission
from simulator.discord_voice.crypto import BadAuthenticationError
from simulator.discord_voice.ears import Ears
from simulator.discord_voice.faults import VoiceFaults
from simulator.discord_voice.opus import SILENCE_FRAME
from simulator.discord_voice.rtp import (
    OPUS_PAYLOAD_TYPE,
    MalformedPacketError,
    RtpFrame,
    RtpHeader,
    parse_header,
)
from simulator.discord_voice.sessions import Sessions, VoiceSession

logger = logging.getLogger(__name__)

_RECEIVE_BUFFER_BYTES = 4 << 20
"""Enough for a second of two hundred streams while the loop is busy."""

_DISCOVERY = struct.Struct(">HHI64sH")
_DISCOVERY_REQUEST, _DISCOVERY_RESPONSE = b"\x00\x01", 2
_DISCOVERY_BODY_BYTES = _DISCOVERY.size - 4
_KEEP_ALIVE_BYTES = 8

Address = tuple[str, int]


@dataclass(slots=True)
class RejectedPackets:
    """Datagrams nobody heard, by reason; `foreign` are well-formed ones that carry no Opus (RTCP)."""

    malformed: int = 0
    unknown_ssrc: int = 0
    bad_authentication: int = 0
    foreign: int = 0


class VoiceSocket(asyncio.DatagramProtocol):
    """Answers discovery and hands each authentic frame to the ears."""

    def __init__(self, admission: Admission, sessions: Sessions, ears: Ears, faults: VoiceFaults) -> None:
        self._admission = admission
        self._sessions = sessions
        self._ears = ears
        self._faults = faults
        self._transport: asyncio.DatagramTransport | None = None
        self.rejected = RejectedPackets()

    async def open(self, host: str, port: int) -> Address:
        """Bind, and return the address clients are told."""
        bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
            bound.setblocking(False)
            bound.bind((host, port))
            address: Address = bound.getsockname()
            await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, sock=bound)
        except OSError:
            bound.close()
            raise
        return address

    def close(self) -> None:
        """Stop listening."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def error_received(self, exc: Exception) -> None:
        logger.debug("voice socket: a client's port is gone: %s", exc)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if len(data) == _KEEP_ALIVE_BYTES:
            self._send(data, addr)
        elif len(data) == _DISCOVERY.size and data[:2] == _DISCOVERY_REQUEST:
            self._answer_discovery(data, addr)
        else:
            self._receive(data)

    def _answer_discovery(self, request: bytes, addr: Address) -> None:
        """Tell a client how it looks from outside (Discord, IP Discovery)."""
        _, size, ssrc, _, _ = _DISCOVERY.unpack(request)
        if size != _DISCOVERY_BODY_BYTES:
            self.rejected.malformed += 1
        elif self._sessions.heard_as(ssrc) is None:
            self.rejected.unknown_ssrc += 1
        else:
            host = addr[0].encode("ascii")
            self._send(_DISCOVERY.pack(_DISCOVERY_RESPONSE, size, ssrc, host, addr[1]), addr)

    def _send(self, data: bytes, addr: Address) -> None:
        if self._transport is not None:
            self._transport.sendto(data, addr)

    def _receive(self, packet: bytes) -> None:
        try:
            header = parse_header(packet)
            session = self._sender(header)
            if session is not None and session.opener is not None:
                self._hear(session, header, session.opener.open(packet))
        except MalformedPacketError:
            self.rejected.malformed += 1
        except BadAuthenticationError:
            self.rejected.bad_authentication += 1

    def _sender(self, header: RtpHeader) -> VoiceSession | None:
        if header.payload_type != OPUS_PAYLOAD_TYPE:
            self.rejected.foreign += 1
            return None
        session = self._sessions.heard_as(header.ssrc)
        if session is None or session.opener is None:
            self.rejected.unknown_ssrc += 1
        return session

    def _hear(self, session: VoiceSession, header: RtpHeader, payload: bytes) -> None:
        guild_id = session.guild_id
        if not self._admission.is_heard(guild_id, session.user_id) or self._faults.takes_frame(guild_id):
            return
        if self._faults.mutes(guild_id):
            payload = SILENCE_FRAME
        frame = RtpFrame(header.ssrc, header.sequence, header.timestamp, payload)
        self._ears.hear(guild_id, frame, self._faults.pitch(guild_id))
