"""Turns what a member types into the data of an interaction, by the command the bot registered."""

from dataclasses import dataclass, field
from typing import Any

from simulator.world.commands import SUBCOMMAND, SUBCOMMAND_GROUP
from simulator.world.guilds import Guild
from simulator.world.resolved import UnknownObject, resolve
from simulator.world.world import World

_STRING, _INTEGER, _BOOLEAN, _USER, _CHANNEL, _ROLE, _MENTIONABLE, _NUMBER, _ATTACHMENT = range(3, 12)


class CannotAsk(Exception):
    """No member could do this; the sentence says why."""


@dataclass(slots=True)
class Typed:
    """What was typed: the line "playlist create" and its options, by name or as a list."""

    line: str
    options: dict[str, Any] | list[dict[str, Any]]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Attachment objects by the name an option refers to them with."""
    focused: str | None = None
    """For autocomplete: the option the cursor is in; by default the last one."""
    autocomplete: bool = False


def command_data(world: World, guild: Guild, typed: Typed) -> dict[str, Any]:
    """The `data` of a slash command or autocomplete interaction; raises CannotAsk."""
    words = typed.line.split()
    command = world.commands.named(words[0], 1, (guild.id, "")) if words else None
    if command is None:
        raise CannotAsk(f"The bot has not registered a slash command named {typed.line!r}.")
    resolved = _Resolved(world, guild, typed)
    given = _as_list(typed.options)
    options = _branch(command, words[1:], given, resolved)
    data: dict[str, Any] = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    if resolved.found:
        data["resolved"] = resolved.found
    if typed.autocomplete:
        _focus(options, typed.focused)
    return data


def _as_list(options: dict[str, Any] | list[dict[str, Any]]) -> list[dict[str, Any]]:
    if isinstance(options, dict):
        return [{"name": name, "value": value} for name, value in options.items()]
    for one in options:
        if "name" not in one:
            raise CannotAsk("Each option needs a name and a value.")
    return options


def _branch(
    node: dict[str, Any], words: list[str], given: list[dict[str, Any]], resolved: "_Resolved"
) -> list[dict[str, Any]]:
    """Follows subcommands, whether they were typed as words or nested in the options."""
    known = {option["name"]: option for option in node.get("options") or ()}
    branching = any(option["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP) for option in known.values())
    if not branching:
        if words:
            raise CannotAsk(f"{node['name']!r} has no subcommand {words[0]!r}.")
        return [resolved.option(known, node["name"], one) for one in given]
    if not words and len(given) == 1:
        inner = given[0].get("options", given[0].get("value"))
        words, given = [given[0]["name"]], _as_list(inner if isinstance(inner, dict | list) else [])
    if not words or words[0] not in known:
        raise CannotAsk(f"{node['name']!r} needs one of its subcommands: {', '.join(sorted(known))}.")
    branch = known[words[0]]
    options = _branch(branch, words[1:], given, resolved)
    return [{"name": branch["name"], "type": branch["type"], "options": options}]


class _Resolved:
    """Options get their registered types here, and the objects behind ids are collected."""

    def __init__(self, world: World, guild: Guild, typed: Typed) -> None:
        self._world = world
        self._guild = guild
        self._typed = typed
        self.found: dict[str, dict[str, Any]] = {}

    def option(self, known: dict[str, dict[str, Any]], owner: str, given: dict[str, Any]) -> dict[str, Any]:
        registered = known.get(given["name"])
        if registered is None:
            names = ", ".join(sorted(known)) or "none"
            raise CannotAsk(f"{owner!r} has no option {given['name']!r}; it has: {names}.")
        kind = registered["type"]
        value = given.get("value")
        if not self._typed.autocomplete and not _fits(kind, value):
            raise CannotAsk(f"The option {given['name']!r} of {owner!r} cannot be {value!r}.")
        if kind == _ATTACHMENT:
            value = self._attachment(str(value))
        elif kind in (_USER, _CHANNEL, _ROLE, _MENTIONABLE):
            try:
                resolve(self._guild, str(value), self.found)
            except UnknownObject as unknown:
                raise CannotAsk(str(unknown)) from None
        return {"name": given["name"], "type": kind, "value": value}

    def _attachment(self, name: str) -> str:
        attachment = self._typed.files.get(name)
        if attachment is None:
            raise CannotAsk(f"No attachment was given under the name {name!r}.")
        self.found.setdefault("attachments", {})[attachment["id"]] = attachment
        return str(attachment["id"])


def _fits(kind: int, value: Any) -> bool:
    if kind == _BOOLEAN:
        return isinstance(value, bool)
    if kind == _INTEGER:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == _NUMBER:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)


def _focus(options: list[dict[str, Any]], name: str | None) -> None:
    inner = options
    while inner and inner[0]["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP):
        inner = inner[0]["options"]
    if not inner:
        raise CannotAsk("Autocomplete needs the option that is being typed.")
    chosen = next((one for one in inner if one["name"] == name), inner[-1] if name is None else None)
    if chosen is None:
        raise CannotAsk(f"There is no option {name!r} to complete.")
    chosen["focused"] = True
