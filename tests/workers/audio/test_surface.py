"""What a guild's player shows and waits for: only the newest is sent, nothing holds a letter up, alarms ring once."""

from __future__ import annotations

import asyncio
import re

import pytest

from project.spawned import Spawned
from project.wire.messages import Announcement, Ping, Play, Screen, SetVolume, ShowPlaying
from project.wire.messages import RemoveScreen as RemoveScreenMessage
from project.wire.orders import ShowLyrics
from tests.workers.audio.fakes import Stream
from tests.workers.audio.slot_stage import GUILD, Stage, until
from workers.audio.speaker import Speaker
from workers.audio.surface import Surface
from workers.player.announcements import PlaybackStopped
from workers.player.effects import Announce, RemoveScreen, ShowPlayer, WakeAt
from workers.player.facts import Fact, Woken
from workers.player.outcomes import PlayerShown
from workers.player.track import PlayerState
from workers.ports import NodeRefused, SavedPlayer

CHAT, MESSAGE = 9, 77
IDLE = PlayerShown(
    guild_id=GUILD,
    current=None,
    position_ms=0,
    at_ms=0,
    paused=False,
    stopped_by=None,
    connected=True,
    volume=100,
    volume_cap=200,
    loop="off",
    filters=(),
    up_next=(),
    waiting=0,
    kept=0,
    has_previous=False,
)


class Board:
    """A surface with its stream; `rung` is what the player was woken with."""

    def __init__(self, guild_id: int = GUILD) -> None:
        self.stream = Stream()
        self.rung: list[Fact] = []
        self.now_ms = 1_000
        self.surface = Surface(guild_id, Speaker(self.stream), Spawned(), self.rung.append, lambda: self.now_ms)

    def show(self, rev: int, *, fresh: bool = False, channel_id: int = CHAT) -> None:
        self.surface.perform(ShowPlayer(channel_id, MESSAGE, IDLE, "en", rev, fresh))

    @property
    def screens(self) -> list[Screen]:
        return [message for message in self.stream.sent if isinstance(message, Screen)]


@pytest.fixture
async def stage() -> Stage:
    """A slot that was taken, with its node."""
    made = Stage()
    await made.slot.take("test")
    await until(lambda: made.connected)
    return made


async def test_while_one_is_on_its_way_only_the_newest_of_the_later_ones_is_kept() -> None:
    board = Board()
    board.stream.away = 2
    board.show(1)
    await asyncio.sleep(0.01)
    for rev in range(2, 9):
        board.show(rev, fresh=rev == 4)
    await until(lambda: len(board.screens) == 2)
    assert [(screen.rev, screen.fresh) for screen in board.screens] == [(1, False), (8, True)]


async def test_a_screen_names_its_message() -> None:
    board = Board()
    board.show(3)
    await until(lambda: bool(board.screens))
    screen = board.screens[0]
    assert (screen.guild_id, screen.channel_id, screen.message_id) == (GUILD, CHAT, MESSAGE)
    assert screen.payload["embeds"]


async def test_two_guilds_at_one_revision_never_send_one_nonce() -> None:
    ours, theirs = Board(), Board(GUILD + 1)
    ours.show(3)
    theirs.show(3, channel_id=CHAT + 1)
    await until(lambda: bool(ours.screens) and bool(theirs.screens))
    assert ours.screens[0].nonce != theirs.screens[0].nonce


async def test_what_was_to_be_shown_where_the_message_is_removed_is_not_shown_there() -> None:
    board = Board()
    board.stream.away = 1
    board.show(1)
    await asyncio.sleep(0.01)
    board.show(2)
    board.surface.perform(RemoveScreen(CHAT, MESSAGE))
    board.show(3, channel_id=10)
    await until(lambda: len(board.stream.sent) == 3)
    assert [screen.rev for screen in board.screens] == [1, 3]
    assert RemoveScreenMessage(guild_id=GUILD, channel_id=CHAT, message_id=MESSAGE) in board.stream.sent


