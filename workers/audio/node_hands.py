"""Carries out what a player wants of its Lavalink node, and has the two compared again when that failed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from workers.node_ports import NodeSession
from workers.player.effects import (
    ConnectVoice,
    DestroyPlayer,
    Effect,
    SeekTo,
    SetFilters,
    SetPaused,
    SetVolume,
    StartTrack,
    StopTrack,
)
from workers.player.facts import Fact, LivePlayer, TrackEnded, VoiceCredentialsMissing
from workers.ports import Away, Mark, NodeRefused, PortFailed, VoiceMirror

log = structlog.get_logger()


START_TRIES = 3
"""A track that a failing node refuses this often is passed over."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the node does for a guild, as of when `performed` was counted."""

    live: LivePlayer | None
    performed: int
    polled: bool = False
    """Asked once a second, because the node's events go to a frozen owner's socket."""


@dataclass(frozen=True, slots=True)
class ClaimDue:
    """It is this guild's turn to have its player marked with our epoch."""


class SlotSession(Protocol):
    """What the hands need of their slot."""

    slot: int
    epoch: int
    lost: bool

    @property
    def connected(self) -> bool:
        """The session is open; while it is not, the player is only desired state."""

    @property
    def session(self) -> NodeSession:
        """The session on the node where the guild's player is."""

    def trusted(self) -> bool:
        """Whether the slot's lease is certain at this moment."""

    def look_later(self, guild_id: int) -> None:
        """Ask the node what it does for a guild; the answer comes as a Looked."""


class NodeHands:
    """The node side of one guild. Nothing here raises: a failure becomes a fact or a later look at the node."""

    def __init__(
        self,
        guild_id: int,
        slot: SlotSession,
        mirror: VoiceMirror,
        report: Callable[[Fact], None],
        clock: Callable[[], int],
        playing: Callable[[], tuple[int, int] | None],
    ) -> None:
        self.performed = 0
        self._guild_id = guild_id
        self._slot = slot
        self._mirror = mirror
        self._report = report
        self._clock = clock
        self._playing = playing
        """(entry, revision) of what is on the node; both go along with every PATCH, and the epoch."""
        self._voice_due = False
        """Credentials were to be given, and the node does not have them yet."""
        self._given: tuple[NodeSession, str] | None = None
        """Where credentials were given last, and their token."""
        self._marked: int | None = None
        """Entry that was told to the node with our epoch."""
        self._refusals = (0, 0)
        """Entry that the node refused last, and how often."""

    async def perform(self, effect: Effect) -> None:
        """Carry out one effect, unless the slot is another's or its node is away (adoption applies it later)."""
        if isinstance(effect, ConnectVoice):
            self._voice_due = self._voice_due or not effect.if_new
        if isinstance(effect, DestroyPlayer):
            self._voice_due = False
        if not self._free():
            return
        self.performed += 1
        try:
            await self._perform(effect)
        except Away as error:
            log.warning("The node did not answer", guild=self._guild_id, effect=type(effect).__name__, error=str(error))
            self._slot.look_later(self._guild_id)
        except NodeRefused as error:
            log.error("The node refused", guild=self._guild_id, effect=type(effect).__name__, error=str(error))
            self._refused(effect, error)

    def _refused(self, effect: Effect, error: NodeRefused) -> None:
        """A refused track is passed over, at once or after some tries; else node and player are compared."""
        if isinstance(effect, StartTrack):
            entry, times = self._refusals
            self._refusals = (effect.entry.id, times + 1 if entry == effect.entry.id else 1)
            if not error.retry or self._refusals[1] >= START_TRIES:
                self._report(TrackEnded(effect.entry.id, "loadFailed", self._clock()))
                return
        elif not error.retry:
            return
        self._slot.look_later(self._guild_id)

    async def settle_voice(self) -> None:
        """After node and player were compared: give the credentials that an earlier try could not give."""
        if self._voice_due:
            await self.perform(ConnectVoice())

    def unmarked(self, live: LivePlayer | None) -> bool:
        """Whether what plays there still carries a former owner's epoch, after node and player were compared."""
        mark = self._mark()
        if live is None or mark is None or live.entry != mark.entry or live.epoch == mark.epoch:
            return False
        self._marked = None
        return True

    async def claim(self) -> None:
        """Have what plays carry our epoch, so that a former owner's doing shows."""
        mark = self._mark()
        if mark is None or self._marked == mark.entry or not self._free():
            return
        try:
            await self._slot.session.renew_mark(self._guild_id, mark)
            self._marked = mark.entry
        except PortFailed as error:
            log.info("A player is not marked as ours yet", guild=self._guild_id, error=str(error))

    def _free(self) -> bool:
        return not self._slot.lost and self._slot.connected

    def _mark(self) -> Mark | None:
        playing = self._playing()
        return Mark(*playing, self._slot.epoch) if playing is not None else None

    def _marking(self) -> Mark | None:
        """The mark that goes along with a PATCH."""
        mark = self._mark()
        self._marked = mark.entry if mark is not None else None
        return mark

    async def sign_of_life(self) -> int | None:
        """How many ms the node took to answer; None when it did not."""
        try:
            return round(await self._slot.session.ask_for_life())
        except PortFailed as error:
            log.info("The node gave no sign of life", guild=self._guild_id, error=str(error))
            return None

    async def _perform(self, effect: Effect) -> None:
        session, guild = self._slot.session, self._guild_id
        match effect:
            case StartTrack():
                await self._start(effect)
            case StopTrack():
                await session.stop(guild)
            case SetPaused(paused):
                await session.set_paused(guild, paused, self._marking())
            case SetVolume(volume):
                await session.set_volume(guild, volume, self._marking())
            case SetFilters(filters):
                await session.set_filters(guild, filters, self._marking())
            case SeekTo(position_ms):
                await session.seek(guild, position_ms, self._marking())
            case ConnectVoice(if_new):
                await self._connect_voice(if_new=if_new)
            case DestroyPlayer():
                await session.destroy(guild)
            case _:
                raise TypeError(f"{type(effect).__name__} is not for the node")

    async def _start(self, effect: StartTrack) -> None:
        """While the lease is not certain, only fill silence: a newer owner may have started something else."""
        certain = self._slot.trusted()
        self._marked = effect.entry.id
        await self._slot.session.start(self._guild_id, effect, self._slot.epoch, no_replace=not certain)
        if not certain:
            self._slot.look_later(self._guild_id)

    async def _connect_voice(self, *, if_new: bool) -> None:
        credentials = await self._mirror.credentials(self._guild_id)
        session = self._slot.session
        if if_new and (credentials is None or self._given == (session, credentials.token)):
            return
        if credentials is None:
            log.warning("The gateway has no voice credentials of this guild", guild=self._guild_id)
            self._voice_due = False
            self._report(VoiceCredentialsMissing(self._clock()))
            return
        await session.set_voice(self._guild_id, credentials)
        self._voice_due = False
        self._given = (session, credentials.token)
