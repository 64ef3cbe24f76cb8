"""What the people in each voice channel hear: the measure by which playing is judged."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from simulator.discord_voice.hearing import Hearing, Listener
from simulator.discord_voice.reception import GuildReception
from simulator.discord_voice.rtp import RtpFrame


@dataclass(frozen=True, slots=True)
class EarsReport:
    """One guild's ears since the last reset; `asdict` of it is the control API's answer.

    `max_gap_ms` is RTP time inside an SSRC and wall time from one SSRC to the next;
    `max_arrival_gap_ms` is wall time throughout. `tone_hz` and `rms` describe the last second
    that was heard, which may have ended a while ago.
    """

    connected: bool
    channel_id: str | None
    frames: int
    lost: int
    max_gap_ms: float
    max_arrival_gap_ms: float
    tone_hz: float | None
    rms: float
    heard_ms: int


class _GuildEars:
    """Everything known of one guild; `channels` holds the channel of each open connection by SSRC."""

    def __init__(self) -> None:
        self.channels: dict[int, str] = {}
        self.reception = GuildReception()
        self.hearing = Hearing()


class Ears:
    """The ears of all guilds; `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guilds: dict[str, _GuildEars] = {}

    def joined(self, guild_id: str, ssrc: int, channel_id: str) -> None:
        """Note that a connection opened, resumed or was moved to another channel."""
        channels = self._of(guild_id).channels
        channels.pop(ssrc, None)
        channels[ssrc] = channel_id

    def left(self, guild_id: str, ssrc: int) -> None:
        """Note that a connection is gone."""
        self._of(guild_id).channels.pop(ssrc, None)

    def hear(self, guild_id: str, frame: RtpFrame, pitch: float = 1.0) -> None:
        """Take a frame that reached the guild's channel; copies of one heard already change nothing."""
        ears = self._of(guild_id)
        if ears.reception.add(frame.ssrc, frame.sequence, frame.timestamp, self._clock()):
            ears.hearing.hear(frame.payload, pitch)

    def report(self, guild_id: str) -> EarsReport:
        """Measure a guild; one that never had sound reports zeros."""
        ears = self._of(guild_id)
        sound = ears.hearing.last_second()
        return EarsReport(
            connected=bool(ears.channels),
            channel_id=next(reversed(ears.channels.values()), None),
            frames=ears.reception.frames,
            lost=ears.reception.lost,
            max_gap_ms=round(ears.reception.max_gap_ms, 1),
            max_arrival_gap_ms=round(ears.reception.max_arrival_gap_ms, 1),
            tone_hz=None if sound.tone_hz is None else round(sound.tone_hz, 2),
            rms=round(sound.rms, 4),
            heard_ms=ears.hearing.heard_ms,
        )

    def reset(self, guild_id: str) -> None:
        """Count from now on, also what is lost before the next frame; connections and listeners stay."""
        ears = self._of(guild_id)
        ears.reception = ears.reception.from_here(self._clock())
        ears.hearing.forget()

    def subscribe(self, guild_id: str) -> Listener:
        """Listen in: 20 ms blocks of s16 stereo PCM at 48 kHz from now on, until `aclose`."""
        return self._of(guild_id).hearing.listen()

    def _of(self, guild_id: str) -> _GuildEars:
        if guild_id not in self._guilds:
            self._guilds[guild_id] = _GuildEars()
        return self._guilds[guild_id]
