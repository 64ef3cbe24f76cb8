"""Rules that hold for every slash command, present and future."""

from __future__ import annotations

import copy
import re
from types import SimpleNamespace
from typing import Any

import pytest

from bot.slash.command import SlashCommand
from bot.slash.registry import by_name, differ, registrations

COMMANDS = by_name()
NAME = re.compile(r"[-_a-z0-9]{1,32}")


def texts(described: dict[str, Any]) -> list[str]:
    """All descriptions and choice names in a registration, in every language."""
    found = [described["description"], *described["description_localizations"].values()]
    for option in described.get("options", ()):
        found += texts(option)
        for choice in option.get("choices", ()):
            found += [choice["name"], *choice["name_localizations"].values()]
    return found


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_command_is_one_that_discord_takes(command: SlashCommand) -> None:
    registration = command.registration()
    assert NAME.fullmatch(command.name)
    assert all(NAME.fullmatch(leaf.name) for leaf in command.leaves())
    assert all(NAME.fullmatch(option.name) for leaf in command.leaves() for option in leaf.options)
    assert all(0 < len(text) <= 100 for text in texts(registration))
    for leaf in command.leaves():
        required = [option.required for option in leaf.options]
        assert required == sorted(required, reverse=True), "required options come first"
        assert len(leaf.options) <= 25
        assert all(len(option.choices or ()) <= 25 for option in leaf.options)
    assert registration["contexts"] == [0], "music is for servers only"


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_command_is_described_in_spanish(command: SlashCommand) -> None:
    assert set(command.registration()["description_localizations"]) == {"es-ES", "es-419"}
    assert command.description.es != command.description.en


def test_a_name_is_declared_once() -> None:
    twice = SimpleNamespace(COMMANDS=(COMMANDS["skip"],))
    with pytest.raises(ValueError, match="/skip is declared twice"):
        by_name([twice, twice])


def as_discord_tells(wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same commands with what Discord adds and leaves out."""
    told = copy.deepcopy(wanted)
    for command in told:
        command |= {"id": "1", "version": "2", "nsfw": False}
        for option in command["options"]:
            if not option.get("required"):
                option.pop("required", None)  # subcommands have none
    return list(reversed(told))


def test_what_discord_has_already_is_not_registered_again() -> None:
    wanted = registrations(COMMANDS.values())
    assert not differ(wanted, as_discord_tells(wanted))


def test_every_difference_is_noticed() -> None:
    wanted = registrations(COMMANDS.values())
    fewer, described, limited, widened = (as_discord_tells(wanted) for _ in range(4))
    fewer.pop()
    described[0]["description"] = "something else"
    next(command for command in limited if command["name"] == "play")["options"][0]["max_length"] = 7
    widened[0]["default_member_permissions"] = "8"
    assert differ(wanted, fewer)
    assert differ(wanted, described)
    assert differ(wanted, limited)
    assert differ(wanted, widened)
