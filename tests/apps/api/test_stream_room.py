"""Who may open how many event streams."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from apps.accounts.selectors import Caller
from apps.api.stream_room import DESK, DESK_ROOM, MOST, MOST_OF_CALLER, MOST_OF_GUILD, StreamRoom, whose_is

GUILD = 1 << 22


def filled(room: StreamRoom, streams: list[tuple[int, str]]) -> ExitStack:
    """All of these are open until it ends."""
    stack = ExitStack()
    for guild_id, whose in streams:
        stack.enter_context(room.taken(guild_id, whose))
    return stack


def test_a_guild_has_so_many() -> None:
    room = StreamRoom()
    with filled(room, [(GUILD, f"user:{n}") for n in range(MOST_OF_GUILD)]):
        assert not room.has_room(GUILD, "user:99")
        assert room.has_room(GUILD + 1, "user:99")
        assert room.has_room(GUILD, DESK), "staff can look at it all the same"
    assert room.has_room(GUILD, "user:99")


def test_a_caller_has_so_many_in_all_guilds_together() -> None:
    room = StreamRoom()
    with filled(room, [(guild_id, "user:1") for guild_id in range(MOST_OF_CALLER)]):
        assert not room.has_room(GUILD, "user:1")
        assert room.has_room(GUILD, "user:2")


def test_the_desk_watches_many_guilds_and_each_so_often() -> None:
    room = StreamRoom()
    with filled(room, [(guild_id, DESK) for guild_id in range(2 * MOST_OF_CALLER)]):
        assert room.has_room(GUILD, DESK)
    with filled(room, [(GUILD, DESK)] * MOST_OF_GUILD):
        assert not room.has_room(GUILD, DESK)
        assert room.has_room(GUILD, "user:1")


def test_the_last_places_are_the_desks() -> None:
    room = StreamRoom()
    with filled(room, [(n, f"user:{n}") for n in range(MOST - DESK_ROOM)]):
        assert not room.has_room(GUILD, "user:9999")
        with filled(room, [(n, DESK) for n in range(DESK_ROOM - 1)]):
            assert room.has_room(GUILD, DESK)
        with filled(room, [(n, DESK) for n in range(DESK_ROOM)]):
            assert not room.has_room(GUILD, DESK)


def test_a_place_is_free_again_whatever_became_of_the_stream() -> None:
    room = StreamRoom()
    for _ in range(MOST_OF_GUILD + 1):
        with pytest.raises(ZeroDivisionError), room.taken(GUILD, "user:1"):
            raise ZeroDivisionError
    assert room.has_room(GUILD, "user:1")


def test_a_person_and_their_tokens_are_one_and_an_operators_token_is_its_own() -> None:
    person = Caller("person", 1, 7, "Alice", frozenset())
    made = Caller("token", 2, 7, "Robot", frozenset())
    operators = Caller("token", 3, 0, "Robot", frozenset())
    assert whose_is(person) == whose_is(made) == "user:7"
    assert whose_is(operators) == "token:3"
