"""Which function carries out which order of the desk; a new family joins FAMILIES."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from project.wire.desk import DeskOrder
from project.wire.messages import Command, Order
from workers.background.desk import guild_settings, library_favourites, library_playlists, premium, privacy
from workers.screen.desk_endings import DeskEnding

Handler: TypeAlias = Callable[[Command, Any], DeskEnding]
"""Runs inside the transaction that records the command; its own database errors undo both."""

FAMILIES: tuple[Mapping[type[DeskOrder], Handler], ...] = (
    guild_settings.HANDLERS,
    library_playlists.HANDLERS,
    library_favourites.HANDLERS,
    premium.HANDLERS,
    privacy.HANDLERS,
)

HANDLERS: dict[type[Order], Handler] = {kind: handler for family in FAMILIES for kind, handler in family.items()}
