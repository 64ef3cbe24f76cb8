"""The UDP side of a voice connection: finding out our own address, then sending packets."""

import asyncio
import logging
import struct

_LOG = logging.getLogger(__name__)
_DISCOVERY = struct.Struct(">HHI64sH")
_REQUEST, _RESPONSE, _LENGTH = 1, 2, 70
_TRIES = 5
_WAIT = 1.0


class DiscoveryError(OSError):
    """The voice server's UDP side does not answer."""


class VoiceWire(asyncio.DatagramProtocol):
    """A transport, not a bare socket: its file descriptor must leave the loop before it is closed."""

    def __init__(self) -> None:
        self._transport: asyncio.DatagramTransport | None = None
        self._answer: asyncio.Future[bytes] | None = None
        self._troubled = False

    @classmethod
    async def open(cls, address: str, port: int) -> "VoiceWire":
        """Return a wire to the voice server."""
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_datagram_endpoint(cls, remote_addr=(address, port))
        return wire

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        """Keep the transport; asyncio calls this."""
        self._transport = transport

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Take the answer to a discovery; asyncio calls this."""
        if self._answer is not None and not self._answer.done() and len(data) == _DISCOVERY.size:
            self._answer.set_result(data)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there: the packet is lost, as on a real network; asyncio calls this."""
        if not self._troubled:
            self._troubled = True
            _LOG.warning("a voice packet was lost: %s", exc)

    def send(self, packet: bytes) -> None:
        """Send now; a closed wire swallows it."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(packet)

    async def discover(self, ssrc: int) -> tuple[str, int]:
        """Ask how the voice server sees our address; DiscoveryError after some tries without an answer."""
        question = _DISCOVERY.pack(_REQUEST, _LENGTH, ssrc, b"", 0)
        for _ in range(_TRIES):
            self._answer = asyncio.get_running_loop().create_future()
            self.send(question)
            try:
                answer = await asyncio.wait_for(self._answer, _WAIT)
            except TimeoutError:
                continue
            kind, _, _, address, port = _DISCOVERY.unpack(answer)
            if kind == _RESPONSE:
                return address.rstrip(b"\0").decode(), port
        raise DiscoveryError("no answer to IP discovery")

    def close(self) -> None:
        """Send nothing more."""
        if self._transport is not None:
            self._transport.close()
