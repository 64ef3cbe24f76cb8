"""The options of a slash command: how Discord shows them, and what is refused of what it sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal

from bot.interaction import OptionValue
from bot.sentences import Text, missing, out_of_range, too_long
from bot.slash import spanish


class Refused(Exception):
    """The command cannot be understood; `text` says why, to the member."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class OptionType(IntEnum):
    """Discord's option types that we use (docs: Application Command Option Type)."""

    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    ATTACHMENT = 11


IDS = frozenset({OptionType.USER, OptionType.CHANNEL, OptionType.ROLE, OptionType.ATTACHMENT})
"""Their values are ids, which Discord sends as text and an order gets as a number."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option; `low` and `high` limit a number's value or a text's length."""

    name: str
    description: Text
    type: OptionType = OptionType.STRING
    required: bool = False
    low: int | None = None
    high: int | None = None
    choices: Mapping[str, Text] | None = None
    """Value -> how it is shown."""
    autocomplete: bool = False
    suggests: Literal["tracks", "playlists"] = "tracks"
    """What is offered while a member types, with `autocomplete`."""
    channel_types: tuple[int, ...] = ()
    """Of a CHANNEL; none means any (docs: Channel Types)."""

    def registration(self) -> dict[str, Any]:
        """As Discord wants it."""
        noun = "length" if self.type is OptionType.STRING else "value"
        limits = {f"min_{noun}": self.low, f"max_{noun}": self.high}
        return {
            "type": int(self.type),
            "name": self.name,
            "name_localizations": spanish.localizations(self.name, spanish.OPTIONS),
            "description": self.description.en,
            "description_localizations": self.description.localizations(),
            "required": self.required,
            **{name: limit for name, limit in limits.items() if limit is not None},
            **({"choices": [_choice(value, text) for value, text in self.choices.items()]} if self.choices else {}),
            **({"autocomplete": True} if self.autocomplete else {}),
            **({"channel_types": list(self.channel_types)} if self.channel_types else {}),
        }

    def checked(self, value: OptionValue) -> OptionValue:
        """The value, or Refused: a client that is modified or behind may send what Discord's own would not."""
        if self.type is OptionType.STRING:
            return self._checked_text(value)
        if self.type is OptionType.BOOLEAN:
            if not isinstance(value, bool):
                raise Refused(missing(self.name))
            return value
        if self.type in IDS:
            if not isinstance(value, str) or not value.isdecimal():
                raise Refused(missing(self.name))
            return int(value)
        return self._checked_number(value)

    def _checked_number(self, value: OptionValue) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused(missing(self.name))
        low, high = self.low if self.low is not None else -(2**53), self.high if self.high is not None else 2**53
        if not low <= value <= high:
            raise Refused(out_of_range(self.name, low, high))
        return value

    def _checked_text(self, value: OptionValue) -> str:
        if not isinstance(value, str) or (self.choices and value not in self.choices):
            raise Refused(missing(self.name))
        text = value.strip()
        if self.high is not None and len(text) > self.high:
            raise Refused(too_long(self.name, self.high))
        if len(text) < (self.low or 0):
            raise Refused(missing(self.name))
        return text


def _choice(value: str, text: Text) -> dict[str, Any]:
    return {"name": text.en, "name_localizations": text.localizations(), "value": value}


Given = Mapping[str, OptionValue]
"""Checked options by name; those not given are absent."""
