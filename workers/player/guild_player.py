"""One guild's player: orders, events and facts in, effects out. Plain Python: no I/O, no clock, not async."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from project.wire.messages import (
    AnnouncementRefused,
    ChannelDeleted,
    Command,
    GuildEvent,
    GuildLeft,
    JoinRefused,
    ScreenGone,
    ScreenPosted,
    VoiceServerChanged,
    VoiceStateChanged,
)
from workers.player.effects import Effect, Save, WakeAt
from workers.player.emptiness import leaves_at_ms
from workers.player.events import adoption, importing, playback, screen, search, silence, voice, waking
from workers.player.facts import (
    Fact,
    ImportGoesOn,
    NodeLost,
    PlaceGivenUp,
    PlayerAdopted,
    PositionReported,
    TrackEnded,
    TrackFailed,
    TracksFound,
    TrackStarted,
    TrackStuck,
    Unheard,
    VoiceClosed,
    VoiceCredentialsMissing,
    Woken,
)
from workers.player.limits import GuildRules, Limits
from workers.player.memory import Checkpoint, Memory, Move, Presence
from workers.player.orders.registry import carry_out
from workers.player.outcomes import AddedMany
from workers.player.saving import close_turn, difference
from workers.player.track import Entry, PlayerState
from workers.player.turn import OrderTurn, Turn

Happening: TypeAlias = GuildEvent | Fact

HAPPENINGS: dict[type[Happening], Callable[[Turn, Any], None]] = {
    TracksFound: importing.tracks_found,
    ImportGoesOn: importing.import_goes_on,
    PlaceGivenUp: search.place_given_up,
    TrackStarted: playback.track_started,
    TrackEnded: playback.track_ended,
    TrackFailed: playback.track_failed,
    TrackStuck: playback.track_stuck,
    PositionReported: playback.position_reported,
    VoiceClosed: voice.voice_closed,
    VoiceCredentialsMissing: voice.voice_credentials_missing,
    VoiceStateChanged: voice.voice_state_changed,
    VoiceServerChanged: voice.voice_server_changed,
    JoinRefused: voice.join_refused,
    ChannelDeleted: voice.channel_deleted,
    GuildLeft: voice.guild_left,
    ScreenPosted: screen.screen_posted,
    ScreenGone: screen.screen_gone,
    AnnouncementRefused: screen.announcement_refused,
    PlayerAdopted: adoption.player_adopted,
    NodeLost: adoption.node_lost,
    Unheard: silence.unheard,
    Woken: waking.woken,
}


class GuildPlayer:
    """Decides for one guild. Every message makes a new memory, so a checkpoint is the old one, exactly."""

    __slots__ = ("_memory",)

    def __init__(self, guild_id: int) -> None:
        self._memory = Memory(PlayerState(guild_id=guild_id))

    @classmethod
    def restore(
        cls, saved_state: PlayerState, current: Entry | None, queued: tuple[Entry, ...], played: tuple[Entry, ...]
    ) -> GuildPlayer:
        """The player as it was saved; whether the node still plays is told by PlayerAdopted or NodeLost."""
        player = cls(saved_state.guild_id)
        channel = saved_state.voice_channel_id
        player._memory = Memory(
            saved_state,
            current,
            queued,
            played,
            started_ms=max(0, saved_state.position_at_ms - saved_state.position_ms),
            presence=Presence(channel_id=channel, move=Move(channel, saved_state.rev, at_ms=0)),
        )
        return player

    def handle(
        self, message: Command | GuildEvent | Fact, *, now_ms: int, limits: Limits, rules: GuildRules
    ) -> list[Effect]:
        """Decide on one message. The effects are to be performed in their order; a Save, if any, is the first."""
        before = self._memory
        if isinstance(message, Command):
            order_turn = OrderTurn(before.copy(), now_ms, limits, rules, command=message)
            carry_out(order_turn)
            return self._close(before, order_turn)
        turn = Turn(before.copy(), now_ms, limits, rules)
        HAPPENINGS[type(message)](turn, message)
        return self._close(before, turn)

    def _close(self, before: Memory, turn: Turn) -> list[Effect]:
        effects = close_turn(before, turn)
        self._memory = turn.memory
        return effects

    def checkpoint(self) -> Checkpoint:
        """What `rollback` takes; costs nothing."""
        return self._memory

    def rollback(self, checkpoint: Checkpoint) -> None:
        """Be what the player was at the checkpoint."""
        self._memory = checkpoint

    def skip_revision(self) -> None:
        """Never use the next revision: a commit under it was not answered, and may still come through."""
        self._memory = self._memory.copy()
        self._memory.set_state(rev=self._memory.state.rev + 1)

    def save_since(self, checkpoint: Checkpoint) -> Save | None:
        """All that changed since, in one Save under the present revision: for a store that was away meanwhile."""
        return difference(checkpoint, self._memory)

    @property
    def state(self) -> PlayerState:
        """The saved part besides the entries."""
        return self._memory.state

    @property
    def current(self) -> Entry | None:
        """What plays, is paused, or was interrupted by a stop that kept it."""
        return self._memory.current

    @property
    def queue(self) -> tuple[Entry, ...]:
        """What waits, in order."""
        return self._memory.queue

    @property
    def played(self) -> tuple[Entry, ...]:
        """What was played last, oldest first."""
        return self._memory.played

    @property
    def playing(self) -> bool:
        """Music is to be heard: something is current, neither paused nor stopped; its position is worth saving."""
        return self._memory.running

    @property
    def listeners(self) -> int:
        """Humans in the bot's channel, as far as Discord told."""
        return self._memory.presence.listeners or 0

    @property
    def idle(self) -> bool:
        """Nothing has to stay in memory: not connected, nothing on air or awaited. The store has what is kept."""
        memory = self._memory
        nothing_pending = not memory.reservations and not memory.cancelled and not memory.lookups
        quiet = memory.state.voice_channel_id is None and not memory.on_air
        return quiet and memory.presence.dropped_from is None and nothing_pending

    def alarm(self, rules: GuildRules) -> WakeAt | None:
        """What a player that was just restored waits for."""
        at_ms = leaves_at_ms(self._memory.state, rules)
        return WakeAt(at_ms, "empty") if at_ms is not None else None

    def import_so_far(self, command_id: str) -> AddedMany | None:
        """What an import that cannot go on has added; None if it is none, or has added nothing."""
        return importing.so_far(self._memory, command_id)

    def position_ms(self, now_ms: int) -> int:
        """How far the current entry has played."""
        return self._memory.position_ms(now_ms)
