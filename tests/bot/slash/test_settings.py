"""What `/settings …` means."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slash.options import Refused
from bot.slash.registry import by_name
from project.wire.desk import SETTINGS, SOURCES, AllowSource, ChangeSettings, EditBlocklist, ShowBlocklist, ShowSettings
from project.wire.messages import Actor, Command, Order, inbound_from_dict, to_dict

COMMAND = by_name()["settings"]


def order(line: str, **given: Any) -> Order:
    return COMMAND.at(line.split()).order_of({name.replace("_", "-"): value for name, value in given.items()})


@pytest.mark.parametrize(
    ("line", "given", "expected"),
    [
        ("show", {}, ShowSettings()),
        ("set", {"dj_role": "77"}, ChangeSettings(dj_role_id=77)),
        ("set", {"dj_only": False, "max_tracks": 3}, ChangeSettings(dj_only=False, max_tracks_per_member=3)),
        ("set", {"leave_when_empty": 60}, ChangeSettings(leave_after_s=3_600)),
        ("set", {"leave_when_empty": 0}, ChangeSettings(leave_after_s=0)),
        ("set", {"history_days": 0}, ChangeSettings(history_days=0)),
        ("set", {"language": "es"}, ChangeSettings(language="es")),
        ("set", {"language": "auto"}, ChangeSettings(language=None)),
        ("set", {"private_answers": True}, ChangeSettings(ephemeral=True)),
        ("set", {"announce_channel": "8"}, ChangeSettings(announce_channel_id=8)),
        ("set", {}, ChangeSettings()),
        ("reset", {"setting": "dj-role"}, ChangeSettings(dj_role_id=None)),
        ("source", {"source": "youtube", "allowed": False}, AllowSource(source="youtube", allowed=False)),
        (
            "blocklist add",
            {"kind": "artist", "text": " Somebody "},
            EditBlocklist(action="add", kind="artist", text="Somebody"),
        ),
        ("blocklist show", {"page": 2}, ShowBlocklist(page=2)),
        ("blocklist show", {}, ShowBlocklist(page=1)),
        ("blocklist remove", {"kind": "url", "text": "x.io"}, EditBlocklist(action="remove", kind="url", text="x.io")),
    ],
)
def test_options_become_the_order_and_travel_unchanged(line: str, given: dict[str, Any], expected: Order) -> None:
    made = order(line, **given)
    assert made == expected
    sent = Command(id="1", guild_id=1, order=made, actor=Actor(kind="member", user_id=1), issued_ms=1)
    assert inbound_from_dict(to_dict(sent)) == sent


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("set", {"leave_when_empty": 61}),
        ("set", {"default_volume": 0}),
        ("set", {"language": "fr"}),
        ("set", {"dj_role": "everyone"}),
        ("reset", {}),
        ("source", {"source": "radio", "allowed": True}),
        ("blocklist add", {"kind": "word", "text": "x"}),
    ],
)
def test_what_discord_would_not_offer_is_refused(line: str, given: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        order(line, **given)


def test_every_setting_can_be_set_and_reset() -> None:
    assert {option.name for option in COMMAND.at(["set"]).options} == set(SETTINGS.values())
    for name in SETTINGS.values():
        assert isinstance(order("reset", setting=name), ChangeSettings)


def test_every_source_can_be_chosen() -> None:
    option = COMMAND.at(["source"]).option("source")
    assert option is not None
    assert tuple(option.choices or ()) == SOURCES


def test_only_managers_see_it_and_only_they_see_its_answers() -> None:
    assert COMMAND.registration()["default_member_permissions"] == str(1 << 5)
    assert {leaf.defers for leaf in COMMAND.leaves()} == {"ephemeral"}


def test_only_channels_that_take_messages_are_offered() -> None:
    option = COMMAND.at(["set"]).option("announce-channel")
    assert option is not None
    assert option.registration()["channel_types"] == [0, 5]
