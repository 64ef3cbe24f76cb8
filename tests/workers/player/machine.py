"""A player, the database it saves to and what members see of it, and what must always be true of the three."""

from __future__ import annotations

import msgspec
from hypothesis.stateful import RuleBasedStateMachine, invariant

from project.wire.messages import Command, GuildEvent
from tests.workers.player.cast import GUILD, Stage, all_of
from workers.player.effects import Effect, Fetch, Reply, Save, Search, SearchMany, ShowPlayer, StartTrack
from workers.player.facts import Fact
from workers.player.guild_player import GuildPlayer
from workers.player.limits import GuildRules, Limits
from workers.player.outcomes import PlayerShown
from workers.player.showing import NOWHERE, player_shown
from workers.player.track import Entry, EntryStatus, PlayerState


class Database:
    """What PostgreSQL holds when it has carried out every Save."""

    def __init__(self) -> None:
        self.state = PlayerState(guild_id=GUILD)
        self.entries: dict[int, tuple[Entry, EntryStatus]] = {}

    def commit(self, save: Save) -> None:
        """Apply a Save as the adapter does."""
        assert save.state.rev == self.state.rev + 1
        self.state = save.state
        self.entries.update((entry.id, (entry, status)) for entry, status in save.put)
        for number in save.removed:
            del self.entries[number]

    def having(self, status: EntryStatus) -> tuple[Entry, ...]:
        """Entries of a status in the order of their ranks."""
        found = (entry for entry, its in self.entries.values() if its == status)
        return tuple(sorted(found, key=lambda entry: entry.rank))


def lasting(state: PlayerState) -> PlayerState:
    """Without the position clock, which is saved in batches."""
    return msgspec.structs.replace(state, position_ms=0, position_at_ms=0)


def visible(shown: PlayerShown) -> PlayerShown:
    """Without what moves by itself, or with those who come and go: nobody edits a message for that."""
    return msgspec.structs.replace(shown, position_ms=0, at_ms=0, votes_needed=0)


class Machine(RuleBasedStateMachine):
    """What all rules share. A turn is handled twice, rolled back in between, and then committed."""

    def __init__(self) -> None:
        super().__init__()
        rules = GuildRules(pause_when_empty=True, leave_after_ms=30_000)
        self.stage = Stage(limits=Limits(queue_size=12, import_size=8), rules=rules)
        self.database = Database()
        self.searching: list[str] = []
        self.following: list[str] = []
        self.answered: list[str] = []
        self.shown: PlayerShown | None = None
        self.created = 0
        self.removed = 0

    @property
    def player(self) -> GuildPlayer:
        """The player under test."""
        return self.stage.player

    def tell(self, message: Command | GuildEvent | Fact) -> list[Effect]:
        """Handle a message twice, rolled back in between: the outcome must be the same; then commit it."""
        before = self.player.checkpoint()
        kept = before.copy()
        first_id = self.player.state.next_entry
        trial = self.stage.handle(message)
        self.player.rollback(before)
        assert self.player.checkpoint() == kept
        effects = self.stage.handle(message)
        assert effects == trial
        self.created += self.player.state.next_entry - first_id
        self.perform(effects)
        return effects

    def perform(self, effects: list[Effect]) -> None:
        """Do what the player wants, as far as these tests have to know of it."""
        saves = all_of(effects, Save)
        assert saves == effects[: len(saves)]
        assert len(saves) <= 1
        for save in saves:
            self.removed += len(save.removed)
            self.database.commit(save)
        for start in all_of(effects, StartTrack):
            assert start.entry == self.player.current
            assert start.rev == self.player.state.rev
        self.searching += [search.command_id for search in all_of(effects, SearchMany)]
        self.searching += [fetch.command_id for fetch in all_of(effects, Fetch)]
        for search in all_of(effects, Search):
            (self.following if search.command_id.startswith("autoplay-") else self.searching).append(search.command_id)
        assert len(self.following) <= 1, "at most one search for what follows by itself"
        for show in all_of(effects, ShowPlayer):
            self.shown = show.shown
        self.answered += [reply.command_id for reply in all_of(effects, Reply) if not reply.followup]

    @invariant()
    def what_is_saved_is_what_is_remembered(self) -> None:
        """Restoring from the database gives the same player."""
        assert lasting(self.database.state) == lasting(self.player.state)
        current = self.player.current
        assert self.database.having("current") == ((current,) if current else ())
        assert self.database.having("queued") == self.player.queue
        assert self.database.having("played") == self.player.played

    @invariant()
    def entries_are_conserved(self) -> None:
        """Every entry that was ever made is queued, current, remembered or removed."""
        there = len(self.player.queue) + (self.player.current is not None) + len(self.player.played)
        assert there + self.removed == self.created

    @invariant()
    def it_is_never_stuck(self) -> None:
        """While connected and not stopped, something plays or a search is awaited, as long as anything waits."""
        state = self.player.state
        if state.voice_channel_id is not None and state.stopped_by is None and self.player.current is None:
            assert not self.player.queue or self.searching

    @invariant()
    def the_clock_is_sane(self) -> None:
        """The position lies within the track."""
        position = self.player.position_ms(self.stage.now_ms)
        assert 0 <= position <= (self.player.current.track.length_ms if self.player.current else 0)

    @invariant()
    def members_see_what_is_true(self) -> None:
        """While something is current and there is a channel for it, the player message shows the player as it is."""
        state, memory = self.player.state, self.player.checkpoint()
        if self.player.current is None or state.text_channel_id is None or state.screen_message_id == NOWHERE:
            return
        assert self.shown is not None
        assert visible(self.shown) == visible(
            player_shown(memory, self.stage.now_ms, self.stage.limits, self.stage.rules)
        )
