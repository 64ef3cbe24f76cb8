"""All slash commands by name, and their registration at Discord."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.slash import (
    about,
    discovery,
    finding,
    guide,
    library,
    play,
    premium,
    privacy,
    settings,
    sound,
    track_queue,
    transport,
    voice,
)
from bot.slash.command import SlashCommand

FAMILIES = (
    play,
    transport,
    track_queue,
    sound,
    discovery,
    finding,
    library,
    voice,
    settings,
    premium,
    privacy,
    guide,
    about,
)
"""A new family is one module here; a new command only joins its family's COMMANDS."""


def by_name(families: Iterable[Any] = FAMILIES) -> dict[str, SlashCommand]:
    """Name -> command; raises ValueError on a name that is given twice."""
    known: dict[str, SlashCommand] = {}
    for family in families:
        for command in family.COMMANDS:
            if command.name in known:
                raise ValueError(f"/{command.name} is declared twice")
            known[command.name] = command
    return known


def registrations(commands: Iterable[SlashCommand]) -> list[dict[str, Any]]:
    """What Discord should have, in the order of the names."""
    return [command.registration() for command in sorted(commands, key=lambda command: command.name)]


def differ(wanted: list[dict[str, Any]], present: list[dict[str, Any]]) -> bool:
    """Whether Discord has something else than what we want; what we never say does not count."""
    if len(wanted) != len(present):
        return True
    have = {command["name"]: command for command in present}
    return any(not _covers(have.get(command["name"]), command) for command in wanted)


def _covers(present: Any, wanted: Any) -> bool:
    """Whether `present` says all that `wanted` says. Discord leaves out what is empty or false."""
    if isinstance(wanted, Mapping):
        have = present if isinstance(present, Mapping) else {}
        return all(_covers(have.get(name), value) for name, value in wanted.items())
    if isinstance(wanted, list):
        have_list = present if isinstance(present, list) else []
        return len(wanted) == len(have_list) and all(map(_covers, have_list, wanted))
    return bool(present == wanted) or (not present and not wanted)
