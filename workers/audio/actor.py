"""One guild's only writer: a mailbox in arrival order around the pure player, and the order commit -> node -> reply."""

from __future__ import annotations

import asyncio
from functools import partial

import structlog

from project.spawned import Spawned
from project.wire.messages import Command, GuildEvent, Play
from workers.audio.actor_ports import ActorPorts, ActorSlot
from workers.audio.asked_for import asked_for
from workers.audio.commits import Commits, Letter
from workers.audio.ear import Ear
from workers.audio.guild_changes import GuildChanges
from workers.audio.heals import count_heals
from workers.audio.ledger import Ledger
from workers.audio.looks import fact_of
from workers.audio.lyrics import answer_lyrics
from workers.audio.mailbox import Mailbox
from workers.audio.node_hands import ClaimDue, Looked, NodeHands
from workers.audio.open_commands import OpenCommand, OpenCommands
from workers.audio.outside_answers import OutsideAnswers
from workers.audio.searching import search
from workers.audio.surface import OUTWARD, Surface
from workers.player.effects import (
    Effect,
    Fetch,
    FindLyrics,
    MeasureNode,
    MoveNode,
    MoveTo,
    Progress,
    Reply,
    Save,
    Search,
    SearchMany,
)
from workers.player.facts import Fact, ImportGoesOn, NodeLost, PlayerAdopted, PositionReported, TracksFound
from workers.player.guild_player import GuildPlayer
from workers.player.memory import Checkpoint
from workers.player.outcomes import AddedMany, Conclusion, Refused
from workers.ports import Away, Fenced, SavedPlayer

log = structlog.get_logger()

MAILBOX_MAX = 16
"""Commands of one guild that may wait; a member who presses faster hears `busy` (DESIGN §4)."""


