"""Orders about a member's own data: handing it out and erasing it, wherever it is kept."""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from project.wire.wish import DeskWish


class ExportMine(DeskWish, tag="privacy_export", frozen=True, kw_only=True):
    """Where the member downloads what is held of them. No data and no key to it travels: they sign in there."""

    read: ClassVar[bool] = True
    when_blocked: ClassVar[bool] = True


class AskToErase(DeskWish, tag="privacy_ask", frozen=True, kw_only=True):
    """What an erasure would take, and a button that asks for it."""

    read: ClassVar[bool] = True
    when_blocked: ClassVar[bool] = True


class EraseMine(DeskWish, tag="privacy_erase", frozen=True, kw_only=True):
    """Erase all that is held of the member."""

    when_blocked: ClassVar[bool] = True


PrivacyOrder: TypeAlias = ExportMine | AskToErase | EraseMine
