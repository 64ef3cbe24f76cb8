"""One guild's only writer: a mailbox in arrival order around the pure player, and the order commit -> node -> reply."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import structlog

from project.spawned import Spawned, ended
from project.wire.messages import READS, Command, Inbound, VoiceEvent
from workers.audio.ledger import Ledger
from workers.audio.node_hands import NodeHands
from workers.audio.speaker import Speaker
from workers.player.effects import Announce, Effect, MoveTo, Reply, Save, Search
from workers.player.facts import Fact, PlaceGivenUp, PositionReported, TracksFound
from workers.player.guild_player import GuildPlayer
from workers.player.limits import GuildRules, Limits
from workers.player.memory import Checkpoint
from workers.player.outcomes import Conclusion, Refused
from workers.ports import Away, Fenced, PlayerStore, SavedPlayer, TrackFinder, VoiceMirror

if TYPE_CHECKING:
    from workers.audio.owned_slot import OwnedSlot

log = structlog.get_logger()

MAILBOX_MAX = 16
"""Commands of one guild that may wait; a member who presses faster hears `busy` (DESIGN §4)."""

Letter: TypeAlias = Inbound | Fact


@dataclass(frozen=True)
class ActorPorts:
    """What every actor of a process shares."""

    store: PlayerStore
    finder: TrackFinder
    mirror: VoiceMirror
    speaker: Speaker
    clock: Callable[[], int]
    """ms since 1970"""


@dataclass
class Waiting:
    """A command that has no outcome yet."""

    command: Command
    done: asyncio.Future[str]


class GuildActor:
    """Commands, events and facts of one guild, one after the other."""

    def __init__(self, guild_id: int, slot: OwnedSlot, ports: ActorPorts, saved: SavedPlayer | None = None) -> None:
        self.guild_id = guild_id
        self.waiting: dict[str, Waiting] = {}
        self._slot = slot
        self._ports = ports
        self._player = _player(saved) if saved else None
        self._ledger = Ledger(guild_id, slot, ports.store)
        self._hands = NodeHands(guild_id, slot, ports.mirror, self.fact, ports.clock)
        self._mailbox: deque[tuple[Letter, asyncio.Future[str] | None]] = deque()
        self._serving: asyncio.Task[None] | None = None
        self._background = Spawned()

    # -- what comes in: nothing here awaits before the letter lies in the mailbox ---------------------------------

    async def command(self, command: Command) -> str:
        """Carry out a command; ends when its outcome was handed to Discord's stream. Raises Fenced."""
        known = self.waiting.get(command.id)
        if known is None:
            known = Waiting(command, asyncio.get_running_loop().create_future())
            if len(self.waiting) >= MAILBOX_MAX:
                await self._say(known, Refused(reason="busy"), command.actor.locale)
                return "busy"
            self.waiting[command.id] = known
            self._post(command, None)
        return await asyncio.shield(known.done)

    async def event(self, event: VoiceEvent) -> str:
        """Take in what happened at Discord; ends when it was handled. Raises Fenced."""
        done: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._post(event, done)
        return await done

    def fact(self, fact: Fact) -> None:
        """Take in what happened at the node."""
        if isinstance(fact, PositionReported) and self._player is not None and not self._mailbox:
            self._player.handle(fact, now_ms=self._ports.clock(), limits=self._terms[0], rules=self._terms[1])
            return
        self._post(fact, None)

    def position(self) -> tuple[int, int, int] | None:
        """(guild id, position ms, at ms) while something plays."""
        if self._player is None or not self._player.playing:
            return None
        now_ms = self._ports.clock()
        return self.guild_id, self._player.position_ms(now_ms), now_ms

    async def close(self) -> None:
        """Stop at once; commands that have no outcome stay journalled for the next owner."""
        if self._serving is not None:
            await ended(self._serving)
        await self._background.close()
        await self._hands.close()
        self._give_back(Fenced(f"slot {self._slot.slot} was given up"))

    # -- the mailbox -----------------------------------------------------------------------------------------------

    def _post(self, letter: Letter, done: asyncio.Future[str] | None) -> None:
        self._mailbox.append((letter, done))
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve())

    async def _serve(self) -> None:
        try:
            while self._mailbox:
                letter, done = self._mailbox.popleft()
                await self._take(letter)
                if done is not None and not done.done():
                    done.set_result("taken")
        except Fenced as error:
            log.warning("Another owner has this slot; letting go", guild=self.guild_id, slot=self._slot.slot)
            self._slot.lost = True
            self._give_back(error)
            return
        if self._player is not None and self._player.idle and not self.waiting and not self._ledger.unsaved:
            self._background.start(self._retire(), "retire")

    async def _take(self, letter: Letter) -> None:
        if self._slot.lost:
            raise Fenced(f"slot {self._slot.slot} is another's")
        try:
            player = await self._loaded()
        except Away as error:
            await self._refuse_unloaded(letter, error)
            return
        checkpoint = player.checkpoint()
        limits, rules = self._terms
        try:
            effects = player.handle(letter, now_ms=self._ports.clock(), limits=limits, rules=rules)
        except Exception:
            player.rollback(checkpoint)
            log.exception("A player could not decide", guild=self.guild_id, letter=type(letter).__name__)
            self._fail(letter)
            return
        await self._perform(letter, effects, checkpoint)

    async def _loaded(self) -> GuildPlayer:
        if self._player is None:
            saved = await self._ports.store.load_player(self.guild_id)
            self._player = _player(saved) if saved else GuildPlayer(self.guild_id)
        return self._player

    # -- decide -> commit -> node -> reply ---------------------------------------------------------------------------

    async def _perform(self, letter: Letter, effects: list[Effect], checkpoint: Checkpoint) -> None:
        save = next((effect for effect in effects if isinstance(effect, Save)), None)
        replies = [effect for effect in effects if isinstance(effect, Reply) and not effect.followup]
        if not await self._commit(letter, save, replies, checkpoint):
            return
        for effect in effects:
            if isinstance(effect, Search):
                self._background.start(self._search(effect), "search")
            elif isinstance(effect, MoveTo):
                await self._move(effect)
            elif isinstance(effect, Reply):
                self._reply(effect)
            elif isinstance(effect, Announce):
                self._ports.speaker.announce(self.guild_id, effect)
            elif not isinstance(effect, Save):
                await self._hands.perform(effect)

    async def _commit(self, letter: Letter, save: Save | None, replies: list[Reply], checkpoint: Checkpoint) -> bool:
        """Save the change and record its commands. False: nothing more of this decision may happen."""
        first = self.waiting.get(replies[0].command_id) if replies else None
        command = first.command if first and not isinstance(first.command.order, READS) else None
        if save is None and command is None:
            return True
        conclusion = replies[0].conclusion if command else None
        try:
            recorded = await self._ledger.commit(self._loaded_player, save, command, conclusion)
        except Away as error:
            return self._store_away(letter, first, checkpoint, error)
        if recorded.already is not None and first is not None:
            self._undo(letter, checkpoint)
            self._finish(first, recorded.already, first.command.actor.locale)
            return False
        for reply in replies[1:]:
            other = self.waiting.get(reply.command_id)
            if other is not None and not isinstance(other.command.order, READS):
                await self._ledger.record(other.command, reply.conclusion)
        return True

    def _store_away(self, letter: Letter, first: Waiting | None, checkpoint: Checkpoint, error: Away) -> bool:
        """Music goes on from memory; commands get an honest answer and can no longer run (DESIGN §2, autonomy)."""
        log.warning("A change could not be saved", guild=self.guild_id, error=str(error))
        if first is not None:
            self._undo(letter, checkpoint)
            self._finish(first, Refused(reason="store_away"), first.command.actor.locale)
        self._loaded_player.skip_revision()
        self._background.start(self._ledger.save_later(self._loaded_player, self._quiet), "save later")
        return first is None

    def _undo(self, letter: Letter, checkpoint: Checkpoint) -> None:
        """Be as before the letter; a search's place in the queue, taken by an earlier letter, is freed as well."""
        self._loaded_player.rollback(checkpoint)
        if isinstance(letter, TracksFound):
            self._mailbox.appendleft((PlaceGivenUp(letter.command_id), None))

    def _quiet(self) -> bool:
        return self._serving is None or self._serving.done()

    async def _search(self, effect: Search) -> None:
        found = await self._ports.finder.find(effect.command_id, effect.query)
        self._post(found, None)

    async def _move(self, effect: MoveTo) -> None:
        if effect.channel_id is not None:
            try:
                await self._ports.mirror.activate(self.guild_id)
            except Away as error:
                log.warning("Redis is away; voice events of this guild may be late", error=str(error))
        self._ports.speaker.move(self.guild_id, effect)

    # -- replies -----------------------------------------------------------------------------------------------------

    def _reply(self, effect: Reply) -> None:
        waiting = self.waiting.get(effect.command_id)
        if waiting is not None and not effect.followup:
            self._finish(waiting, effect.conclusion, effect.locale)
        elif effect.followup:
            self._ports.speaker.reply(
                effect.command_id,
                self.guild_id,
                effect.conclusion,
                effect.locale,
                now_ms=self._ports.clock(),
                followup=True,
            )

    def _finish(self, waiting: Waiting, conclusion: Conclusion, locale: str) -> None:
        self.waiting.pop(waiting.command.id, None)
        self._background.start(self._say(waiting, conclusion, locale), "say")

    async def _say(self, waiting: Waiting, conclusion: Conclusion, locale: str) -> None:
        now_ms = self._ports.clock()
        await self._ports.speaker.reply(waiting.command.id, self.guild_id, conclusion, locale, now_ms=now_ms)
        if not waiting.done.done():
            waiting.done.set_result(type(conclusion).__name__)

    async def _refuse_unloaded(self, letter: Letter, error: Away) -> None:
        log.warning("A player could not be loaded", guild=self.guild_id, error=str(error))
        waiting = self.waiting.get(letter.id) if isinstance(letter, Command) else None
        if waiting is not None:
            self._finish(waiting, Refused(reason="store_away"), waiting.command.actor.locale)

    def _fail(self, letter: Letter) -> None:
        identity = letter.id if isinstance(letter, Command) else None
        if isinstance(letter, TracksFound):
            identity = letter.command_id
        waiting = self.waiting.get(identity) if identity else None
        if waiting is not None:
            self._finish(waiting, Refused(reason="failed"), waiting.command.actor.locale)

    def _give_back(self, error: Fenced) -> None:
        """What has no outcome goes back to the journal, where the next owner finds it."""
        for waiting in self.waiting.values():
            if not waiting.done.done():
                waiting.done.set_exception(error)
        self.waiting.clear()
        for _letter, done in self._mailbox:
            if done is not None and not done.done():
                done.set_exception(error)
        self._mailbox.clear()

    async def _retire(self) -> None:
        try:
            await self._ports.mirror.deactivate(self.guild_id)
        except Away as error:
            log.warning("Redis is away; a guild stays marked as active", guild=self.guild_id, error=str(error))
        if self._quiet() and not self._mailbox and not self.waiting and self._loaded_player.idle:
            self._slot.forget(self)

    @property
    def _loaded_player(self) -> GuildPlayer:
        if self._player is None:
            raise RuntimeError("only asked for while a letter is being handled")
        return self._player

    @property
    def _terms(self) -> tuple[Limits, GuildRules]:
        return self._slot.terms(self.guild_id)


def _player(saved: SavedPlayer) -> GuildPlayer:
    return GuildPlayer.restore(saved.state, saved.current, saved.queued, saved.played)
