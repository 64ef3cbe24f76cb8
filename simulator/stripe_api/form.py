"""Reads Stripe's form encoding, in which brackets nest: `items[0][price]=p`, `metadata[guild]=1`, `expand[]=x`."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from simulator.stripe_api.errors import invalid

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")


def read_form(encoded: str) -> dict[str, Any]:
    """Nested dicts of strings, and lists where keys were numbers or empty; StripeError for a name without form."""
    return nested(parse_qsl(encoded, keep_blank_values=True))


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in pairs:
        match = _NAME.fullmatch(name)
        if match is None:
            raise invalid(f"Invalid parameter name: {name}", name)
        _put(tree, [match[1], *_PART.findall(match[2])], value)
    return {name: _lists(branch) for name, branch in tree.items()}


def _put(tree: dict[str, Any], path: list[str], value: str) -> None:
    for part in path[:-1]:
        tree = tree.setdefault(part or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise invalid(f"Invalid parameter: {part} is both a value and a hash", part)
    tree[path[-1] or str(len(tree))] = value


def _lists(branch: Any) -> Any:
    if not isinstance(branch, dict):
        return branch
    inner = {name: _lists(value) for name, value in branch.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
