"""Voice travels in RTP packets (RFC 3550): their header, packed by the node and parsed by the server."""

import struct
from dataclasses import dataclass

OPUS_PAYLOAD_TYPE = 0x78
CLOCK_HZ = 48_000
FRAME_TICKS = 960
"""Timestamp distance of two consecutive 20 ms frames."""

_FIXED = struct.Struct(">BBHII")
_EXTENSION = struct.Struct(">HH")
_VERSION_2 = 0x80
_EXTENSION_FLAG = 0x10


class MalformedPacketError(ValueError):
    """The datagram is no RTP packet."""


@dataclass(frozen=True, slots=True)
class RtpHeader:
    """`size` counts the bytes sent in the clear, which the rtpsize modes authenticate.

    An extension's four-byte preamble is in the clear, its `extension_size` bytes of body lie at the
    head of the encrypted part.
    """

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    size: int = _FIXED.size
    extension_size: int = 0


@dataclass(frozen=True, slots=True)
class RtpFrame:
    """One decrypted Opus frame with its place in the stream."""

    ssrc: int
    sequence: int
    timestamp: int
    payload: bytes


def pack_header(sequence: int, timestamp: int, ssrc: int) -> bytes:
    """Return the 12 bytes before an Opus frame; sequence and timestamp wrap at 16 and 32 bits."""
    return _FIXED.pack(_VERSION_2, OPUS_PAYLOAD_TYPE, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc)


def parse_header(packet: bytes) -> RtpHeader:
    """Read the header of a packet; MalformedPacketError when it is cut short or of another version."""
    if len(packet) < _FIXED.size or packet[0] & 0xC0 != _VERSION_2:
        raise MalformedPacketError(f"not an RTP packet: {len(packet)} bytes")
    flags, kind, sequence, timestamp, ssrc = _FIXED.unpack_from(packet)
    size = _FIXED.size + 4 * (flags & 0x0F)
    extension_size = 0
    if flags & _EXTENSION_FLAG:
        if len(packet) < size + _EXTENSION.size:
            raise MalformedPacketError("the RTP extension is cut short")
        extension_size = 4 * _EXTENSION.unpack_from(packet, size)[1]
        size += _EXTENSION.size
    return RtpHeader(kind & 0x7F, sequence, timestamp, ssrc, size, extension_size)
