"""Both modes open what they sealed, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.discord_voice.crypto import (
    MODES,
    BadAuthenticationError,
    Opener,
    Sealer,
    UnknownModeError,
)
from simulator.discord_voice.rtp import MalformedPacketError, pack_header

KEY = bytes(range(32))
HEADER = pack_header(1, 960, 1000)

modes = pytest.mark.parametrize("mode", MODES)


@modes
@given(payload=st.binary(max_size=1300), key=st.binary(min_size=32, max_size=32))
def test_what_was_sealed_is_opened(mode: str, payload: bytes, key: bytes) -> None:
    packet = Sealer(mode, key).seal(HEADER, payload)
    assert packet.startswith(HEADER)
    assert len(packet) == len(HEADER) + len(payload) + 16 + 4
    assert Opener(mode, key).open(packet) == payload


@modes
def test_no_two_packets_share_a_nonce(mode: str) -> None:
    sealer = Sealer(mode, KEY)
    counters = {sealer.seal(HEADER, b"same")[-4:] for _ in range(300)}
    assert len(counters) == 300


@modes
@given(place=st.integers(4, 47), bit=st.integers(0, 7))
def test_any_changed_bit_is_noticed(mode: str, place: int, bit: int) -> None:
    packet = bytearray(Sealer(mode, KEY).seal(HEADER, b"sixteen bytes of"))
    packet[place] ^= 1 << bit
    with pytest.raises(BadAuthenticationError):
        Opener(mode, KEY).open(bytes(packet))


@modes
def test_another_key_opens_nothing(mode: str) -> None:
    with pytest.raises(BadAuthenticationError):
        Opener(mode, bytes(32)).open(Sealer(mode, KEY).seal(HEADER, b"sound"))


def test_another_mode_opens_nothing() -> None:
    with pytest.raises(BadAuthenticationError):
        Opener(MODES[0], KEY).open(Sealer(MODES[1], KEY).seal(HEADER, b"sound"))


@modes
def test_the_body_of_a_header_extension_is_no_sound(mode: str) -> None:
    """rtpsize modes leave the extension's preamble in the clear and encrypt its body."""
    header = bytes([HEADER[0] | 0x10]) + HEADER[1:] + b"\xbe\xde\x00\x02"
    packet = Sealer(mode, KEY).seal(header, b"8 bytes." + b"sound")
    assert Opener(mode, KEY).open(packet) == b"sound"


@modes
@pytest.mark.parametrize("size", [0, 11, 12, 31])
def test_a_stump_is_malformed(mode: str, size: int) -> None:
    packet = Sealer(mode, KEY).seal(HEADER, b"")
    with pytest.raises(MalformedPacketError):
        Opener(mode, KEY).open(packet[:size])


def test_other_modes_are_unknown() -> None:
    with pytest.raises(UnknownModeError):
        Sealer("xsalsa20_poly1305", KEY)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Opener(MODES[0], b"short")
