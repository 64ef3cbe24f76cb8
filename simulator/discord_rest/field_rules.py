"""The checks every form shares: type, length, range, choice; each tells Discord's error code and sentence."""

from collections.abc import Collection
from typing import Any

from simulator.discord_rest.errors import FieldErrors

Path = tuple[str | int, ...]


def required(errors: FieldErrors, path: Path) -> None:
    errors.add(path, "BASE_TYPE_REQUIRED", "This field is required")


def text(errors: FieldErrors, value: Any, path: Path, *, longest: int, shortest: int = 0, needed: bool = False) -> bool:
    """Whether `value` is a string within the bounds; None is fine unless needed."""
    if value is None:
        if needed:
            required(errors, path)
        return False
    if not isinstance(value, str):
        errors.add(path, "STRING_TYPE_CONVERT", "Could not interpret the value as string.")
        return False
    if len(value) > longest or len(value) < shortest:
        if shortest:
            errors.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {shortest} and {longest} in length.")
        else:
            errors.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {longest} or fewer in length.")
        return False
    return True


def whole_number(errors: FieldErrors, value: Any, path: Path, *, least: int, most: int, needed: bool = False) -> bool:
    if value is None:
        if needed:
            required(errors, path)
        return False
    if isinstance(value, bool) or not isinstance(value, int):
        errors.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        return False
    if value > most:
        errors.add(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
        return False
    if value < least:
        errors.add(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        return False
    return True


def choice(errors: FieldErrors, value: Any, path: Path, *, among: Collection[int], needed: bool = True) -> bool:
    if value is None:
        if needed:
            required(errors, path)
        return False
    if isinstance(value, bool) or not isinstance(value, int) or value not in among:
        allowed = ", ".join(str(one) for one in sorted(among))
        errors.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{allowed}}}.")
        return False
    return True


def listing(errors: FieldErrors, value: Any, path: Path, *, most: int, least: int = 0, needed: bool = False) -> bool:
    if value is None:
        if needed:
            required(errors, path)
        return False
    if not isinstance(value, list):
        errors.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return False
    if not least <= len(value) <= most:
        if least:
            errors.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        else:
            errors.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        return False
    return True


def form(errors: FieldErrors, value: Any, path: Path) -> bool:
    if isinstance(value, dict):
        return True
    errors.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
    return False


def flag(errors: FieldErrors, value: Any, path: Path) -> None:
    if value is not None and not isinstance(value, bool):
        errors.add(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")


def url(errors: FieldErrors, value: Any, path: Path, *, longest: int = 2048, attachments: bool = True) -> None:
    """http, https or attachment:// (embeds only); Discord calls anything else not well formed."""
    if not text(errors, value, path, longest=longest):
        return
    schemes = ("http://", "https://", "attachment://") if attachments else ("http://", "https://", "discord://")
    if not value.startswith(schemes) or any(c.isspace() for c in value) or value in schemes:
        if ":" in value and not value.startswith(schemes):
            known = "('http', 'https', 'attachment')" if attachments else "('http', 'https', 'discord')"
            scheme = value.split(":", 1)[0]
            message = f'Scheme "{scheme}" is not supported. Scheme must be one of {known}.'
            errors.add(path, "URL_TYPE_INVALID_SCHEME", message)
        else:
            errors.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
