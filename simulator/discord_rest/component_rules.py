"""What Discord accepts as message components (action rows, buttons, selects, and the v2 layout)."""

from typing import Any

from simulator.discord_rest import field_rules as rules
from simulator.discord_rest.errors import FieldErrors
from simulator.discord_rest.field_rules import Path

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = (3, 5, 6, 7, 8)
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18
_LAYOUT = (ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER)
_LINK, _PREMIUM = 5, 6
_MOST_ROWS, _MOST_PER_ROW, _MOST_V2, _MOST_V2_TEXT = 5, 5, 40, 4000


class ComponentCheck:
    """One pass over a message's components: collects errors, custom ids and the numbering Discord adds."""

    def __init__(self, errors: FieldErrors, *, v2: bool) -> None:
        self._errors = errors
        self._v2 = v2
        self._custom_ids: set[str] = set()
        self._count = 0
        self._characters = 0

    def run(self, components: Any, path: Path) -> list[dict[str, Any]]:
        most = _MOST_V2 if self._v2 else _MOST_ROWS
        if not rules.listing(self._errors, components, path, most=most):
            return []
        stored = [self._top(one, (*path, index)) for index, one in enumerate(components)]
        if self._v2 and self._count > _MOST_V2:
            self._errors.add(path, "COMPONENT_LAYOUT_MAX_COMPONENTS", f"Max {_MOST_V2} components.")
        if self._characters > _MOST_V2_TEXT:
            message = f"The total text of a message must be {_MOST_V2_TEXT} or fewer in length."
            self._errors.add(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
        return stored

    def _top(self, component: Any, path: Path) -> dict[str, Any]:
        if not rules.form(self._errors, component, path):
            return {}
        allowed = _LAYOUT if self._v2 else (ROW,)
        if not rules.choice(self._errors, component.get("type"), (*path, "type"), among=allowed):
            return {}
        return self._layout(component, path)

    def _layout(self, component: dict[str, Any], path: Path) -> dict[str, Any]:
        kind = component["type"]
        stored = self._numbered(component)
        if kind == ROW:
            stored["components"] = self._row(component, path)
        elif kind == CONTAINER:
            inner: Any = component.get("components")
            if rules.listing(self._errors, inner, (*path, "components"), least=1, most=_MOST_V2, needed=True):
                stored["components"] = [self._top(one, (*path, "components", index)) for index, one in enumerate(inner)]
        elif kind == SECTION:
            self._section(component, stored, path)
        elif kind == TEXT_DISPLAY:
            self._text_display(component, path)
        return stored

    def _section(self, component: dict[str, Any], stored: dict[str, Any], path: Path) -> None:
        inner: Any = component.get("components")
        if rules.listing(self._errors, inner, (*path, "components"), least=1, most=3, needed=True):
            stored["components"] = [self._top(one, (*path, "components", i)) for i, one in enumerate(inner)]
        accessory = component.get("accessory")
        where = (*path, "accessory")
        if accessory is None:
            rules.required(self._errors, where)
        elif rules.form(self._errors, accessory, where) and rules.choice(
            self._errors, accessory.get("type"), (*where, "type"), among=(BUTTON, THUMBNAIL)
        ):
            stored["accessory"] = self._numbered(accessory)
            if accessory["type"] == BUTTON:
                self._button(accessory, where)

    def _text_display(self, component: dict[str, Any], path: Path) -> None:
        content: Any = component.get("content")
        if rules.text(self._errors, content, (*path, "content"), shortest=1, longest=4000, needed=True):
            self._characters += len(content)

    def _row(self, row: dict[str, Any], path: Path) -> list[dict[str, Any]]:
        inner: Any = row.get("components")
        where = (*path, "components")
        if not rules.listing(self._errors, inner, where, least=1, most=_MOST_PER_ROW, needed=True):
            return []
        stored = []
        for index, one in enumerate(inner):
            if not rules.form(self._errors, one, (*where, index)):
                continue
            among = (BUTTON, *SELECTS)
            if rules.choice(self._errors, one.get("type"), (*where, index, "type"), among=among):
                stored.append(self._interactive(one, (*where, index)))
        if any(one["type"] in SELECTS for one in stored) and len(stored) > 1:
            self._errors.add(where, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select fills the whole row.")
        return stored

    def _interactive(self, component: dict[str, Any], path: Path) -> dict[str, Any]:
        stored = self._numbered(component)
        if component["type"] == BUTTON:
            self._button(component, path)
            return stored
        self._custom_id(component, path)
        check_select(self._errors, component, path)
        stored["min_values"] = 1 if component.get("min_values") is None else component["min_values"]
        stored["max_values"] = 1 if component.get("max_values") is None else component["max_values"]
        if isinstance(stored.get("options"), list):
            stored["options"] = [without_nulls(o) for o in stored["options"] if isinstance(o, dict)]
        return stored

    def _button(self, button: dict[str, Any], path: Path) -> None:
        rules.text(self._errors, button.get("label"), (*path, "label"), longest=80)
        if not rules.choice(self._errors, button.get("style"), (*path, "style"), among=range(1, 7)):
            return
        if button["style"] == _LINK:
            if button.get("custom_id") is not None:
                message = "A custom id and url cannot both be specified"
                self._errors.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
            if button.get("url") is None:
                rules.required(self._errors, (*path, "url"))
            rules.url(self._errors, button.get("url"), (*path, "url"), longest=512, attachments=False)
        elif button["style"] != _PREMIUM:
            self._custom_id(button, path)
            if not button.get("label") and not button.get("emoji"):
                message = "A button must have a label or an emoji"
                self._errors.add((*path, "label"), "BUTTON_COMPONENT_INVALID_LABEL", message)

    def _custom_id(self, component: dict[str, Any], path: Path) -> None:
        custom_id: Any = component.get("custom_id")
        where = (*path, "custom_id")
        if rules.text(self._errors, custom_id, where, shortest=1, longest=100, needed=True):
            if custom_id in self._custom_ids:
                message = "Component custom id cannot be duplicated"
                self._errors.add(where, "COMPONENT_CUSTOM_ID_DUPLICATED", message)
            self._custom_ids.add(custom_id)

    def _numbered(self, component: dict[str, Any]) -> dict[str, Any]:
        self._count += 1
        return {**without_nulls(component), "id": component.get("id") or self._count}


def check_select(errors: FieldErrors, select: dict[str, Any], path: Path) -> None:
    rules.text(errors, select.get("placeholder"), (*path, "placeholder"), longest=150)
    rules.whole_number(errors, select.get("min_values"), (*path, "min_values"), least=0, most=25)
    rules.whole_number(errors, select.get("max_values"), (*path, "max_values"), least=1, most=25)
    if select["type"] != STRING_SELECT:
        return
    options: Any = select.get("options")
    where = (*path, "options")
    if not rules.listing(errors, options, where, least=1, most=25, needed=True):
        return
    values: set[str] = set()
    for index, option in enumerate(options):
        if rules.form(errors, option, (*where, index)):
            _check_option(errors, option, (*where, index), values)


def _check_option(errors: FieldErrors, option: dict[str, Any], path: Path, values: set[str]) -> None:
    rules.text(errors, option.get("label"), (*path, "label"), shortest=1, longest=100, needed=True)
    rules.text(errors, option.get("description"), (*path, "description"), longest=100)
    value: Any = option.get("value")
    if rules.text(errors, value, (*path, "value"), shortest=1, longest=100, needed=True):
        if value in values:
            message = "The specified option value is already used"
            errors.add((*path, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
        values.add(value)


def without_nulls(component: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in component.items() if value is not None}
