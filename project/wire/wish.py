"""The base of everything on the wire, and of the orders among it."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of everything on the wire; the `type` field says which one it is."""


class Wish(Message, frozen=True, kw_only=True):
    """Base of the orders."""

    performer: ClassVar[Literal["player", "desk"]] = "player"
    """Who carries it out: the guild's player in an audio worker, or the desk in a background worker."""
    read: ClassVar[bool] = False
    """It changes nothing, so it is neither journalled nor recorded, and needs no permission."""
    when_blocked: ClassVar[bool] = False
    """It is obeyed also in a guild that support has blocked: people may end what they pay, and have their data."""


class DeskWish(Wish, frozen=True, kw_only=True):
    """Base of the desk's orders."""

    performer: ClassVar[Literal["player", "desk"]] = "desk"
