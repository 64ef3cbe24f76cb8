"""What the desk does about a member's own data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apps.billing.payer import payer_guilds
from apps.privacy.erasure import StillPaying, member_erase
from project import settings
from project.wire.desk import DeskOrder
from project.wire.messages import Command
from project.wire.privacy import AskToErase, EraseMine, ExportMine
from workers.player.outcomes import Denied
from workers.screen.desk_endings import DeskEnding
from workers.screen.library_endings import Confided
from workers.screen.privacy_endings import EraseAsked, ExportOffered

EXPORT_URL = settings.PUBLIC_URL + "/api/v1/login?then=export"
"""The answer to who signs in there is their data, and nothing that anybody else could use."""


def export(_command: Command, _: ExportMine) -> DeskEnding:
    """Where to download it. Discord says there who asks, and the api whether it can be asked."""
    return ExportOffered(url=EXPORT_URL)


def ask(command: Command, _: AskToErase) -> DeskEnding:
    """What would go; who pays is told at once that they have to cancel first."""
    paying = payer_guilds(user_id=command.actor.user_id)
    return _still_paying(paying) if paying else EraseAsked(guild_id=command.guild_id)


def erase(command: Command, _: EraseMine) -> DeskEnding:
    """Begin."""
    try:
        member_erase(user_id=command.actor.user_id, asked_by="member")
    except StillPaying as refused:
        return _still_paying(refused.guilds)
    return Confided(key="privacy.started")


def _still_paying(guilds: list[int]) -> Denied:
    return Denied(key="privacy.still_paying", values={"n": len(guilds)})


HANDLERS: dict[type[DeskOrder], Callable[[Command, Any], DeskEnding]] = {
    ExportMine: export,
    AskToErase: ask,
    EraseMine: erase,
}
