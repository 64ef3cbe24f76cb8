"""Rules that hold for every slash command, present and future."""

from __future__ import annotations

import copy
import re
from types import SimpleNamespace
from typing import Any

import pytest

from bot.slash import spanish
from bot.slash.command import SlashCommand
from bot.slash.registry import by_name, differ, registrations

COMMANDS = by_name()
NAME = re.compile(r"[-_a-z0-9]{1,32}")
LOCAL_NAME = re.compile(r"[-_\w]{1,32}")
"""Letters of any alphabet, in lower case (docs: Application Command Naming)."""
LOCALES = ("es-ES", "es-419")


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


def named(described: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything in a registration that has a name which members type."""
    return [described, *(inner for option in described.get("options", ()) for inner in named(option))]


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_name_is_told_in_spanish_in_a_form_that_discord_takes(command: SlashCommand) -> None:
    for one in named(command.registration()):
        assert set(one["name_localizations"]) == set(LOCALES), one["name"]
        assert all(LOCAL_NAME.fullmatch(name) for name in one["name_localizations"].values())
        assert all(name == name.lower() for name in one["name_localizations"].values())


@pytest.mark.parametrize("locale", LOCALES)
def test_no_two_beside_each_other_are_called_the_same(locale: str) -> None:
    """Nor is one called what the other is called in English: that is found in every client."""
    everything = {"options": registrations(COMMANDS.values())}
    for parent in (everything, *(one for command in everything["options"] for one in named(command))):
        siblings = parent.get("options", ())
        local, english = [one["name_localizations"][locale] for one in siblings], [one["name"] for one in siblings]
        assert len(set(local)) == len(local)
        assert not any(name in english and english.index(name) != at for at, name in enumerate(local))


def test_no_spanish_name_is_left_over() -> None:
    told = [one["name"] for command in registrations(COMMANDS.values()) for one in named(command)]
    assert {*spanish.COMMANDS, *spanish.PARTS, *spanish.OPTIONS} == set(told)


def test_another_spanish_name_is_noticed() -> None:
    wanted = registrations(COMMANDS.values())
    renamed, forgotten = as_discord_tells(wanted), as_discord_tells(wanted)
    renamed[0]["name_localizations"]["es-ES"] = "otro"
    next(command for command in forgotten if command["name"] == "play")["options"][0].pop("name_localizations")
    assert differ(wanted, renamed)
    assert differ(wanted, forgotten)


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