class GuildActor:
    """Commands, events and facts of one guild, one after the other."""

    def __init__(self, guild_id: int, slot: ActorSlot, ports: ActorPorts, saved: SavedPlayer | None = None) -> None:
        self.guild_id = guild_id
        self._slot = slot
        self._ports = ports
        self._player = saved.player() if saved else None
        self._background = Spawned()
        self._open = OpenCommands(ports.speaker, self._background, ports.clock, lambda: slot.terms(guild_id)[1])
        self._mailbox: Mailbox[Letter] = Mailbox(
            self._take, failed=self._fail, fenced=self._let_go, empty=self._retire_if_idle
        )
        ledger = Ledger(guild_id, slot, ports.store, partial(ports.terms.counted, guild_id))
        self._commits = Commits(
            ledger, self._open, self._background, self._mailbox, self._retire_if_idle, self._done_before
        )
        self._ear = Ear()
        self._surface = Surface(guild_id, ports.speaker, self._background, self._mailbox.post, ports.clock)
        self._changes = GuildChanges(ports.changes)
        self._restored()
        self._hands = NodeHands(guild_id, slot, ports.mirror, self._mailbox.post, ports.clock, self._on_node)
        elsewhere = partial(slot.play_elsewhere, guild_id)
        lyrics = partial(answer_lyrics, ports.finder, ports.lyrics)
        self._outside = OutsideAnswers(self._open, self._commits, self._hands, self._background, elsewhere, lyrics)

    # -- what comes in: nothing here awaits before the letter lies in the mailbox --------------------------------------

    async def command(self, command: Command) -> str:
        """Carry out a command; ends when its outcome was handed to Discord's stream. Raises Fenced."""
        known = self._open.get(command.id)
        if known is None and len(self._open) >= MAILBOX_MAX:
            refused = OpenCommand(command, asyncio.get_running_loop().create_future())
            await self._open.say(refused, Refused(reason="busy"))
            return "busy"
        if known is None:
            known = self._open.add(command)
            if isinstance(command.order, Play) and not self.playing:
                self._ear.asked(command.issued_ms)
            self._mailbox.post(command)
        return await asyncio.shield(known.done)

    async def event(self, event: GuildEvent) -> str:
        """Take in what happened at Discord; ends when it was handled. Raises Fenced."""
        done: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._mailbox.post(event, done)
        return await done

    def fact(self, fact: Fact) -> None:
        """Take in what happened at the node."""
        if isinstance(fact, PositionReported):
            entry = self._on_node() if self.playing else None
            self._ear.reported(fact, self._ports.clock(), entry[0] if entry else None)
        if isinstance(fact, PositionReported) and self._player is not None and self._mailbox.quiet:
            limits, rules = self._slot.terms(self.guild_id)
            self._player.handle(fact, now_ms=self._ports.clock(), limits=limits, rules=rules)
        else:
            self._mailbox.post(fact)

    def looked(self, letter: Looked | ClaimDue) -> None:
        """The slot has asked the node what it does, or it is this guild's turn to be marked."""
        self._mailbox.post(letter)

    def listen(self) -> None:
        """Asked every second: have what should be heard and is not mended."""
        should_play = self.playing and self._slot.hears
        unheard = self._ear.listen(self._ports.clock(), should_play=should_play)
        if unheard is not None:
            log.warning("Nothing is heard", guild=self.guild_id, slot=self._slot.slot, rung=unheard.rung)
            self._mailbox.post(unheard)
            self._slot.look_later(self.guild_id)  # it may just be told something else than we think

    async def moved(self, fact: NodeLost) -> None:
        """Play on another node; returns when it was told to. Raises Fenced."""
        done: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._mailbox.post(fact, done)
        await done

    @property
    def in_voice(self) -> bool:
        """Whether it wants to be in a channel."""
        return self._player is not None and self._player.state.voice_channel_id is not None

    @property
    def listeners(self) -> int:
        """Humans who hear it, as far as known."""
        return self._player.listeners if self._player is not None else 0

    @property
    def priority(self) -> int:
        """The plan's; higher comes first."""
        return self._slot.terms(self.guild_id)[0].priority

    @property
    def open_ids(self) -> set[str]:
        """Ids of commands that were accepted and have no outcome yet."""
        return self._open.ids

    @property
    def performed(self) -> int:
        """How often the node was told something; what it said before is out of date."""
        return self._hands.performed

    @property
    def playing(self) -> bool:
        """Whether something is to be heard."""
        return self._player is not None and self._player.playing

    def position(self) -> tuple[int, int, int] | None:
        """(guild id, position ms, at ms) while something plays."""
        if self._player is None or not self._player.playing:
            return None
        now_ms = self._ports.clock()
        return self.guild_id, self._player.position_ms(now_ms), now_ms

    async def close(self) -> None:
        """Stop at once; commands that have no outcome stay journalled for the next owner."""
        why = Fenced(f"slot {self._slot.slot} was given up")
        self._surface.close()
        await self._mailbox.close(why)
        await self._background.close()
        self._open.give_back(why)

    # -- a letter ------------------------------------------------------------------------------------------------------

    async def _take(self, letter: Letter) -> None:
        if self._slot.lost:
            raise Fenced(f"slot {self._slot.slot} is another's")
        try:
            player = await self._loaded()
            await self._ports.terms.refresh(self.guild_id)
            begun = await self._begun_before(letter)
            if begun is None:
                return
            letter = begun
        except Away as error:
            log.warning("A player could not be loaded", guild=self.guild_id, error=str(error))
            self._fail(letter, Refused(reason="store_away"))
            return
        if isinstance(letter, ClaimDue):
            await self._hands.claim()
            return
        if isinstance(letter, Looked):
            if letter.performed != self._hands.performed:
                self._slot.look_later(self.guild_id)  # something was told to the node since: look anew
                return
            letter = fact_of(letter, player, epoch=self._slot.epoch, now_ms=self._ports.clock())
        self._ports.troubles.look(letter, player, self._slot.session.node.name)
        checkpoint = player.checkpoint()
        limits, rules = self._slot.terms(self.guild_id)
        effects = player.handle(letter, now_ms=self._ports.clock(), limits=limits, rules=rules)
        count_heals(letter, effects)
        await self._perform(letter, effects, checkpoint)
        if isinstance(letter, PlayerAdopted):
            await self._hands.settle_voice()
            if self._hands.unmarked(letter.live):
                self._slot.claim_later(self.guild_id)

    async def _loaded(self) -> GuildPlayer:
        if self._player is None:
            saved = await self._ports.store.load_player(self.guild_id)
            self._player = saved.player() if saved else GuildPlayer(self.guild_id)
            self._restored()
        return self._player

    def _restored(self) -> None:
        """A player that was saved may be waiting for something."""
        if self._player is not None and (alarm := self._player.alarm(self._slot.terms(self.guild_id)[1])):
            self._surface.perform(alarm)

    async def _begun_before(self, letter: Letter) -> Letter | None:
        """A redelivered Play would join and search before its commit finds out; the others commit first.

        None: it was done, and is answered once more. Of an import that was only begun the rest is to be done.
        """
        if not isinstance(letter, Command) or not isinstance(letter.order, Play):
            return letter
        conclusion = await self._ports.store.outcome(letter.id)
        command = self._open.get(letter.id)
        if conclusion is None or command is None:
            return letter
        if isinstance(conclusion, AddedMany) and conclusion.asked is not None:
            return ImportGoesOn(letter, conclusion)
        self._done_before(command, conclusion)
        return None

    def _done_before(self, command: OpenCommand, conclusion: Conclusion) -> None:
        """Answer it once more. Its owner may have died before Discord was told that the bot leaves: that too."""
        self._open.finish(command, conclusion)
        state = self._loaded_player.state
        if state.voice_channel_id is None:
            self._ports.speaker.move(self.guild_id, MoveTo(None, state.rev), self._slot.epoch)

    # -- decide -> commit -> node -> reply -----------------------------------------------------------------------------

    async def _perform(self, letter: Letter, effects: list[Effect], checkpoint: Checkpoint) -> None:
        save = next((effect for effect in effects if isinstance(effect, Save)), None)
        ends = [effect for effect in effects if isinstance(effect, Reply | Progress)]
        replies = [effect for effect in ends if isinstance(effect, Progress) or not effect.followup]
        if not await self._commits.commit(self._loaded_player, letter, save, replies, checkpoint):
            return
        if save is not None:
            self._changes.saved(self._loaded_player, save)
        self._ear.told(effects)
        for effect in effects:
            match effect:
                case Save():
                    continue
                case Search() | SearchMany() | Fetch():
                    self._background.start(search(self._ports, self.guild_id, effect, self._mailbox.post), "search")
                case MeasureNode() | MoveNode() | FindLyrics():
                    await self._outside.answer(effect)
                case MoveTo():
                    await self._move(effect)
                case Reply() | Progress():
                    self._reply(effect)
                case _ if isinstance(effect, OUTWARD):
                    self._surface.perform(effect)
                case _:
                    await self._hands.perform(effect)

    async def _move(self, effect: MoveTo) -> None:
        if effect.channel_id is not None:
            try:
                await self._ports.mirror.activate(self.guild_id)
            except Away as error:
                log.warning("Redis is away; voice events of this guild may be late", error=str(error))
        self._ports.speaker.move(self.guild_id, effect, self._slot.epoch)

    # -- replies -------------------------------------------------------------------------------------------------------

    def _reply(self, effect: Reply | Progress) -> None:
        if isinstance(effect, Progress):
            self._open.progress(self.guild_id, effect)
            return
        command = self._open.reply(self.guild_id, effect)
        asked = asked_for(command.command, effect.conclusion) if command is not None else None
        if asked is not None:
            self._background.start(self._ports.suggestions.played(*asked), "history")

    def _fail(self, letter: Letter, refusal: Refused | None = None) -> None:
        """Whoever waits for this letter's outcome is told that there is none."""
        identity = letter.id if isinstance(letter, Command) else None
        if isinstance(letter, TracksFound):
            identity = letter.command_id
        command = self._open.get(identity)
        if command is not None:
            self._open.finish(command, refusal or Refused(reason="failed"))

    # -- the end -------------------------------------------------------------------------------------------------------

    def _let_go(self, error: Fenced) -> None:
        log.warning("Another owner has this slot; letting go", guild=self.guild_id, slot=self._slot.slot)
        self._slot.lost = True
        self._open.give_back(error)

    def _retire_if_idle(self) -> None:
        if self._idle():
            self._background.start(self._retire(), "retire")

    def _idle(self) -> bool:
        nothing_to_do = not len(self._open) and not self._commits.unsaved and not self._slot.looks_for(self.guild_id)
        return nothing_to_do and self._player is not None and self._player.idle

    async def _retire(self) -> None:
        try:
            await self._ports.mirror.deactivate(self.guild_id)
        except Away as error:
            log.warning("Redis is away; a guild stays marked as active", guild=self.guild_id, error=str(error))
        if self._mailbox.quiet and self._idle():
            self._surface.close()
            self._slot.forget(self.guild_id)

    def _on_node(self) -> tuple[int, int] | None:
        player = self._player
        return (player.current.id, player.state.rev) if player is not None and player.current is not None else None

    @property
    def _loaded_player(self) -> GuildPlayer:
        if self._player is None:
            raise RuntimeError("only asked for while a letter is being handled")
        return self._player
