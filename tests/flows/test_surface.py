"""What members touch: every command, every button, what is shown while they type, and the player message itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.control_client import wait_for
from tests.flows.conftest import Room, text_of
from tests.flows.test_main_path import LONG, LONG_HZ, SHORT, SHORT_HZ, hears, stands_still

TITLES = ("Greensleeves", "Ode to Joy")


def act(room: Room, who: str, kind: str, **what: Any) -> str:
    """A member presses, chooses or types; the interaction's id."""
    place = {"guild_id": room.guild_id, "channel_id": room.text_id, "user_id": room.members[who], "type": kind}
    return str(room.control.post("/interactions", {**place, **what})["interaction_id"])


def press(room: Room, action: str, name: str = "Alice") -> dict[str, Any]:
    """A member presses a button of the player message; what the member then sees of it."""
    wait_for(lambda: action in offered(room), f"a {action} button that works")
    message, custom_id = player(room), offered(room)[action]
    interaction = act(room, name, "button", custom_id=custom_id, message_id=message["id"])
    return acknowledged(room, interaction)


def acknowledged(room: Room, interaction: str) -> dict[str, Any]:
    """What the member sees of an interaction once Discord has a first response."""

    def seen() -> dict[str, Any] | None:
        state: dict[str, Any] = room.control.get(f"/interactions/{interaction}")
        return state if state["callback_type"] is not None else None

    state: dict[str, Any] = wait_for(seen, f"a first response to {interaction}")
    return state


def messages(room: Room) -> list[dict[str, Any]]:
    """The text channel, newest first."""
    shown: list[dict[str, Any]] = room.control.get(f"/messages/{room.text_id}")
    return shown


def players(room: Room) -> list[dict[str, Any]]:
    """The player messages in the channel; there is never more than one."""
    return [message for message in messages(room) if "segue:add:" in json.dumps(message["components"])]


def player(room: Room) -> dict[str, Any]:
    """The player message."""
    found: list[dict[str, Any]] = wait_for(lambda: players(room), "a player message")
    assert len(found) == 1
    return found[0]


def offered(room: Room) -> dict[str, str]:
    """Custom ids of the player message's parts that are not disabled, by action."""
    parts = [part for message in players(room) for row in message["components"] for part in row["components"]]
    return {part["custom_id"].split(":")[1]: part["custom_id"] for part in parts if not part.get("disabled")}


def shows(room: Room, *words: str) -> bool:
    """The player message says all of these."""
    return bool(
        wait_for(
            lambda: any(all(word in json.dumps(one, ensure_ascii=False) for word in words) for one in players(room)),
            f"a player message with {words}",
        )
    )


def listed(room: Room) -> str:
    """What /queue tells."""
    return text_of(room.slash("Charlie", "queue"))


@pytest.fixture
def playing(room: Room) -> Room:
    """Alice and Bob listen to the long tone; the short one waits."""
    room.join("Alice")
    room.join("Bob")
    room.slash("Alice", "play", query=LONG)
    room.slash("Bob", "play", query=SHORT)
    assert hears(room, LONG_HZ)
    assert shows(room, LONG, SHORT)
    return room


def test_seeking_forward_back_and_from_the_beginning(playing: Room) -> None:
    assert "0:10" in text_of(playing.slash("Alice", "seek", position="0:10"))
    assert "0:2" in text_of(playing.slash("Alice", "forward"))
    assert "0:1" in text_of(playing.slash("Alice", "rewind", seconds=10))
    playing.slash("Alice", "replay")
    assert "0:0" in text_of(playing.slash("Alice", "seek", position="-1"))


def test_volume_loop_and_filters(playing: Room) -> None:
    assert "40" in text_of(playing.slash("Alice", "volume", level=40))
    assert shows(playing, "40 %")
    playing.slash("Alice", "loop", mode="queue")
    playing.slash("Alice", "filter", preset="bassboost")
    assert shows(playing, "40 %", "✅")


def test_tracks_are_moved_and_taken_out_by_their_positions(playing: Room) -> None:
    for title in TITLES[:2]:
        playing.slash("Alice", "play", query=title)
    playing.slash("Alice", "move", **{"from": 3, "to": 1})
    listing = listed(playing)
    assert listing.index(TITLES[1]) < listing.index(SHORT) < listing.index(TITLES[0])
    assert TITLES[1] in text_of(playing.slash("Alice", "remove", position="1"))
    assert TITLES[1] not in listed(playing)
    playing.slash("Alice", "remove", position="1-2")
    assert SHORT not in listed(playing)


def test_the_queue_is_mixed_thinned_and_emptied(playing: Room) -> None:
    for title in TITLES:
        playing.slash("Alice", "play", query=title)
    playing.slash("Alice", "shuffle")
    playing.slash("Bob", "remove", position="mine")
    listing = listed(playing)
    assert SHORT not in listing
    assert all(title in listing for title in TITLES)
    playing.slash("Alice", "clear")
    listing = listed(playing)
    assert not any(title in listing for title in TITLES)


def test_next_now_and_back_again(playing: Room) -> None:
    playing.slash("Alice", "playnext", query=TITLES[0])
    assert listed(playing).index(TITLES[0]) < listed(playing).index(SHORT)
    playing.slash("Alice", "playnow", query=SHORT)
    assert hears(playing, SHORT_HZ)
    playing.slash("Alice", "previous")
    assert hears(playing, LONG_HZ)


