"""What Discord accepts as an application command, before it is registered."""

import re
from typing import Any

from simulator.discord_rest import field_rules as rules
from simulator.discord_rest.errors import FieldErrors
from simulator.discord_rest.field_rules import Path
from simulator.discord_rest.modal_rules import check_choice
from simulator.world.commands import SUBCOMMAND, SUBCOMMAND_GROUP

CHAT_INPUT = 1
_MOST_COMMANDS = {"1": 100, "2": 15, "3": 15, "4": 1}
_NAME = re.compile(r"^[-_'\w]{1,32}$", re.UNICODE)
_STRING, _INTEGER, _NUMBER = 3, 4, 10
_WITH_CHOICES = (_STRING, _INTEGER, _NUMBER)
_ALLOWED_AT_DEPTH = {0: range(1, 12), 1: (SUBCOMMAND,), 2: range(3, 12)}
"""Option types by place: top level, inside a group, inside a subcommand."""
LOCALES = frozenset(
    {
        *("id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no"),
        *("pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN"),
        *("ja", "zh-TW", "ko", "he", "ar"),
    }
)


def check_command(errors: FieldErrors, command: Any, path: Path = ()) -> None:
    if not rules.form(errors, command, path):
        return
    kind = command.get("type") or CHAT_INPUT
    if not rules.choice(errors, kind, (*path, "type"), among=(1, 2, 3, 4)):
        return
    _check_name(errors, command, path, free=kind != CHAT_INPUT)
    if kind == CHAT_INPUT:
        _check_description(errors, command, path)
        _check_options(errors, command.get("options"), (*path, "options"), depth=0)
    elif command.get("description"):
        message = "Context menu commands cannot have description"
        errors.add((*path, "description"), "APPLICATION_COMMANDS_CONTEXT_MENU_DESCRIPTION", message)
    _check_permissions(errors, command.get("default_member_permissions"), path)
    for name, among in (("contexts", (0, 1, 2)), ("integration_types", (0, 1))):
        given = command.get(name)
        if rules.listing(errors, given, (*path, name), least=1, most=3):
            for index, one in enumerate(given):
                rules.choice(errors, one, (*path, name, index), among=among)


def check_commands(commands: Any) -> None:
    """A whole set, as PUT replaces them: 100 slash commands at most, no name twice. Raises 50035."""
    errors = FieldErrors()
    if not rules.listing(errors, commands, (), most=130, needed=True):
        errors.raise_any()
        return
    seen: set[tuple[str, str]] = set()
    counts: dict[str, int] = {}
    for index, command in enumerate(commands):
        check_command(errors, command, (index,))
        if not isinstance(command, dict):
            continue
        kind, name = str(command.get("type") or CHAT_INPUT), str(command.get("name"))
        counts[kind] = counts.get(kind, 0) + 1
        if (kind, name) in seen:
            message = "Application command names must be unique"
            errors.add((index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add((kind, name))
        if counts[kind] > (most := _MOST_COMMANDS.get(kind, 100)):
            message = f"Maximum number of application commands reached ({most})."
            errors.add((index,), "APPLICATION_COMMANDS_MAX_REACHED", message)
    errors.raise_any()


def _check_name(errors: FieldErrors, given: dict[str, Any], path: Path, *, free: bool = False) -> None:
    _check_one_name(errors, given.get("name"), (*path, "name"), free=free)
    localizations = given.get("name_localizations")
    for locale, name in _localizations(errors, localizations, (*path, "name_localizations")):
        _check_one_name(errors, name, (*path, "name_localizations", locale), free=free)


def _check_one_name(errors: FieldErrors, name: Any, path: Path, *, free: bool) -> None:
    if not rules.text(errors, name, path, shortest=1, longest=32, needed=True) or free:
        return
    if not _NAME.match(name) or name != name.lower():
        errors.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_description(errors: FieldErrors, given: dict[str, Any], path: Path) -> None:
    where = (*path, "description")
    rules.text(errors, given.get("description"), where, shortest=1, longest=100, needed=True)
    where = (*path, "description_localizations")
    for locale, text in _localizations(errors, given.get("description_localizations"), where):
        rules.text(errors, text, (*where, locale), shortest=1, longest=100)


def _localizations(errors: FieldErrors, given: Any, path: Path) -> list[tuple[str, Any]]:
    if given is None or not rules.form(errors, given, path):
        return []
    for locale in given:
        if locale not in LOCALES:
            errors.add((*path, locale), "ENUM_TYPE_COERCE", f'Value "{locale}" is not a valid enum value.')
    return list(given.items())


def _check_permissions(errors: FieldErrors, value: Any, path: Path) -> None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return
    if not (isinstance(value, str) and value.isascii() and value.isdigit()):
        where = (*path, "default_member_permissions")
        errors.add(where, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')


def _check_options(errors: FieldErrors, options: Any, path: Path, *, depth: int) -> None:
    if not rules.listing(errors, options, path, most=25):
        return
    names: set[str] = set()
    optional_seen = False
    kinds = set()
    for index, option in enumerate(options):
        where = (*path, index)
        if not rules.form(errors, option, where):
            continue
        _check_option(errors, option, where, depth=depth)
        kinds.add(option.get("type") in (SUBCOMMAND, SUBCOMMAND_GROUP))
        name = str(option.get("name"))
        if name in names:
            errors.add((*where, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE", "Name is taken.")
        names.add(name)
        if option.get("required") and optional_seen:
            message = "Required options must be placed before non-required options"
            errors.add(where, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional_seen = optional_seen or not option.get("required")
    if kinds == {True, False}:
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        errors.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)


def _check_option(errors: FieldErrors, option: dict[str, Any], path: Path, *, depth: int) -> None:
    _check_name(errors, option, path)
    _check_description(errors, option, path)
    allowed = _ALLOWED_AT_DEPTH[depth]
    if not rules.choice(errors, option.get("type"), (*path, "type"), among=allowed):
        return
    kind = option["type"]
    if kind in (SUBCOMMAND, SUBCOMMAND_GROUP):
        inner_depth = 2 if kind == SUBCOMMAND else 1
        _check_options(errors, option.get("options"), (*path, "options"), depth=inner_depth)
        return
    _check_choices(errors, option, path)
    if kind == _STRING:
        rules.whole_number(errors, option.get("min_length"), (*path, "min_length"), least=0, most=6000)
        rules.whole_number(errors, option.get("max_length"), (*path, "max_length"), least=1, most=6000)


def _check_choices(errors: FieldErrors, option: dict[str, Any], path: Path) -> None:
    kind: int = option["type"]
    choices: Any = option.get("choices")
    if choices and option.get("autocomplete"):
        message = "Choices and autocomplete are mutually exclusive"
        errors.add(path, "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", message)
    if kind not in _WITH_CHOICES:
        if choices or option.get("autocomplete"):
            message = "This option type takes neither choices nor autocomplete"
            errors.add(path, "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", message)
        return
    if rules.listing(errors, choices, (*path, "choices"), most=25):
        for index, one in enumerate(choices):
            if rules.form(errors, one, (*path, "choices", index)):
                check_choice(errors, one, kind, (*path, "choices", index))
