"""Commands with subcommands and subcommand groups."""

from __future__ import annotations

from typing import Any

import pytest

from bot.interaction import interaction_of
from bot.sentences import UNKNOWN_COMMAND, Text
from bot.slash.command import SlashCommand
from bot.slash.options import Given, Option, OptionType, Refused
from project.wire.messages import Order, Pause, Play, Skip

WORDS = Text("Words", "Palabras")


def named(given: Given) -> Order:
    """An order that shows what was given."""
    return Play(query=repr(dict(given)))


SETTINGS = SlashCommand(
    "settings",
    WORDS,
    permissions=32,
    parts=(
        SlashCommand("show", WORDS, lambda _given: Pause(), defers="ephemeral"),
        SlashCommand(
            "set",
            WORDS,
            parts=(
                SlashCommand("dj", WORDS, named, options=(Option("role", WORDS, OptionType.ROLE, required=True),)),
                SlashCommand("loud", WORDS, named, options=(Option("on", WORDS, OptionType.BOOLEAN),)),
            ),
        ),
    ),
)


def interaction(*options: dict[str, Any]) -> Any:
    """A /settings by Alice with Discord's options."""
    data = {"name": "settings", "type": 1, "options": list(options)}
    user = {"id": "77", "username": "alice"}
    return interaction_of({"id": "1574712835022258193", "type": 2, "token": "t", "user": user, "data": data})


def test_a_subcommand_is_found_by_its_name() -> None:
    read = interaction({"name": "show", "type": 1, "options": []})
    assert (read.path, read.line) == (("show",), "settings show")
    used = SETTINGS.at(read.path)
    assert (used.order_of(read.options), used.defers) == (Pause(), "ephemeral")


def test_a_subcommand_in_a_group_gets_its_own_options() -> None:
    dj = {"name": "dj", "type": 1, "options": [{"name": "role", "type": 8, "value": "175928847299117063"}]}
    read = interaction({"name": "set", "type": 2, "options": [dj]})
    assert (read.path, read.line) == (("set", "dj"), "settings set dj")
    assert SETTINGS.at(read.path).order_of(read.options) == Play(query="{'role': 175928847299117063}")


@pytest.mark.parametrize("path", [(), ("set",), ("hide",), ("set", "hide"), ("show", "dj"), ("set", "dj", "x")])
def test_what_is_no_subcommand_is_refused(path: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as refused:
        SETTINGS.at(path)
    assert refused.value.text is UNKNOWN_COMMAND


def test_discord_is_told_of_groups_and_subcommands() -> None:
    told = SETTINGS.registration()
    assert (told["type"], told["default_member_permissions"]) == (1, "32")
    assert [(part["name"], part["type"]) for part in told["options"]] == [("show", 1), ("set", 2)]
    inner = told["options"][1]["options"]
    assert [(part["name"], part["type"]) for part in inner] == [("dj", 1), ("loud", 1)]
    assert inner[0]["options"][0]["type"] == 8
    assert "contexts" not in inner[0]


def test_all_that_can_be_used_is_listed() -> None:
    assert [leaf.name for leaf in SETTINGS.leaves()] == ["show", "dj", "loud"]


@pytest.mark.parametrize(("value", "name"), [("abc", "role"), (7, "role"), (None, "role"), ("yes", "on"), (1, "on")])
def test_ids_and_booleans_of_another_form_are_refused(value: Any, name: str) -> None:
    options = {option.name: option for leaf in SETTINGS.leaves() for option in leaf.options}
    with pytest.raises(Refused, match=f"`{name}` is missing or not valid"):
        options[name].checked(value)


def test_what_discord_would_not_take_cannot_be_declared() -> None:
    leaf = SlashCommand("a", WORDS, named)
    group = SlashCommand("g", WORDS, parts=(leaf,))
    with pytest.raises(ValueError, match="either an order"):
        SlashCommand("x", WORDS)
    with pytest.raises(ValueError, match="either an order"):
        SlashCommand("x", WORDS, lambda _given: Skip(), parts=(leaf,))
    with pytest.raises(ValueError, match="deeper"):
        SlashCommand("x", WORDS, parts=(SlashCommand("y", WORDS, parts=(group,)),))
    with pytest.raises(ValueError, match="permissions"):
        SlashCommand("x", WORDS, parts=(SlashCommand("y", WORDS, named, permissions=8),))
