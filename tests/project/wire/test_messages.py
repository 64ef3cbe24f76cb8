"""Messages become JSON and back, ignore what they do not know, and refuse what they are not."""

from __future__ import annotations

import pytest

from project.wire.messages import (
    EVERYWHERE,
    ORDER_KINDS,
    READS,
    Actor,
    Announcement,
    AnnouncementRefused,
    ChannelDeleted,
    Choice,
    Clear,
    Command,
    GuildLeft,
    Inbound,
    Join,
    JoinRefused,
    Leave,
    MalformedMessage,
    MoveTrack,
    MoveVoice,
    Order,
    Outbound,
    Outcome,
    Pause,
    Ping,
    Play,
    Previous,
    Remove,
    RemoveScreen,
    Replay,
    Resume,
    Screen,
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
    Suggest,
    Suggestions,
    TextFile,
    VoiceServerChanged,
    VoiceStateChanged,
    inbound_from_dict,
    outbound_from_json,
    task_name,
    task_names,
    to_dict,
    to_json,
)
from project.wire.orders import (
    Dedupe,
    ExportQueue,
    ForgetMember,
    ImportQueue,
    Jump,
    PlaySaved,
    SearchTracks,
    SetAutoplay,
    SetFairQueue,
    ShowLyrics,
    Swap,
    VoteSkip,
)
from project.wire.staff import ChangeNode, Heal
from project.wire.tuning import SetEqualizer, SetPitch, SetSpeed

ALICE = Actor(kind="member", user_id=2**62, role_ids=(1, 2), permissions=8, voice_channel_id=3)
ORDERS: tuple[Order, ...] = (
    Play(query="x", position="next"),
    PlaySaved(query="Road trip", number=3, position="next"),
    ImportQueue(query="list", lines=("One", "Two")),
    Pause(),
    Resume(),
    Skip(entry=4),
    VoteSkip(),
    Jump(position=3),
    Previous(),
    Replay(),
    Seek(by_ms=-15_000),
    Stop(),
    Join(),
    Leave(),
    SetVolume(level=50),
    SetLoop(mode="queue"),
    SetFilters(preset="nightcore", on=True),
    SetEqualizer(band=3, gain=-25),
    SetSpeed(percent=125),
    SetPitch(percent=80),
    SetAutoplay(mode="artist"),
    SetFairQueue(on=True),
    Shuffle(),
    Remove(first=2, last=3),
    MoveTrack(source=2, target=1),
    Swap(first=1, second=2),
    Dedupe(),
    Clear(),
    ShowQueue(page=2),
    ExportQueue(page=2),
    ShowLyrics(query="a song", page=2),
    SearchTracks(query="jazz", source="soundcloud"),
    ShowPlaying(),
    Ping(gateway_ms=40),
    Suggest(words="so"),
    Heal(step="rejoin"),
    ChangeNode(node="lavalink-1"),
    ForgetMember(user_id=2**62),
)
INBOUND: tuple[Inbound, ...] = (
    *(Command(id="1", guild_id=2**60, order=order, actor=ALICE, issued_ms=5) for order in ORDERS),
    VoiceStateChanged(guild_id=1, bot_channel_id=None, listeners=0, user_id=2, at_ms=3),
    VoiceServerChanged(guild_id=1, at_ms=3),
    JoinRefused(guild_id=1, channel_id=2, rev=3, at_ms=4),
    ChannelDeleted(guild_id=1, channel_id=2, at_ms=3),
    GuildLeft(guild_id=1, at_ms=3),
    ScreenPosted(guild_id=1, channel_id=2, message_id=2**61, rev=4, at_ms=3),
    ScreenGone(guild_id=1, channel_id=2, at_ms=3, reason="forbidden", missing=("send_messages",)),
    AnnouncementRefused(guild_id=1, channel_id=2, at_ms=3, missing=("view_channel",)),
)
OUTBOUND: tuple[Outbound, ...] = (
    Outcome(command_id="1", guild_id=2, payload={"content": "Hi"}, ephemeral=True),
    Outcome(command_id="1", guild_id=2, payload={}, files=(TextFile(name="a.txt", text="a"),)),
    MoveVoice(guild_id=2, channel_id=None, rev=7),
    Announcement(guild_id=2, channel_id=3, payload={}, nonce="n", otherwise_id=4),
    Screen(guild_id=2, channel_id=3, message_id=None, payload={"embeds": []}, rev=7, nonce="n", fresh=True),
    RemoveScreen(guild_id=2, channel_id=3, message_id=4),
    Suggestions(command_id="1", guild_id=2, choices=(Choice(name="A song", value="https://x.example"),)),
)


def test_every_order_is_tried_here() -> None:
    assert {type(order) for order in ORDERS} == set(ORDER_KINDS)


def test_an_order_says_itself_whether_it_only_reads() -> None:
    reads = {ShowQueue, ExportQueue, SearchTracks, ShowLyrics, ShowPlaying, Ping, Suggest}
    assert set(READS) & set(ORDER_KINDS) == reads


def test_what_became_of_the_player_message_is_told_even_of_a_player_that_is_gone() -> None:
    assert set(EVERYWHERE) == {ScreenPosted, ScreenGone, AnnouncementRefused}


def test_a_command_knows_when_the_gateway_got_it() -> None:
    command = Command(id="1", guild_id=1, order=Ping(), actor=ALICE, issued_ms=5, deadline_ms=12_000)
    assert command.received_ms == 10_000


@pytest.mark.parametrize("message", INBOUND, ids=task_name)
def test_inbound_messages_come_back_as_they_were(message: Inbound) -> None:
    assert inbound_from_dict(to_dict(message)) == message
    assert task_name(message) in task_names()


def test_every_task_name_is_one_that_some_message_has() -> None:
    assert {task_name(message) for message in INBOUND} == set(task_names())


def test_fields_of_a_newer_process_are_ignored() -> None:
    raw = to_dict(INBOUND[0])
    raw["mood"] = "blue"
    raw["order"]["mood"] = "blue"
    assert inbound_from_dict(raw) == INBOUND[0]


@pytest.mark.parametrize(
    "raw", [{}, {"type": "command"}, {"type": "nonsense"}, {"type": "guild_left", "guild_id": "x"}]
)
def test_what_is_no_message_is_refused(raw: dict[str, object]) -> None:
    with pytest.raises(MalformedMessage):
        inbound_from_dict(raw)


@pytest.mark.parametrize("message", OUTBOUND, ids=lambda message: type(message).__name__)
def test_outbound_messages_come_back_as_they_were(message: Outbound) -> None:
    assert outbound_from_json(to_json(message)) == message


def test_what_is_no_outbound_message_is_refused() -> None:
    with pytest.raises(MalformedMessage):
        outbound_from_json("{")
