"""What leaves for one voice server: 400 ms of frames queued ahead of the wire, numbered without a gap."""

import random
from collections import deque
from collections.abc import Callable

from simulator.discord_voice.crypto import Sealer
from simulator.discord_voice.rtp import FRAME_TICKS, pack_header
from simulator.lavalink_node.faults import SoundFaults
from simulator.lavalink_node.rtp_silence import SILENCE, SILENT_FRAMES

QUEUE_FRAMES = 20
"""Frames between player and wire: the 400 ms by which a reported position is ahead of what is heard."""


class RtpLine:
    """One SSRC; `tick` is called every 20 ms by the sender and sends at most one packet."""

    def __init__(
        self,
        guild_id: int,
        ssrc: int,
        send: Callable[[bytes], None],
        sealer: Sealer,
        provide: Callable[[], bytes | None],
        on_speaking: Callable[[bool], None],
        faults: SoundFaults,
    ) -> None:
        self._guild_id = guild_id
        self._ssrc = ssrc
        self._send_packet = send
        self._sealer = sealer
        self._provide = provide
        self._on_speaking = on_speaking
        self._faults = faults
        self._queue: deque[bytes] = deque()
        self._sequence = random.randrange(1 << 16)
        self._timestamp = 0
        self._speaking = False

    def tick(self) -> None:
        """Send the next frame and ask the player for as many as the queue lacks."""
        self._refill()
        if not self._queue and self._speaking:
            self._queue.extend([SILENCE] * SILENT_FRAMES)
            self._say_speaking(speaking=False)
        if self._queue:
            payload = self._queue.popleft()
            if not self._speaking and payload is not SILENCE:
                self._say_speaking(speaking=True)
            self._send(payload)

    def _refill(self) -> None:
        while len(self._queue) < QUEUE_FRAMES:
            payload = self._provide()
            if payload is None:
                return
            self._queue.append(payload)

    def _say_speaking(self, *, speaking: bool) -> None:
        self._speaking = speaking
        self._on_speaking(speaking)

    def _send(self, payload: bytes) -> None:
        header = pack_header(self._sequence, self._timestamp, self._ssrc)
        self._sequence += 1
        self._timestamp += FRAME_TICKS
        if payload is not SILENCE:
            if self._faults.loses_frame(self._guild_id):
                return
            payload = self._faults.replaced(payload)
        self._send_packet(self._sealer.seal(header, payload))