def test_what_plays_and_how_quickly_everything_answers(playing: Room) -> None:
    assert LONG in text_of(playing.slash("Charlie", "nowplaying"))
    pong = playing.control.answer(playing.send("Charlie", "ping"))
    assert pong["ephemeral"]
    assert "ms" in text_of(pong)


@pytest.mark.parametrize(
    ("command", "options", "words"),
    [
        ("seek", {"position": "soon"}, "Write it like"),
        ("remove", {"position": "all"}, "Write a position like"),
        ("remove", {"position": "99"}, ""),
        ("move", {"from": 1, "to": 99}, ""),
    ],
)
def test_what_cannot_be_is_said_to_the_member_alone(
    playing: Room, command: str, options: dict[str, Any], words: str
) -> None:
    assert words in playing.refusal("Alice", command, **options)


def shown_alone(seen: dict[str, Any]) -> bool:
    """The button is acknowledged, and nothing is said: the player message shows its effect."""
    return (seen["callback_type"], seen["followups"]) == (6, [])


def test_buttons_hold_move_and_change_the_track(playing: Room) -> None:
    room = playing
    assert shown_alone(press(room, "pause"))
    assert stands_still(room)
    assert shown_alone(press(room, "resume"))
    assert hears(room, LONG_HZ)
    assert shown_alone(press(room, "forward"))
    assert shown_alone(press(room, "back"))
    assert shown_alone(press(room, "skip"))
    assert hears(room, SHORT_HZ)
    assert shown_alone(press(room, "previous"))
    assert hears(room, LONG_HZ)
    assert len(players(room)) == 1
    told = room.control.answer(press(room, "stop")["interaction_id"])
    assert not any(words["ephemeral"] for words in told["followups"] or [told])
    wait_for(lambda: not room.ears()["connected"], "the bot to leave")


def test_buttons_change_how_it_sounds_and_what_comes(playing: Room) -> None:
    room = playing
    room.slash("Alice", "play", query=TITLES[0])
    assert shown_alone(press(room, "shuffle"))
    assert shown_alone(press(room, "loop"))
    assert shown_alone(press(room, "quieter"))
    assert shows(room, "90 %")
    assert shown_alone(press(room, "louder"))
    assert shows(room, "100 %")
    assert press(room, "queue", "Charlie")["ephemeral"]
    menu = {"custom_id": offered(room)["filters"], "message_id": player(room)["id"]}
    assert shown_alone(acknowledged(room, act(room, "Alice", "select", **menu, values=["nightcore"])))
    assert shows(room, "✅")


def test_a_button_of_a_track_that_is_over_skips_nothing(playing: Room) -> None:
    skip = offered(playing)["skip"]
    playing.slash("Alice", "play", query=TITLES[0])
    playing.slash("Alice", "skip")
    assert hears(playing, SHORT_HZ)
    interaction = act(playing, "Bob", "button", custom_id=skip, force=True)
    seen = playing.control.answer(interaction)
    assert seen["ephemeral"]
    assert SHORT in text_of(playing.slash("Charlie", "nowplaying"))


def test_a_member_outside_the_channel_may_press_nothing(playing: Room) -> None:
    seen = playing.control.answer(
        act(playing, "Charlie", "button", custom_id=offered(playing)["pause"], message_id=player(playing)["id"])
    )
    assert seen["ephemeral"]
    assert hears(playing, LONG_HZ)


def test_the_player_message_is_edited_and_comes_back_when_it_was_deleted(playing: Room) -> None:
    first = player(playing)["id"]
    press(playing, "loop")
    press(playing, "quieter")
    assert shows(playing, "90 %")
    assert player(playing)["id"] == first
    playing.control.delete(f"/messages/{first}")
    press_by_id = act(playing, "Alice", "button", custom_id=f"segue:louder:{playing.guild_id}", force=True)
    assert acknowledged(playing, press_by_id)["callback_type"] == 6
    assert shows(playing, "100 %")
    assert player(playing)["id"] != first
    press(playing, "quieter")
    assert shows(playing, "90 %")
    assert len(players(playing)) == 1


def test_the_next_track_brings_the_player_message_below_the_chat(playing: Room) -> None:
    first = player(playing)["id"]
    body = {"channel_id": playing.text_id, "user_id": playing.members["Bob"], "content": "what a tone"}
    playing.control.post("/messages", body)
    press(playing, "skip")
    assert hears(playing, SHORT_HZ)
    wait_for(lambda: [one["id"] for one in players(playing)] not in ([], [first]), "the player message anew")
    assert messages(playing)[0]["id"] == player(playing)["id"]


def test_while_a_member_types_titles_are_suggested_and_the_choice_plays(room: Room) -> None:
    room.join("Alice")
    typed = act(room, "Alice", "autocomplete", name="play", options={"query": "short inter"})
    choices = wait_for(lambda: acknowledged(room, typed)["choices"], "suggestions")
    chosen = next(choice for choice in choices if SHORT in choice["name"])
    room.slash("Alice", "play", query=chosen["value"])
    assert hears(room, SHORT_HZ)

    def remembered() -> bool:
        empty = act(room, "Alice", "autocomplete", name="playnext", options={"query": ""})
        return any(SHORT in choice["name"] for choice in acknowledged(room, empty)["choices"] or ())

    assert wait_for(remembered, "her own titles")
