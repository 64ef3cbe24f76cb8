"""One guild's player: what plays, how, into which voice connection, and every event it tells its client."""

import asyncio
import time
from typing import Any, Protocol

from simulator.lavalink_node import messages
from simulator.lavalink_node.clocked import Connection, new_connection
from simulator.lavalink_node.engine import Engine
from simulator.lavalink_node.filters import Filters
from simulator.lavalink_node.frame_feed import PlaybackFailure
from simulator.lavalink_node.frame_loss import FrameLoss
from simulator.lavalink_node.media import Media
from simulator.lavalink_node.patches import NO_VOICE, VoiceState
from simulator.lavalink_node.playback import Outcome, Playback
from simulator.lavalink_node.track_codec import Track
from simulator.lavalink_node.tuning import Tuning

_MAX_VOLUME = 1000
_NO_PING = -1


class Messenger(Protocol):
    """A player's way to its client: the session."""

    @property
    def user_id(self) -> int: ...

    def send(self, message: dict[str, Any]) -> None: ...


class Player:
    """Belongs to one session. All methods run in the loop's thread."""

    def __init__(self, guild_id: int, messenger: Messenger, engine: Engine) -> None:
        self.guild_id = guild_id
        self.volume = 100
        self.paused = False
        self.filters: Filters = {}
        self.voice: VoiceState | None = None
        self.connection: Connection | None = None
        self.playback: Playback | None = None
        self.loss = FrameLoss()
        self.voice_hangs = False
        """Set for ever once a voice PATCH hung: its monitor is never given back."""
        self._messenger = messenger
        self._engine = engine
        self._updates: asyncio.TimerHandle | None = None
        self._asked_at = 0.0
        self._frame_at = 0.0
        self._stuck = False
        self._gone = False
        self._connecting = asyncio.Lock()

    @property
    def position(self) -> int:
        """Return milliseconds into the track, 0 without one."""
        if self.playback is None:
            return 0
        return self.playback.position(polled=self.connection is not None and not self.paused)

    @property
    def is_playing(self) -> bool:
        """Whether it has a track and is not paused; voice is another matter."""
        return self.playback is not None and not self.paused

    def state(self) -> dict[str, Any]:
        """Return what playerUpdate and REST show."""
        connection = self.connection
        return {
            "time": int(time.time() * 1000),
            "position": self.position,
            "connected": connection is not None and connection.connected,
            "ping": _NO_PING if connection is None else connection.ping,
        }

    def to_json(self) -> dict[str, Any]:
        """Return the player as REST shows it."""
        return {
            "guildId": str(self.guild_id),
            "track": None if self.playback is None else self._track_json(self.playback),
            "volume": self.volume,
            "paused": self.paused,
            "state": self.state(),
            "voice": NO_VOICE if self.voice is None else self.voice.to_json(),
            "filters": self.filters,
        }

    def play(self, track: Track, media: Media, start_ms: int, end_ms: int | None) -> None:
        """Replace whatever plays; TrackStart comes at once, whether or not the file is still there."""
        self._end("replaced")
        now = asyncio.get_running_loop().time()
        self._asked_at = self._frame_at = now
        self._stuck = False
        self.playback = Playback(self._engine, track, media, self._tuning(), max(start_ms, 0), end_ms, self._failed)
        self._event("TrackStartEvent", self.playback)
        self.send_update()
        self.send_update()
        self._update_regularly()

    def stop(self) -> None:
        """End the track; nothing is said when there is none."""
        self._end("stopped")

    def finish(self) -> bool:
        """End the track as if it had been heard to its end; returns whether there was one."""
        playing = self.playback is not None
        self._end(Outcome.FINISHED.value)
        return playing

    def seek(self, at_ms: int) -> None:
        """Move within the track, if it has one that can."""
        if self.playback is not None:
            if not self.playback.track.is_stream:
                self.playback.seek(at_ms)
            self.send_update()

    def set_paused(self, *, paused: bool) -> None:
        """Hold or go on; the clock that notices a stuck track starts anew."""
        self.paused = paused
        self._frame_at = asyncio.get_running_loop().time()

    def set_volume(self, volume: int) -> None:
        """Set it in percent, kept between 0 and 1000."""
        self.volume = min(max(volume, 0), _MAX_VOLUME)
        self._retune()

    def set_filters(self, filters: Filters) -> None:
        """Replace all filters."""
        self.filters = filters
        self._retune()
        self.send_update()

    def set_end(self, end_ms: int | None) -> None:
        """Let the track end early, or not."""
        if self.playback is not None:
            self.playback.end_ms = end_ms

    def set_user_data(self, user_data: dict[str, Any]) -> None:
        """Replace what the client attached to the track."""
        if self.playback is not None:
            self.playback.track = self.playback.track.with_user_data(user_data)

    async def connect(self, voice: VoiceState) -> None:
        """Use these credentials; the same as of an open connection change nothing.

        Raises as VoiceConnection.open does.
        """
        async with self._connecting:
            await self._connect(voice)

    async def _connect(self, voice: VoiceState) -> None:
        old = self.connection
        if old is not None and old.connected and old.voice == voice:
            return
        if old is not None:
            self._hang_up(old)
        connection = new_connection(self._engine, self.guild_id, self._messenger.user_id, voice, self)
        await connection.open()
        if self._gone:
            # Deleted, or its session ended, while the voice server took its time.
            await connection.close()
        else:
            self.voice, self.connection = voice, connection

    def destroy(self) -> None:
        """End track and voice, with the events a DELETE is answered by."""
        self._gone = True
        self._end("stopped")
        if self.connection is not None:
            self._hang_up(self.connection)

    def release(self) -> None:
        """End track and voice when nobody is left to be told."""
        self._gone = True
        self._forget_playback()
        if self.connection is not None:
            connection, self.connection = self.connection, None
            connection.stop()
            self._engine.see_out(connection.close())

    def clean_up(self, idle_for: float) -> None:
        """End a track for whose frames nobody has asked for so many seconds."""
        if self.playback is not None and asyncio.get_running_loop().time() - self._asked_at > idle_for:
            self._end("cleanup")

    def provide(self) -> bytes | None:
        """Give the voice connection a frame; None when there is none to send now."""
        playback = self.playback
        if playback is None:
            return None
        now = asyncio.get_running_loop().time()
        self._asked_at = now
        if self.paused:
            return None
        provided = playback.provide()
        if isinstance(provided, bytes):
            self._frame_at, self._stuck = now, False
            self.loss.sent(self._engine.settings.frames_at_once)
            return provided
        if provided is Outcome.WAITING:
            self.loss.nulled()
            self._notice_stuck(playback, now)
        else:
            self._end(provided.value)
        return None

    def voice_ready(self) -> None:
        """Tell that the voice server let us in."""
        self.send_update()

    def voice_closed(self, code: int, reason: str, *, by_remote: bool) -> None:
        """Tell that the voice gateway is gone; sound and position go on until the client reacts."""
        self._voice_event(code, reason, by_remote=by_remote)

    def send_update(self) -> None:
        """Tell where the player stands."""
        self._messenger.send(messages.player_update(self.guild_id, self.state()))

    def _tuning(self) -> Tuning:
        return Tuning(self.volume, self.filters)

    def _retune(self) -> None:
        if self.playback is not None:
            self.playback.retune(self._tuning())

    def _hang_up(self, connection: Connection) -> None:
        """Leave voice; a gateway that is closed already is not reported again (recording 34)."""
        was_open = connection.connected
        connection.stop()
        self.connection = None
        self._engine.see_out(connection.close())
        if was_open:
            self._voice_event(1000, "", by_remote=False)

    def _voice_event(self, code: int, reason: str, *, by_remote: bool) -> None:
        self._messenger.send(messages.voice_closed(self.guild_id, code, reason, by_remote=by_remote))
        self.send_update()

    def _notice_stuck(self, playback: Playback, now: float) -> None:
        threshold = self._engine.settings.stuck_after
        if self._stuck or now - self._frame_at <= threshold:
            return
        self._stuck = True
        self._event("TrackStuckEvent", playback, thresholdMs=round(threshold * 1000))
        self.send_update()

    def _failed(self, failure: PlaybackFailure) -> None:
        if self.playback is not None:
            self._event("TrackExceptionEvent", self.playback, exception=messages.exception_of(failure))

    def _end(self, reason: str) -> None:
        playback = self.playback
        if playback is None:
            return
        track = self._track_json(playback)
        self._forget_playback()
        self._engine.events.add("TrackEndEvent", self.guild_id, reason)
        self._messenger.send(messages.track_event("TrackEndEvent", self.guild_id, track, reason=reason))

    def _forget_playback(self) -> None:
        if self._updates is not None:
            self._updates.cancel()
            self._updates = None
        if self.playback is not None:
            self.playback.close()
            self.playback = None

    def _event(self, kind: str, playback: Playback, **fields: object) -> None:
        track = self._track_json(playback)
        self._messenger.send(messages.track_event(kind, self.guild_id, track, **fields))

    def _track_json(self, playback: Playback) -> dict[str, Any]:
        polled = self.connection is not None and not self.paused
        return playback.track.to_json(playback.position(polled=polled))

    def _update_regularly(self) -> None:
        """Tell the position every five seconds from the track's start, paused or not, until it ends."""
        loop = asyncio.get_running_loop()
        self._updates = loop.call_later(self._engine.settings.player_update_every, self._regular_update)

    def _regular_update(self) -> None:
        self.send_update()
        self._update_regularly()
