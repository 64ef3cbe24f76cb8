"""Random orders and facts: tracks are conserved, at most one plays, nothing gets stuck, the saved equals the memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import initialize, precondition, rule

from project.wire.messages import Actor, ChannelDeleted, GuildLeft, JoinRefused, Order, Play, ScreenGone, ScreenPosted
from project.wire.orders import (
    ORDER_KINDS,
    ForgetMember,
    ImportQueue,
    Ping,
    PlaySaved,
    SearchTracks,
    ShowLyrics,
    Suggest,
)
from project.wire.staff import STAFF_KINDS, Heal
from tests.workers.player.cast import ALICE, BOB, CHARLIE, CHAT, DJ_ROLE, GUILD, LOUNGE, STUDIO, all_of, only, song
from tests.workers.player.given_orders import ORDERS, SEARCHED
from tests.workers.player.machine import Machine
from workers.player.effects import Reply, Search
from workers.player.facts import (
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
    WakeReason,
    Woken,
)
from workers.player.guild_player import GuildPlayer
from workers.player.importing import FIRST_LINES, PART_LINES

STAFF = Actor(kind="staff", user_id=0)
POSITIONS = st.sampled_from(["end", "next", "now"])
ACTORS = st.sampled_from([ALICE, ALICE, BOB, BOB, CHARLIE])
ENDINGS = st.sampled_from(["finished"] * 6 + ["loadFailed", "stopped", "replaced", "cleanup"])
PLACES = st.sampled_from([LOUNGE] * 6 + [STUDIO, None])


class PlayerMachine(Machine):
    """Whatever can happen to a player, in any order."""

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

    @initialize(dj=st.booleans(), playing=st.booleans())
    def begin(self, dj: bool, playing: bool) -> None:
        """Some guilds have a DJ role: then Alice skips, and the others vote. In some an album plays already."""
        if dj:
            self.stage.rules = replace(self.stage.rules, dj_role_id=DJ_ROLE)
        if playing:
            self.play_found("end", 4)
            self.voice(LOUNGE, 3)

    @rule(actor=ACTORS)
    def play_saved(self, actor: Any) -> None:
        """Somebody plays what a member keeps."""
        self.tell(self.stage.command(PlaySaved(query="Mix"), actor))

    @rule(actor=ACTORS, position=POSITIONS, parts=st.integers(1, 3))
    def import_queue(self, actor: Any, position: Any, parts: int) -> None:
        """Somebody imports a list, which may be looked up in parts."""
        lines = tuple(f"{number}" for number in range(FIRST_LINES + (parts - 1) * PART_LINES))
        self.tell(self.stage.command(ImportQueue(query="x", lines=lines, position=position), actor))

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
        goes_on = command_id in self.searching
        assert self.answered.count(command_id) == (0 if goes_on else 1)

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

    @rule(orders=st.lists(st.sampled_from(ORDERS), min_size=5, max_size=15), actor=ACTORS)
    def a_flurry(self, orders: list[Order], actor: Any) -> None:
        """Somebody tries everything: Hypothesis itself would give most orders hardly ever."""
        for order in orders:
            self.order(order, actor)
            self.members_see_what_is_true()
            self.what_is_saved_is_what_is_remembered()

    @rule(step=st.sampled_from(["voice", "rejoin"]))
    def heal(self, step: Any) -> None:
        """Support has it heard again."""
        self.order(Heal(step=step), STAFF)

    @rule()
    def new_owner(self) -> None:
        """Somebody else restores what was saved."""
        self.searching.clear()
        self.following.clear()
        saved = self.database
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
        self.perform(self.stage.arrive(channel, listeners))

    @rule(what=st.sampled_from(["empty", "voice"]))
    def alarm_rings(self, what: WakeReason) -> None:
        """The player is woken, perhaps too early."""
        self.tell(Woken(what, self.stage.now_ms))

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


PlayerMachine.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)
TestPlayer = PlayerMachine.TestCase


def test_every_order_is_given() -> None:
    members_cannot = {ForgetMember, *STAFF_KINDS}
    elsewhere = {Ping, Suggest, ShowLyrics}
    assert {type(order) for order in ORDERS} | set(SEARCHED) == set(ORDER_KINDS) - elsewhere - members_cannot
