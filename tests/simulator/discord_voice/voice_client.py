"""A voice client for the tests: it does on real sockets what a node does, one step at a time."""

import asyncio
import json
import ssl
import struct
from typing import Any, Self

import aiohttp

from simulator.discord_voice.crypto import Sealer
from simulator.discord_voice.rtp import FRAME_TICKS, pack_header

TIMEOUT_S = 20.0


class UdpClient(asyncio.DatagramProtocol):
    """The client's UDP port; what the server sends waits in `received`."""

    def __init__(self) -> None:
        self.received: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.received.put_nowait(data)


class VoiceClient:
    """One guild's connection; use as an async context manager."""

    def __init__(self, endpoint: str, tls: ssl.SSLContext, guild_id: str) -> None:
        self.guild_id = guild_id
        self.token = "good"
        self.user_id = "7"
        self.session_id = "voice-session"
        self.ssrc = 0
        self.seq_ack = -1
        self._endpoint = endpoint
        self._tls = tls
        self.udp = UdpClient()

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: self.udp, local_addr=("127.0.0.1", 0)
        )
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._transport.close()
        await self._http.close()

    @property
    def address(self) -> tuple[str, int]:
        """The UDP address as this side sees it."""
        host, port = self._transport.get_extra_info("sockname")
        return host, port

    async def open(self) -> None:
        """Open the websocket; the server's certificate is verified."""
        self.websocket = await self._http.ws_connect(f"wss://{self._endpoint}/?v=8", ssl=self._tls)

    async def send(self, op: int, data: object) -> None:
        await self.websocket.send_str(json.dumps({"op": op, "d": data}))

    async def expect(self, op: int) -> Any:
        """Return the data of the next message, which must have this opcode."""
        message = await self.websocket.receive_json(timeout=TIMEOUT_S)
        assert message["op"] == op, message
        self.seq_ack = message.get("seq", self.seq_ack)
        return message["d"]

    async def close_code(self) -> int:
        """Wait until the server ends the connection, and return the code in its close frame."""
        frame = await self.websocket.receive(timeout=TIMEOUT_S)
        assert frame.type is aiohttp.WSMsgType.CLOSE, frame
        return int(frame.data)

    async def identify(self) -> dict[str, Any]:
        """HELLO, IDENTIFY, READY."""
        await self.expect(8)
        await self.send(
            0,
            {
                "server_id": self.guild_id,
                "user_id": self.user_id,
                "session_id": self.session_id,
                "token": self.token,
                "max_dave_protocol_version": 0,
            },
        )
        ready: dict[str, Any] = await self.expect(2)
        self.ssrc = ready["ssrc"]
        self.server = (ready["ip"], ready["port"])
        return ready

    async def resume(self) -> None:
        """HELLO and RESUME; the answer is the caller's to read."""
        await self.expect(8)
        await self.send(
            7,
            {
                "server_id": self.guild_id,
                "session_id": self.session_id,
                "token": self.token,
                "seq_ack": self.seq_ack,
            },
        )

    async def discover(self) -> tuple[str, int]:
        """Ask how this client looks from outside."""
        self._transport.sendto(struct.pack(">HHI66x", 1, 70, self.ssrc), self.server)
        answer = await asyncio.wait_for(self.udp.received.get(), TIMEOUT_S)
        kind, size, ssrc = struct.unpack_from(">HHI", answer)
        assert (kind, size, ssrc) == (2, 70, self.ssrc)
        host = answer[8:72].rstrip(b"\0").decode()
        return host, struct.unpack_from(">H", answer, 72)[0]

    async def select(self, mode: str) -> None:
        """SELECT PROTOCOL, SESSION DESCRIPTION, SPEAKING."""
        host, port = self.address
        data = {"address": host, "port": port, "mode": mode}
        await self.send(1, {"protocol": "udp", "data": data})
        description = await self.expect(4)
        assert description["mode"] == mode
        self.sealer = Sealer(mode, bytes(description["secret_key"]))
        await self.send(5, {"speaking": 1, "delay": 0, "ssrc": self.ssrc})

    async def connect(self, mode: str = "aead_aes256_gcm_rtpsize") -> None:
        """Everything up to the first frame."""
        await self.identify()
        await self.select(mode)

    def sealed(self, sequence: int, payload: bytes) -> bytes:
        """Return the packet for a frame; its timestamp follows from its sequence."""
        return self.sealer.seal(pack_header(sequence, sequence * FRAME_TICKS, self.ssrc), payload)

    async def play(self, frames: list[bytes], *, first: int = 0, omit: frozenset[int] = frozenset()) -> None:
        """Send frames as fast as they go, sequences counted from `first`, and wait until they are taken."""
        for place, payload in enumerate(frames):
            if place not in omit:
                self.send_packet(self.sealed(first + place, payload))
        await self.settle()

    def send_packet(self, packet: bytes) -> None:
        self._transport.sendto(packet, self.server)

    async def settle(self) -> None:
        """Wait until the server has read all that was sent: it echoes keep-alives in order."""
        self._transport.sendto(b"settled?", self.server)
        while await asyncio.wait_for(self.udp.received.get(), TIMEOUT_S) != b"settled?":
            continue
