"""/help: all commands, or one with its options, as they are declared; the gateway knows them by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.sentences import NO_SUCH_COMMAND, Text
from bot.slash import spanish
from bot.slash.command import SlashCommand
from bot.slash.options import Given, Option, Refused
from project import settings

COLOUR = 0x5865F2
TITLE = Text("What I can do", "Lo que puedo hacer")
MORE = Text("`/help command` tells more about one of them.", "`/help command` cuenta más sobre uno de ellos.")
SUPPORT = Text("Questions? {support}", "¿Preguntas? {support}")
REQUIRED = Text("needed", "necesario")


def help_page(given: Given, commands: Mapping[str, SlashCommand]) -> Callable[[str], dict[str, Any]]:
    """The page by locale; raises Refused for a command that there is not."""
    asked = str(given.get("command", "")).strip().lstrip("/").casefold().split()
    if not asked:
        return lambda locale: _page(_all(commands.values(), locale), TITLE.of(locale), _footer(locale))
    path = _find(asked, commands)
    found, name = path[-1], "/" + " ".join(one.name for one in path)
    return lambda locale: _page([found.description.of(locale), "", *_parts(found, name, locale)], name)


def _footer(locale: str) -> str:
    lines = [MORE.of(locale)]
    if settings.SUPPORT_URL:
        lines.append(SUPPORT.of(locale).format(support=settings.SUPPORT_URL))
    return "\n".join(lines)


def _find(asked: list[str], commands: Mapping[str, SlashCommand]) -> list[SlashCommand]:
    """The command, group and subcommand that are asked for, by their names in either language; raises Refused."""
    path: list[SlashCommand] = []
    for name in asked:
        among, names = (path[-1].parts, spanish.PARTS) if path else (commands.values(), spanish.COMMANDS)
        found = next((one for one in among if name in (one.name, names.get(one.name))), None)
        if found is None:
            raise Refused(NO_SUCH_COMMAND)
        path.append(found)
    return path


def _all(commands: Iterable[SlashCommand], locale: str) -> list[str]:
    return [f"**/{command.name}** {command.description.of(locale)}" for command in commands]


def _parts(command: SlashCommand, name: str, locale: str) -> list[str]:
    if command.parts:
        return [f"**{name} {part.name}** {part.description.of(locale)}" for part in command.parts]
    return [_option(option, locale) for option in command.options]


def _option(option: Option, locale: str) -> str:
    line = f"`{option.name}` {option.description.of(locale)}"
    if option.required:
        line += f" · {REQUIRED.of(locale)}"
    if option.choices:
        line += ": " + ", ".join(text.of(locale) for text in option.choices.values())
    return line


def _page(lines: list[str], title: str, footer: str = "") -> dict[str, Any]:
    description = "\n".join([*lines, *(["", footer] if footer else [])]).strip()
    return {"content": "", "embeds": [{"title": title, "description": description, "color": COLOUR}]}


COMMANDS = (
    SlashCommand(
        "help",
        Text("What I can do", "Lo que puedo hacer"),
        page=help_page,
        options=(Option("command", Text("About which command", "Sobre qué comando"), low=1, high=100),),
        defers="ephemeral",
    ),
)
