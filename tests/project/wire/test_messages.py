"""Messages become JSON and back, ignore what they do not know, and refuse what they are not."""

from __future__ import annotations

import pytest

from project.wire.messages import (
    Actor,
    ChannelDeleted,
    Command,
    GuildLeft,
    Inbound,
    Join,
    JoinRefused,
    Leave,
    MalformedMessage,
    MoveVoice,
    Outcome,
    Pause,
    Play,
    Resume,
    ShowQueue,
    Skip,
    Stop,
    VoiceServerChanged,
    VoiceStateChanged,
    inbound_from_dict,
    outbound_from_json,
    task_name,
    task_names,
    to_dict,
    to_json,
)

ALICE = Actor(kind="member", user_id=2**62, role_ids=(1, 2), permissions=8, voice_channel_id=3)
ORDERS = (
    Play(query="x", position="next"),
    Pause(),
    Resume(),
    Skip(entry=4),
    Stop(),
    Join(),
    Leave(),
    ShowQueue(page=2),
)
INBOUND: tuple[Inbound, ...] = (
    *(Command(id="1", guild_id=2**60, order=order, actor=ALICE, issued_ms=5) for order in ORDERS),
    VoiceStateChanged(guild_id=1, bot_channel_id=None, listeners=0, user_id=2, at_ms=3),
    VoiceServerChanged(guild_id=1, at_ms=3),
    JoinRefused(guild_id=1, channel_id=2, rev=3, at_ms=4),
    ChannelDeleted(guild_id=1, channel_id=2, at_ms=3),
    GuildLeft(guild_id=1, at_ms=3),
)


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


@pytest.mark.parametrize(
    "message",
    [
        Outcome(command_id="1", guild_id=2, payload={"content": "Hi"}, ephemeral=True),
        MoveVoice(guild_id=2, channel_id=None, rev=7),
    ],
)
def test_outbound_messages_come_back_as_they_were(message: Outcome | MoveVoice) -> None:
    assert outbound_from_json(to_json(message)) == message


def test_what_is_no_outbound_message_is_refused() -> None:
    with pytest.raises(MalformedMessage):
        outbound_from_json("{")
