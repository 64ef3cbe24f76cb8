"""Forms (Discord's modals) that a button opens: what members see of them, and what one that was sent back means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from bot.custom_ids import PREFIX, custom_id_of
from bot.sentences import UNKNOWN_BUTTON, Text
from bot.slash.options import Given, Option, Refused
from bot.slash.play import POSITION, QUERY
from project.wire.messages import Order, Play, Position

LABEL, TEXT_INPUT, STRING_SELECT = 18, 4, 3
"""Discord component types (docs: Component Types)."""
ONE_LINE = 1
"""Text input style."""


@dataclass(frozen=True, slots=True)
class Form:
    """Its fields are options, as those of a slash command; one with choices is a menu whose first choice is preset."""

    name: str
    title: Text
    fields: tuple[Option, ...]
    order: Callable[[Given], Order]
    """What the checked fields mean."""

    def opened(self, guild_id: int, locale: str) -> dict[str, Any]:
        """The data of the response that opens it (docs: Modal)."""
        return {
            "custom_id": f"{PREFIX}:{self.name}:{guild_id}",
            "title": self.title.of(locale),
            "components": [_field(field, locale) for field in self.fields],
        }

    def sent(self, filled: Mapping[str, Sequence[str]]) -> Order:
        """What a member wants who filled it in so; raises Refused."""
        given = {name: values[0] for name, values in filled.items() if values}
        return self.order({one.name: one.checked(given.get(one.name, "")) for one in self.fields})


def _field(field: Option, locale: str) -> dict[str, Any]:
    component = _menu(field, field.choices, locale) if field.choices else _text(field)
    return {"type": LABEL, "label": field.description.of(locale), "component": component}


def _text(field: Option) -> dict[str, Any]:
    return {
        "type": TEXT_INPUT,
        "custom_id": field.name,
        "style": ONE_LINE,
        "min_length": field.low,
        "max_length": field.high,
        "required": field.required,
    }


def _menu(field: Option, choices: Mapping[str, Text], locale: str) -> dict[str, Any]:
    options: list[dict[str, Any]] = [{"label": text.of(locale), "value": value} for value, text in choices.items()]
    options[0]["default"] = True
    return {"type": STRING_SELECT, "custom_id": field.name, "options": options}


def _add(given: Given) -> Play:
    return Play(query=str(given["query"]), position=cast(Position, given["position"]))


FORMS = {form.name: form for form in (Form("add", Text("Add music", "Añadir música"), (QUERY, POSITION), _add),)}
"""By the name in the custom id of the form, which is also that of the button that opens it."""


def form_of(custom: str, guild_id: int) -> Form | None:
    """The form that a button opens, or that was sent back; None where it is none. Raises Refused."""
    used = custom_id_of(custom)
    form = FORMS.get(used.name)
    if form is not None:
        used.belongs_to(guild_id)
    return form


def sent_form(custom: str, guild_id: int, filled: Mapping[str, Sequence[str]]) -> Order:
    """What a form that was sent back means; raises Refused."""
    form = form_of(custom, guild_id)
    if form is None:
        raise Refused(UNKNOWN_BUTTON)
    return form.sent(filled)
