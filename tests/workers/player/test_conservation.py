"""Random orders and facts: tracks are conserved, at most one plays, nothing gets stuck, the saved equals the memory."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import msgspec
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from project.wire.messages import (
    ChannelDeleted,
    Clear,
    Command,
    GuildEvent,
    GuildLeft,
    Join,
    JoinRefused,
    Leave,
    MoveTrack,
    Order,
    Pause,
    Play,
    Previous,
    Remove,
    Replay,
    Resume,
    ScreenGone,
    ScreenPosted,
    Seek,
    SetFilters,
    SetLoop,
    SetVolume,
    ShowPlaying,
    ShowQueue,
    Shuffle,
    Skip,
    Stop,
)
from project.wire.orders import (
    Dedupe,
    ExportQueue,
    ImportQueue,
    Jump,
    SearchTracks,
    SetAutoplay,
    SetEqualizer,
    SetFairQueue,
    SetPitch,
    SetSpeed,
    Swap,
    VoteSkip,
)
from tests.workers.player.cast import ALICE, BOB, CHARLIE, CHAT, GUILD, LOUNGE, STUDIO, Stage, all_of, only, song
from workers.player.effects import Effect, Reply, Save, Search, SearchMany, StartTrack
from workers.player.facts import (
    Fact,
    LivePlayer,
    NodeLost,
    PlaceGivenUp,
    PlayerAdopted,
    PositionReported,
    TrackEnded,
    TrackFailed,
    TracksFound,
    TrackStarted,
    TrackStuck,
    VoiceClosed,
    Woken,
)
from workers.player.guild_player import GuildPlayer
from workers.player.limits import GuildRules, Limits
from workers.player.track import Entry, EntryStatus, PlayerState

ORDERS: list[Order] = [Skip(), Skip(), Skip(), Resume(), Resume(), Pause(), Join(), Leave(), Stop(), ShowQueue()]
ORDERS += [Previous(), Previous(), Replay(), Seek(to_ms=70_000), Seek(by_ms=-15_000), SetVolume(by=-10), SetLoop()]
ORDERS += [Shuffle(), Remove(first=2), Remove(first=3, last=1), Remove(mine=True), MoveTrack(source=3, target=1)]
ORDERS += [Jump(position=1), Jump(position=3), Swap(first=1, second=3), Dedupe(), VoteSkip()]
ORDERS += [ExportQueue(), SetAutoplay(mode="similar"), SetAutoplay(), SetFairQueue(on=True), SetFairQueue(on=False)]
ORDERS += [SetEqualizer(band=2, gain=30), SetSpeed(percent=200), SetSpeed(percent=50), SetPitch(percent=150)]
ORDERS += [MoveTrack(source=1, target=2), Clear(), SetFilters(preset="8d"), ShowPlaying()]
POSITIONS = st.sampled_from(["end", "next", "now"])
ACTORS = st.sampled_from([ALICE, ALICE, BOB, BOB, CHARLIE])
ENDINGS = st.sampled_from(["finished"] * 6 + ["loadFailed", "stopped", "replaced", "cleanup"])
PLACES = st.sampled_from([LOUNGE] * 6 + [STUDIO, None])


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


class PlayerMachine(RuleBasedStateMachine):
    """A player, the database it saves to, and the node that plays what it is told."""

    def __init__(self) -> None:
        super().__init__()
        rules = GuildRules(pause_when_empty=True, leave_after_ms=30_000)
        self.stage = Stage(limits=Limits(queue_size=12, import_size=8), rules=rules)
        self.database = Database()
        self.searching: list[str] = []
        self.following: list[str] = []
        self.answered: list[str] = []
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
        self._perform(effects)
        return effects

    def _perform(self, effects: list[Effect]) -> None:
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
        for search in all_of(effects, Search):
            (self.following if search.command_id.startswith("autoplay-") else self.searching).append(search.command_id)
        assert len(self.following) <= 1, "at most one search for what follows by itself"
        self.answered += [reply.command_id for reply in all_of(effects, Reply) if not reply.followup]

    @rule(position=POSITIONS, count=st.integers(1, 4))
    def play_found(self, position: Any, count: int) -> None:
        """Somebody plays an album that is found at once."""
        command = self.stage.command(Play(query="x", position=position), BOB)
        self.tell(command)
        if command.id in self.searching:
            self.searching.remove(command.id)
            self.tell(TracksFound(command.id, tuple(song(f"{command.id}.{n}") for n in range(count)), "Album"))

    @rule(position=POSITIONS, actor=ACTORS)
    def play(self, position: Any, actor: Any) -> None:
        """Somebody plays something."""
        self.tell(self.stage.command(Play(query="x", position=position), actor))

    @rule(actor=ACTORS)
    def import_queue(self, actor: Any) -> None:
        """Somebody imports a list."""
        self.tell(self.stage.command(ImportQueue(query="x", lines=("x", "y")), actor))

    @rule(actor=ACTORS, count=st.integers(0, 3))
    def search_to_choose(self, actor: Any, count: int) -> None:
        """Somebody looks what there is; nothing changes."""
        command = self.stage.command(SearchTracks(query="x"), actor)
        before = self.player.checkpoint()
        self.searching.remove(only(self.tell(command), Search).command_id)
        self.tell(TracksFound(command.id, tuple(song(f"{command.id}.{number}") for number in range(count))))
        assert self.answered.count(command.id) == 1
        assert self.player.checkpoint() == before

    @precondition(lambda self: self.searching)
    @rule(data=st.data(), count=st.integers(0, 6), playlist=st.booleans())
    def search_ends(self, data: st.DataObject, count: int, playlist: bool) -> None:
        """One of the running searches ends."""
        command_id = self.searching.pop(data.draw(st.integers(0, len(self.searching) - 1)))
        tracks = tuple(song(f"{command_id}.{number}") for number in range(count))
        self.tell(TracksFound(command_id, tracks, "Album" if playlist else None))
        assert self.answered.count(command_id) == 1

    @precondition(lambda self: self.following)
    @rule(count=st.integers(0, 3), given_up=st.booleans())
    def what_follows_is_found(self, count: int, given_up: bool) -> None:
        """A search for what follows by itself ends."""
        command_id = self.following.pop()
        tracks = tuple(song(f"{command_id}.{number}") for number in range(count))
        self.tell(PlaceGivenUp(command_id) if given_up else TracksFound(command_id, tracks))

    @precondition(lambda self: self.searching)
    @rule()
    def place_is_given_up(self) -> None:
        """The store was away when a search ended."""
        command_id = self.searching.pop(0)
        self.tell(PlaceGivenUp(command_id))
        self.answered.append(command_id)

    @rule(order=st.sampled_from(ORDERS), actor=ACTORS)
    def order(self, order: Order, actor: Any) -> None:
        """Somebody wants something that is answered at once."""
        command = self.stage.command(order, actor)
        assert [reply.command_id for reply in all_of(self.tell(command), Reply)] == [command.id]

    @rule(loop=st.sampled_from(["off", "track", "queue"]))
    def loop(self, loop: Any) -> None:
        """The guild's looping changes, under a new owner who restores what was saved."""
        self.searching.clear()
        self.following.clear()
        saved = self.database
        saved.state = msgspec.structs.replace(saved.state, loop=loop, voice_channel_id=saved.state.voice_channel_id)
        current = next(iter(saved.having("current")), None)
        self.stage.player = GuildPlayer.restore(saved.state, current, saved.having("queued"), saved.having("played"))
        self.tell(PlayerAdopted(None, self.stage.now_ms))

    @rule(reason=ENDINGS, doubled=st.booleans())
    def track_ends(self, reason: Any, doubled: bool) -> None:
        """The node ends the current entry, perhaps telling twice."""
        if self.player.current is not None:
            fact = TrackEnded(self.player.current.id, reason, self.stage.now_ms)
            self.tell(fact)
            if doubled and reason != "cleanup":
                before = self.player.checkpoint()
                self.tell(fact)
                assert self.player.checkpoint() == before

    @rule(kind=st.sampled_from([TrackFailed, TrackStuck, TrackStarted]))
    def track_reports(self, kind: Any) -> None:
        """The node tells of the current entry."""
        if self.player.current is not None:
            entry, now = self.player.current.id, self.stage.now_ms
            self.tell(TrackFailed(entry, "no", now) if kind is TrackFailed else kind(entry, now))

    @rule(entry=st.integers(1, 30))
    def stale_end(self, entry: int) -> None:
        """A late fact about some other entry."""
        if self.player.current is None or self.player.current.id != entry:
            assert self.tell(TrackEnded(entry, "finished", self.stage.now_ms)) == []

    @rule(position=st.integers(0, 200_000))
    def position(self, position: int) -> None:
        """A playerUpdate."""
        assert self.tell(PositionReported(position, self.stage.now_ms, True)) == []

    @rule(channel=PLACES, listeners=st.integers(0, 3))
    def voice(self, channel: int | None, listeners: int) -> None:
        """Discord says where the bot is."""
        self._perform(self.stage.arrive(channel, listeners))

    @rule()
    def alarm_rings(self) -> None:
        """The player is woken, perhaps too early."""
        self.tell(Woken("empty", self.stage.now_ms))

    @rule(channel=st.sampled_from([CHAT, STUDIO]), posted=st.booleans(), message=st.integers(1, 3))
    def message_moves(self, channel: int, posted: bool, message: int) -> None:
        """The player message was posted, or may not be."""
        now = self.stage.now_ms
        if posted:
            self.tell(ScreenPosted(guild_id=GUILD, channel_id=channel, message_id=message, rev=1, at_ms=now))
        else:
            self.tell(ScreenGone(guild_id=GUILD, channel_id=channel, at_ms=now, reason="forbidden"))

    @rule(code=st.sampled_from([4009, 4014, 4016, 4006]))
    def voice_closes(self, code: int) -> None:
        """Discord closes the node's voice connection."""
        self.tell(VoiceClosed(code, "", True, self.stage.now_ms))

    @rule(channel=st.sampled_from([CHAT, STUDIO, LOUNGE]))
    def channel_goes(self, channel: int) -> None:
        """A channel is deleted, or could not be joined."""
        rev, now = self.player.state.rev, self.stage.now_ms
        self.tell(JoinRefused(guild_id=GUILD, channel_id=channel, rev=rev, at_ms=now))
        self.tell(ChannelDeleted(guild_id=GUILD, channel_id=channel, at_ms=now))

    @rule(left=st.integers(0, 19))
    def guild_goes(self, left: int) -> None:
        """Rarely the bot is removed from the guild."""
        if left == 19:
            self.tell(GuildLeft(guild_id=GUILD, at_ms=self.stage.now_ms))
            assert not self.database.entries

    @rule(ahead=st.integers(-2, 2), entry=st.integers(0, 30), paused=st.booleans())
    def adopted(self, ahead: int, entry: int, paused: bool) -> None:
        """A new owner finds something on the node, which may be ahead of the database."""
        rev, now = self.player.state.rev, self.stage.now_ms
        if ahead <= 0:  # a revision from the future would jump the database's count: see test_adoption
            live = LivePlayer(GUILD, entry or None, max(0, rev + ahead), 1, 0, now, paused, 100, True)
            self.tell(PlayerAdopted(live, now))
        else:
            self.tell(NodeLost(now))

    @rule(ms=st.sampled_from([1, 500, 6_000, 40_000, 200_000]))
    def wait(self, ms: int) -> None:
        """Time passes."""
        self.stage.wait(ms)

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


PlayerMachine.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)
TestPlayer = PlayerMachine.TestCase
