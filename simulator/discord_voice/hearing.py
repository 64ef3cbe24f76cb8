"""Keeps the last second a channel heard, decoding a frame at most once and only when someone asks."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from weakref import WeakSet

from simulator.discord_voice.opus import BLOCK_BYTES, SILENCE_FRAME, BadOpusError, OpusDecoder, frame_samples
from simulator.discord_voice.rtp import CLOCK_HZ
from simulator.discord_voice.tone import Sound, analyse, as_samples, retune

_WINDOW_BLOCKS = 50
_UNDECODED_FRAMES = 60
"""Ten more than a second: a decoder that skipped frames needs a few to find its way back."""
_LISTENER_BLOCKS = 50


class Listener(AsyncIterator[bytes]):
    """A live view of a channel's sound; the oldest blocks go when nobody takes them in time."""

    def __init__(self) -> None:
        self.dropped = 0
        self._blocks: deque[bytes] = deque()
        self._arrived = asyncio.Event()
        self._closed = False

    async def __anext__(self) -> bytes:
        while not self._blocks:
            if self._closed:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        return self._blocks.popleft()

    def offer(self, block: bytes) -> None:
        """Hand over 20 ms of PCM without ever waiting."""
        if len(self._blocks) >= _LISTENER_BLOCKS:
            self._blocks.popleft()
            self.dropped += 1
        self._blocks.append(block)
        self._arrived.set()

    async def aclose(self) -> None:
        """End the iteration after the blocks that are still waiting."""
        self._closed = True
        self._arrived.set()

    @property
    def closed(self) -> bool:
        """Whether the listener has turned away."""
        return self._closed


class Hearing:
    """The sound of one guild: Opus frames in, 20 ms PCM blocks out."""

    def __init__(self) -> None:
        self.heard_samples = 0
        self.undecodable = 0
        self._undecoded: deque[tuple[bytes, float]] = deque(maxlen=_UNDECODED_FRAMES)
        self._decoder = OpusDecoder()
        self._cut = bytearray()
        self._blocks: deque[bytes] = deque(maxlen=_WINDOW_BLOCKS)
        self._listeners: WeakSet[Listener] = WeakSet()

    @property
    def heard_ms(self) -> int:
        """How long there was something to hear since the last `forget`, silence frames left out."""
        return self.heard_samples * 1000 // CLOCK_HZ

    @property
    def listeners(self) -> int:
        """How many listen in; one that has closed is counted until the next frame."""
        return len(self._listeners)

    def listen(self) -> Listener:
        """Add a listener; one that is closed or forgotten costs nothing more."""
        self._decode()
        listener = Listener()
        self._listeners.add(listener)
        return listener

    def forget(self) -> None:
        """Start counting and measuring anew; listeners stay."""
        self.heard_samples = self.undecodable = 0
        self._undecoded.clear()
        self._blocks.clear()
        self._cut.clear()

    def hear(self, payload: bytes, pitch: float) -> None:
        """Take one Opus frame, to be played `pitch` times as fast."""
        if payload != SILENCE_FRAME:
            try:
                self.heard_samples += frame_samples(payload)
            except BadOpusError:
                self.undecodable += 1
                return
        self._undecoded.append((payload, pitch))
        if self._listeners:
            self._decode()

    def last_second(self) -> Sound:
        """Measure the newest second of sound, however long ago it came."""
        self._decode()
        return analyse(as_samples(b"".join(self._blocks)))

    def _decode(self) -> None:
        while self._undecoded:
            payload, pitch = self._undecoded.popleft()
            try:
                pcm = self._decoder.decode(payload)
            except BadOpusError:
                self.undecodable += 1
                continue
            self._cut += pcm if pitch == 1.0 else retune(as_samples(pcm), pitch).tobytes()
            self._cut_blocks()

    def _cut_blocks(self) -> None:
        while len(self._cut) >= BLOCK_BYTES:
            block = bytes(self._cut[:BLOCK_BYTES])
            del self._cut[:BLOCK_BYTES]
            self._blocks.append(block)
            for listener in tuple(self._listeners):
                if listener.closed:
                    self._listeners.discard(listener)
                else:
                    listener.offer(block)
