"""What has to be ordered of the desk until a guild's settings are as was asked: its orders change one thing each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from rest_framework.exceptions import ValidationError

from apps.guilds.models import GuildSettings
from apps.guilds.services import allowed_sources
from project.wire.desk import SETTINGS, SOURCES, AllowSource, BlockKind, ChangeSettings, DeskOrder, EditBlocklist

BLOCK_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)
MOST_EDITS = 25
"""Entries of the blocklist that one request changes: each is a command, and the client waits for all."""


def setting_orders(wanted: Mapping[str, Any], now: GuildSettings) -> list[tuple[str, DeskOrder]]:
    """Each with a name that tells it from the others ("": all single settings); raises ValidationError."""
    single = {name: value for name, value in wanted.items() if name in SETTINGS}
    orders: list[tuple[str, DeskOrder]] = [("", ChangeSettings(**single))] if single else []
    if "allowed_sources" in wanted:
        orders += _sources(wanted["allowed_sources"] or SOURCES, allowed_sources(now))
    if "blocklist" in wanted:
        edits = list(_edits(wanted["blocklist"], now.blocklist))
        if len(edits) > MOST_EDITS:
            raise ValidationError({"blocklist": [f"Change at most {MOST_EDITS} entries at once."]})
        orders += edits
    return orders


def _sources(wanted: Any, now: list[str]) -> Iterator[tuple[str, DeskOrder]]:
    """New ones first: the last one that is allowed cannot be forbidden."""
    for allowed in (True, False):
        for source in SOURCES:
            if (source in wanted) is allowed and (source in now) is not allowed:
                yield f"source {source} {allowed}", AllowSource(source=source, allowed=allowed)  # type: ignore[arg-type] # one of them


def _edits(wanted: Mapping[str, list[str]] | None, now: Mapping[str, list[str]]) -> Iterator[tuple[str, DeskOrder]]:
    """What goes first: the list may be full."""
    kinds: Mapping[str, list[str]] = {kind: [] for kind in BLOCK_KINDS} if wanted is None else wanted
    for kind in BLOCK_KINDS:
        for text in now.get(kind, ()):
            if kind in kinds and text not in kinds[kind]:
                yield f"unblock {kind} {text}", EditBlocklist(action="remove", kind=kind, text=text)
    for kind in BLOCK_KINDS:
        for text in kinds.get(kind, ()):
            if text not in now.get(kind, ()):
                yield f"block {kind} {text}", EditBlocklist(action="add", kind=kind, text=text)
