"""What a slash command declares: its subcommands, how it defers, and which order its options mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.interaction import SUBCOMMAND, SUBCOMMAND_GROUP, OptionValue
from bot.sentences import UNKNOWN_COMMAND, Text, missing
from bot.slash import spanish
from bot.slash.options import Given, Option, OptionType, Refused
from project.wire.messages import Order

__all__ = ["Given", "Option", "OptionType", "Refused", "SlashCommand", "Visibility"]

Visibility = Literal["public", "ephemeral"]

CHAT_INPUT = 1
FILE = "file"
"""Name of the option with a file that the gateway reads."""
GUILD_CONTEXT = 0
GUILD_INSTALL = 0


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """One command, or a part of one: `parts` are its subcommands, and a part that has parts is a subcommand group.

    A command with parts cannot be used itself (docs: Subcommands and Subcommand Groups), so it has no order and no
    options. `defers` cannot change once a deferral was sent, so it is declared here, at the part that is used.
    """

    name: str
    description: Text
    order: Callable[[Given], Order] | None = None
    """What the checked options mean; may raise Refused."""
    options: tuple[Option, ...] = ()
    defers: Visibility = "public"
    permissions: int | None = None
    """`default_member_permissions` bits, of a whole command only; None lets everybody see it."""
    parts: tuple[SlashCommand, ...] = ()
    order_of_file: Callable[[Given, str], Order] | None = None
    """What the checked options mean together with the text of the file that the option FILE names."""
    page: Callable[[Given, Mapping[str, SlashCommand]], Callable[[str], dict[str, Any]]] | None = None
    """Instead of an order: what the gateway shows by itself, by locale; gets all commands. May raise Refused."""

    def __post_init__(self) -> None:
        """Raises ValueError on what Discord would not take."""
        uses = (self.order is not None) + (self.page is not None) + bool(self.parts)
        if uses != 1 or (self.parts and self.options):
            raise ValueError(f"/{self.name} needs either an order or a page with its options, or parts")
        if any(part.parts for group in self.parts for part in group.parts):
            raise ValueError(f"/{self.name} is nested deeper than group and subcommand")
        if any(part.permissions is not None for part in self.parts):
            raise ValueError(f"/{self.name} has a part with permissions of its own, which Discord does not know")

    def at(self, path: Sequence[str]) -> SlashCommand:
        """The part that is used, by the names of group and subcommand; raises Refused if there is none."""
        here: SlashCommand | None = self
        for name in path:
            here = next((part for part in here.parts if part.name == name), None) if here else None
        if here is None or here.parts:
            raise Refused(UNKNOWN_COMMAND)
        return here

    def leaves(self) -> Iterator[SlashCommand]:
        """Whatever of it can be used."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def order_of(self, given: Given) -> Order:
        """The order that these options mean; raises Refused."""
        if self.order is None:
            raise Refused(UNKNOWN_COMMAND)
        return self.order(self.checked(given))

    def checked(self, given: Given) -> dict[str, OptionValue]:
        """The options, each as it may be; raises Refused."""
        checked: dict[str, OptionValue] = {}
        for option in self.options:
            if option.name in given:
                checked[option.name] = option.checked(given[option.name])
            elif option.required:
                raise Refused(missing(option.name))
        return checked

    def option(self, name: str | None) -> Option | None:
        """One of its options by name."""
        return next((option for option in self.options if option.name == name), None)

    def registration(self) -> dict[str, Any]:
        """As Discord wants it: servers only, for a bot that servers install."""
        return {
            **self._described(CHAT_INPUT, spanish.COMMANDS),
            "default_member_permissions": None if self.permissions is None else str(self.permissions),
            "contexts": [GUILD_CONTEXT],
            "integration_types": [GUILD_INSTALL],
        }

    def _described(self, kind: int, names: Mapping[str, str] = spanish.PARTS) -> dict[str, Any]:
        parts = [part._described(SUBCOMMAND_GROUP if part.parts else SUBCOMMAND) for part in self.parts]
        return {
            "type": kind,
            "name": self.name,
            "name_localizations": spanish.localizations(self.name, names),
            "description": self.description.en,
            "description_localizations": self.description.localizations(),
            "options": parts or [option.registration() for option in self.options],
        }
