"""Discord encrypts each voice frame with the key of its session: both AEAD modes, for server and node."""

import struct
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from simulator.discord_voice.rtp import MalformedPacketError, parse_header

AES256_GCM = "aead_aes256_gcm_rtpsize"
XCHACHA20 = "aead_xchacha20_poly1305_rtpsize"
MODES = (AES256_GCM, XCHACHA20)
"""What READY offers, the preferred one first."""

KEY_BYTES = 32
_COUNTER = struct.Struct(">I")
_TAG_BYTES = 16


class UnknownModeError(ValueError):
    """The encryption mode is none of MODES."""


class BadAuthenticationError(ValueError):
    """The packet was changed on its way or sealed with another key."""


class _Cipher(Protocol):
    def encrypt(self, counter: bytes, payload: bytes, header: bytes) -> bytes: ...

    def decrypt(self, counter: bytes, sealed: bytes, header: bytes) -> bytes: ...


class _Aes256Gcm:
    """AES-256-GCM with the four counter bytes padded to its 12-byte nonce."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def encrypt(self, counter: bytes, payload: bytes, header: bytes) -> bytes:
        return self._aead.encrypt(counter + bytes(8), payload, header)

    def decrypt(self, counter: bytes, sealed: bytes, header: bytes) -> bytes:
        try:
            return self._aead.decrypt(counter + bytes(8), sealed, header)
        except InvalidTag as error:
            raise BadAuthenticationError("AES-GCM tag does not match") from error


class _XChaCha20:
    """XChaCha20-Poly1305 with the four counter bytes padded to its 24-byte nonce."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def encrypt(self, counter: bytes, payload: bytes, header: bytes) -> bytes:
        return crypto_aead_xchacha20poly1305_ietf_encrypt(payload, header, counter + bytes(20), self._key)

    def decrypt(self, counter: bytes, sealed: bytes, header: bytes) -> bytes:
        try:
            return crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, header, counter + bytes(20), self._key)
        except CryptoError as error:
            raise BadAuthenticationError("Poly1305 tag does not match") from error


def _cipher(mode: str, key: bytes) -> _Cipher:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a voice key has {KEY_BYTES} bytes, not {len(key)}")
    if mode == AES256_GCM:
        return _Aes256Gcm(key)
    if mode == XCHACHA20:
        return _XChaCha20(key)
    raise UnknownModeError(mode)


class Sealer:
    """Encrypts the frames one sender makes; counts them, for a nonce must never come twice."""

    def __init__(self, mode: str, key: bytes) -> None:
        self._cipher = _cipher(mode, key)
        self._sealed = 0

    def seal(self, header: bytes, payload: bytes) -> bytes:
        """Return header, sealed payload and counter, as they go into one datagram."""
        counter = _COUNTER.pack(self._sealed)
        self._sealed += 1
        return header + self._cipher.encrypt(counter, payload, header) + counter


class Opener:
    """Decrypts the packets of one sender."""

    def __init__(self, mode: str, key: bytes) -> None:
        self._cipher = _cipher(mode, key)

    def open(self, packet: bytes) -> bytes:
        """Return the Opus frame inside; BadAuthenticationError or MalformedPacketError when there is none."""
        header = parse_header(packet)
        if len(packet) < header.size + _TAG_BYTES + _COUNTER.size:
            raise MalformedPacketError("the sealed part is cut short")
        counter = packet[-_COUNTER.size :]
        sealed = packet[header.size : -_COUNTER.size]
        payload = self._cipher.decrypt(counter, sealed, packet[: header.size])
        return payload[header.extension_size :]
