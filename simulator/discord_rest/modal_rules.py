"""What Discord accepts as a modal, and as autocomplete choices."""

from typing import Any

from simulator.discord_rest import field_rules as rules
from simulator.discord_rest.component_rules import LABEL, ROW, SELECTS, TEXT_DISPLAY, TEXT_INPUT, check_select
from simulator.discord_rest.errors import FieldErrors
from simulator.discord_rest.field_rules import Path

_FILE_UPLOAD, _RADIO, _CHECKBOXES, _CHECKBOX = 19, 21, 22, 23
_IN_LABEL = (TEXT_INPUT, *SELECTS, _FILE_UPLOAD, _RADIO, _CHECKBOXES, _CHECKBOX)


def check_modal(data: dict[str, Any], *, at: Path = ("data",)) -> dict[str, Any]:
    """The modal as a member would see it; raises DiscordError 50035."""
    errors = FieldErrors()
    rules.text(errors, data.get("custom_id"), (*at, "custom_id"), shortest=1, longest=100, needed=True)
    rules.text(errors, data.get("title"), (*at, "title"), shortest=1, longest=45, needed=True)
    rows: Any = data.get("components")
    where = (*at, "components")
    custom_ids: set[str] = set()
    if rules.listing(errors, rows, where, least=1, most=5, needed=True):
        for index, row in enumerate(rows):
            _check_row(errors, row, (*where, index), custom_ids)
    errors.raise_any()
    return {key: data[key] for key in ("custom_id", "title", "components")}


def _check_row(errors: FieldErrors, row: Any, path: Path, custom_ids: set[str]) -> None:
    if not rules.form(errors, row, path):
        return
    if not rules.choice(errors, row.get("type"), (*path, "type"), among=(ROW, LABEL, TEXT_DISPLAY)):
        return
    if row["type"] == ROW:
        inner: Any = row.get("components")
        if rules.listing(errors, inner, (*path, "components"), least=1, most=1, needed=True):
            _check_input(errors, inner[0], (*path, "components", 0), custom_ids, among=(TEXT_INPUT,))
            rules.text(
                errors,
                inner[0].get("label") if isinstance(inner[0], dict) else None,
                (*path, "components", 0, "label"),
                shortest=1,
                longest=45,
                needed=True,
            )
    elif row["type"] == LABEL:
        rules.text(errors, row.get("label"), (*path, "label"), shortest=1, longest=45, needed=True)
        rules.text(errors, row.get("description"), (*path, "description"), shortest=1, longest=100)
        _check_input(errors, row.get("component"), (*path, "component"), custom_ids, among=_IN_LABEL)
    else:
        rules.text(errors, row.get("content"), (*path, "content"), shortest=1, longest=4000, needed=True)


def _check_input(errors: FieldErrors, item: Any, path: Path, custom_ids: set[str], *, among: tuple[int, ...]) -> None:
    if not rules.form(errors, item, path):
        return
    if not rules.choice(errors, item.get("type"), (*path, "type"), among=among):
        return
    custom_id: Any = item.get("custom_id")
    if rules.text(errors, custom_id, (*path, "custom_id"), shortest=1, longest=100, needed=True):
        if custom_id in custom_ids:
            message = "Component custom id cannot be duplicated"
            errors.add((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message)
        custom_ids.add(custom_id)
    if item["type"] == TEXT_INPUT:
        rules.choice(errors, item.get("style"), (*path, "style"), among=(1, 2))
        rules.text(errors, item.get("placeholder"), (*path, "placeholder"), longest=100)
        rules.text(errors, item.get("value"), (*path, "value"), longest=4000)
        rules.whole_number(errors, item.get("min_length"), (*path, "min_length"), least=0, most=4000)
        rules.whole_number(errors, item.get("max_length"), (*path, "max_length"), least=1, most=4000)
    elif item["type"] in SELECTS:
        check_select(errors, item, path)


def check_choices(data: dict[str, Any], option_type: int, *, at: Path = ("data",)) -> list[dict[str, Any]]:
    """Up to 25 choices for an option of that type (3 string, 4 integer, 10 number)."""
    errors = FieldErrors()
    choices: Any = data.get("choices")
    where = (*at, "choices")
    if rules.listing(errors, choices, where, most=25, needed=True):
        for index, one in enumerate(choices):
            if rules.form(errors, one, (*where, index)):
                check_choice(errors, one, option_type, (*where, index))
    errors.raise_any()
    return [dict(one) for one in choices or ()]


def check_choice(errors: FieldErrors, one: dict[str, Any], option_type: int, path: Path) -> None:
    rules.text(errors, one.get("name"), (*path, "name"), shortest=1, longest=100, needed=True)
    value: Any = one.get("value")
    if option_type == 3:
        rules.text(errors, value, (*path, "value"), longest=100, needed=True)
    elif value is None:
        rules.required(errors, (*path, "value"))
    elif isinstance(value, bool) or not isinstance(value, int if option_type == 4 else int | float):
        errors.add((*path, "value"), "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.')
