"""Headers survive the way out and back in, and foreign datagrams are told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.discord_voice.rtp import MalformedPacketError, RtpHeader, pack_header, parse_header


@given(sequence=st.integers(0, 0xFFFF), timestamp=st.integers(0, 0xFFFFFFFF), ssrc=st.integers(0, 0xFFFFFFFF))
def test_what_was_packed_is_parsed(sequence: int, timestamp: int, ssrc: int) -> None:
    header = parse_header(pack_header(sequence, timestamp, ssrc))
    assert header == RtpHeader(120, sequence, timestamp, ssrc)


def test_counters_wrap() -> None:
    header = parse_header(pack_header(0x10005, 0x1_0000_03C0, 1))
    assert (header.sequence, header.timestamp) == (5, 960)


def test_a_real_header_is_read() -> None:
    """As Lavalink 4.2.2 sent its first packet: version 2, payload type 120, sequence 49258."""
    assert parse_header(bytes.fromhex("8078c06a00000000000003eb")) == RtpHeader(120, 49258, 0, 1003)


def test_contributing_sources_and_extension_lengthen_the_header() -> None:
    plain = pack_header(1, 2, 3)
    packet = bytes([plain[0] | 0x12]) + plain[1:] + bytes(8) + b"\xbe\xde\x00\x03"
    header = parse_header(packet)
    assert (header.size, header.extension_size) == (24, 12)


@pytest.mark.parametrize("packet", [b"", b"\x80\x78", bytes(12), b"\x90" + bytes(11)])
def test_what_is_no_rtp_is_malformed(packet: bytes) -> None:
    with pytest.raises(MalformedPacketError):
        parse_header(packet)
