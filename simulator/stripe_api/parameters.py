"""Checks and converts a request's parameters by the types that the pinned `stripe` package declares for it.

Those types are generated from Stripe's own description, so what Stripe would refuse as unknown is refused here.
"""

import importlib
import types
import typing
from functools import cache
from typing import Any

import typing_extensions
from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject

from simulator.stripe_api.errors import StripeError, invalid

_OPTIONS = frozenset(RequestOptions.__annotations__)
"""Of the Python client, never sent."""
_LITERALS = (typing.Literal, typing_extensions.Literal)
_UNIONS = (typing.Union, types.UnionType)
_WRAPPERS = (typing.NotRequired, typing.Required, typing_extensions.NotRequired, typing_extensions.Required)


def read_parameters(type_name: str, given: dict[str, Any]) -> dict[str, Any]:
    """`given` with numbers and booleans in place of text; `type_name` is as in "_customer_create_params.Customer…".

    Raises StripeError for a parameter that is unknown, missing, or of another type.
    """
    return _read_dict(_declared(type_name), given, "")


@cache
def _declared(type_name: str) -> type:
    module, _, name = type_name.rpartition(".")
    found: type = getattr(importlib.import_module(f"stripe.params.{module}"), name)
    return found


@cache
def _fields(declared: type) -> dict[str, Any]:
    module = importlib.import_module(declared.__module__)
    known = {**vars(typing), **vars(typing_extensions), **vars(module)}
    hints = {name: hint for name, hint in declared.__annotations__.items() if name not in _OPTIONS}
    return {name: _resolved(hint, known) for name, hint in hints.items()}


def _resolved(hint: Any, known: dict[str, Any]) -> Any:
    """The type behind NotRequired and quotes."""
    while True:
        if isinstance(hint, typing.ForwardRef):
            hint = hint.__forward_arg__
        if isinstance(hint, str):
            hint = eval(hint, known)  # noqa: S307 # an annotation of the installed package
        elif typing.get_origin(hint) in _WRAPPERS:
            hint = typing.get_args(hint)[0]
        else:
            return _with_arguments(hint, known)


def _with_arguments(hint: Any, known: dict[str, Any]) -> Any:
    origin = typing.get_origin(hint)
    if origin in _UNIONS:
        return typing.Union[tuple(_resolved(one, known) for one in typing.get_args(hint))]  # noqa: UP007 # made here
    if origin is list:
        return list[_resolved(typing.get_args(hint)[0], known)]  # type: ignore[misc] # made at run time
    return hint


def _read_dict(declared: type, given: dict[str, Any], path: str) -> dict[str, Any]:
    fields = _fields(declared)
    for name in given:
        if name not in fields:
            raise StripeError(
                f"Received unknown parameter: {_at(path, name)}", code="parameter_unknown", param=_at(path, name)
            )
    required: frozenset[str] = getattr(declared, "__required_keys__", frozenset())
    for name in sorted(required - _OPTIONS):
        if name not in given:
            raise invalid(f"Missing required param: {_at(path, name)}.", _at(path, name), "parameter_missing")
    return {name: _read(fields[name], value, _at(path, name)) for name, value in given.items()}


def _read(hint: Any, value: Any, path: str) -> Any:
    origin: Any = typing.get_origin(hint)
    if origin in _UNIONS:
        return _read_union(typing.get_args(hint), value, path)
    if _is_words(hint):
        return _read_literal(typing.get_args(hint), value, path)
    if origin is list:
        return _read_list(typing.get_args(hint)[0], value, path)
    if typing_extensions.is_typeddict(hint):
        if not isinstance(value, dict):
            raise invalid("Invalid hash", path)
        return _read_dict(hint, value, path)
    if origin in (dict, UntypedStripeObject):
        return _read_map(value, path)
    return _read_plain(hint, value, path)


def _read_union(options: tuple[Any, ...], value: Any, path: str) -> Any:
    """The first that fits; what the last says when none does.

    The client takes any text beside known words, for words that come later; Stripe refuses it, and so do we.
    """
    if any(_is_words(one) and typing.get_args(one) != ("",) for one in options):
        options = tuple(one for one in options if one is not str)
    wrong = invalid("Invalid value", path)
    first = True
    for option in sorted(options, key=lambda one: not _is_words(one)):
        try:
            return _read(option, value, path)
        except StripeError as error:
            if first or error.code == "parameter_unknown" or not _is_words(option):
                wrong, first = error, False
    raise wrong


def _is_words(hint: Any) -> bool:
    origin: Any = typing.get_origin(hint)
    return origin in _LITERALS


def _read_literal(words: tuple[Any, ...], value: Any, path: str) -> Any:
    if value in words:
        return value
    known = ", ".join(str(word) for word in words)
    raise invalid(f"Invalid {path}: must be one of {known}", path)


def _read_list(inner: Any, value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise invalid("Invalid array", path)
    return [_read(inner, one, _at(path, str(index))) for index, one in enumerate(value)]


def _read_map(value: Any, path: str) -> dict[str, Any]:
    if isinstance(value, list):  # numbers as keys, such as metadata[0]
        value = {str(index): one for index, one in enumerate(value)}
    if not isinstance(value, dict):
        raise invalid("Invalid hash", path)
    return value


def _read_plain(hint: Any, value: Any, path: str) -> Any:
    if isinstance(value, dict | list):
        raise invalid("Invalid string", path)
    text = str(value)
    if hint is bool:
        if text not in ("true", "false"):
            raise invalid(f"Invalid boolean: {text}", path)
        return text == "true"
    if hint is int:
        if not text.removeprefix("-").isdecimal():
            raise invalid(f"Invalid integer: {text}", path, "parameter_invalid_integer")
        return int(text)
    if hint is float:
        try:
            return float(text)
        except ValueError:
            raise invalid(f"Invalid decimal: {text}", path) from None
    return text


def _at(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name
