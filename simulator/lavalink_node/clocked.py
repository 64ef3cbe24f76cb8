"""Playing without sound: tracks pass by the clock and voice is always there, so that one node can hold thousands.

Everything a client is told stays true: TrackStart, positions, pauses, seeks, TrackEnd after the track's length.
Nothing is decoded, and no packet goes to a voice server.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from simulator.lavalink_node.engine import Engine
from simulator.lavalink_node.frame_feed import FrameFeed, PlaybackFailure
from simulator.lavalink_node.frame_source import FRAME_MS, Frame
from simulator.lavalink_node.media import Media
from simulator.lavalink_node.patches import VoiceState
from simulator.lavalink_node.track_codec import Track
from simulator.lavalink_node.tuning import Tuning
from simulator.lavalink_node.voice_connection import VoiceConnection, VoiceListener


class Feed(Protocol):
    """Where a playback's frames come from; see FrameFeed."""

    @property
    def ended(self) -> bool: ...

    @property
    def seeking(self) -> bool: ...

    def take(self) -> Frame | None: ...

    def seek(self, at_ms: int) -> None: ...

    def retune(self, tuning: Tuning) -> None: ...

    def close(self) -> None: ...


class Connection(Protocol):
    """A player's way to voice; see VoiceConnection."""

    voice: VoiceState
    connected: bool
    ping: int

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    def stop(self) -> None: ...


class ClockedFeed:
    """A track's length instead of its sound: each frame taken stands for `step_ms` of it."""

    seeking = False

    def __init__(self, track: Track, tuning: Tuning, start_ms: int, step_ms: int) -> None:
        self._length = None if track.is_stream else track.length
        self._tuning = tuning
        self._next_ms = float(start_ms)
        self._step_ms = step_ms

    @property
    def ended(self) -> bool:
        """Whether the track's length has passed."""
        return self._length is not None and self._next_ms >= self._length

    def take(self) -> Frame | None:
        """Let the next step pass; None when the track has `ended`."""
        if self.ended:
            return None
        self._next_ms += self._step_ms * self._tuning.speed
        return Frame(b"", self._next_ms)

    def seek(self, at_ms: int) -> None:
        """Go on from there."""
        self._next_ms = float(at_ms)

    def retune(self, tuning: Tuning) -> None:
        """Go on at another speed."""
        self._tuning = tuning

    def close(self) -> None:
        """Nothing was opened."""


class ClockedVoice:
    """Connected as soon as it is opened; asks for what one tick of the sender lasts, and sends it nowhere."""

    ping = 0

    def __init__(self, engine: Engine, voice: VoiceState, listener: VoiceListener) -> None:
        self.voice = voice
        self.connected = False
        self._engine = engine
        self._listener = listener

    async def open(self) -> None:
        """Be connected."""
        self.connected = True
        self._engine.sender.add(self)
        asyncio.get_running_loop().call_soon(self._listener.voice_ready)

    async def close(self) -> None:
        """Leave."""
        self.stop()

    def stop(self) -> None:
        """End the sound at once."""
        self.connected = False
        self._engine.sender.remove(self)

    def tick(self) -> None:
        """Let the player go on by one step."""
        self._listener.provide()


def open_feed(
    engine: Engine,
    track: Track,
    media: Media,
    tuning: Tuning,
    start_ms: int,
    on_failure: Callable[[PlaybackFailure], None],
) -> Feed:
    """Return the feed that the node's mode wants."""
    if engine.settings.clocked:
        return ClockedFeed(track, tuning, start_ms, FRAME_MS * engine.settings.frames_at_once)
    return FrameFeed(media, engine.executor, tuning, start_ms, on_failure)


def new_connection(
    engine: Engine, guild_id: int, user_id: int, voice: VoiceState, listener: VoiceListener
) -> Connection:
    """Return the connection that the node's mode wants, not yet opened."""
    if engine.settings.clocked:
        return ClockedVoice(engine, voice, listener)
    return VoiceConnection(engine, guild_id, user_id, voice, listener)