async def test_a_screen_that_cannot_be_worded_does_not_stop_the_next() -> None:
    board = Board()
    board.surface.perform(ShowPlayer(CHAT, None, None, "en", 1, False))  # type: ignore[arg-type] # a fault of ours
    await asyncio.sleep(0.01)
    board.show(2)
    await until(lambda: [screen.rev for screen in board.screens] == [2])


async def test_an_announcement_is_said() -> None:
    board = Board()
    board.surface.perform(Announce(CHAT, PlaybackStopped(cause="empty", kept=2), "es", "n-1"))
    await until(lambda: bool(board.stream.sent))
    (message,) = board.stream.sent
    assert isinstance(message, Announcement)
    assert message.payload["content"].startswith("Nadie")


async def test_an_alarm_rings_once_and_a_later_one_takes_its_place() -> None:
    board = Board()
    board.surface.perform(WakeAt(board.now_ms + 3_600_000, "empty"))
    board.surface.perform(WakeAt(board.now_ms - 5, "empty"))
    await until(lambda: bool(board.rung))
    await asyncio.sleep(0.01)
    assert board.rung == [Woken("empty", board.now_ms)]


async def test_an_alarm_that_is_taken_back_or_closed_does_not_ring() -> None:
    board = Board()
    board.surface.perform(WakeAt(board.now_ms + 20, "empty"))
    board.surface.perform(WakeAt(None, "empty"))
    board.surface.perform(WakeAt(board.now_ms + 20, "voice"))
    board.surface.close()
    await asyncio.sleep(0.05)
    assert board.rung == []


async def test_a_turn_that_changes_what_is_seen_is_shown(stage: Stage) -> None:
    await stage.command(Play(query="A"))
    await stage.command(SetVolume(level=50), "c2")
    screens = [message for message in stage.stream.sent if isinstance(message, Screen)]
    await until(lambda: bool(screens))
    assert stage.session.done.count(("volume", 50)) == 1
    assert [screen.fresh for screen in screens][:1] == [True]


async def test_reads_are_answered_without_a_commit(stage: Stage) -> None:
    await stage.command(Play(query="A"))
    committed = len(stage.store.log)
    assert await stage.command(ShowPlaying(), "c2") == "PlayerShown"
    assert await stage.command(Ping(gateway_ms=40), "c3") == "Pong"
    assert len(stage.store.log) == committed
    said = stage.outcomes[-1].payload["content"]
    assert re.fullmatch(r"Discord's gateway 40 ms · broker no answer · audio node \d+ ms", said)


async def test_a_node_that_gives_no_sign_of_life_is_told_in_a_ping(stage: Stage) -> None:
    stage.session.failing = NodeRefused("away")
    assert await stage.command(Ping(), "c1") == "Pong"
    assert "audio node no answer" in stage.outcomes[-1].payload["content"]


async def test_what_a_member_added_is_remembered_for_them(stage: Stage) -> None:
    await stage.command(Play(query="A"))
    await stage.command(Play(query="nothing"), "c2")
    await until(lambda: bool(stage.suggestions.history))
    assert stage.suggestions.history == [(1, "A", "A")]
    assert set(stage.suggestions.searches) == {"A", "nothing"}


async def test_a_player_that_was_waiting_in_an_empty_channel_goes_on_waiting() -> None:
    stage = Stage()
    state = PlayerState(guild_id=GUILD, voice_channel_id=50, text_channel_id=CHAT, empty_since_ms=1)
    stage.store.saved[GUILD] = SavedPlayer(state, None, (), ())
    await stage.slot.take("test")
    await until(lambda: any(isinstance(message, Announcement) for message in stage.stream.sent))
    assert [message.payload["content"] for message in stage.stream.sent if isinstance(message, Announcement)] == [
        "Nobody was listening, so I left the voice channel."
    ]


async def test_lyrics_are_answered_beside_the_mailbox_without_a_commit(stage: Stage) -> None:
    await stage.command(Play(query="A"))
    committed = len(stage.store.log)
    assert await stage.command(ShowLyrics(), "c2") == "Denied"
    assert len(stage.store.log) == committed
    assert stage.outcomes[-1].ephemeral
    assert "plugin" in stage.outcomes[-1].payload["content"]
