"""Who may change what concerns the whole guild."""

from __future__ import annotations

from project.wire.messages import Actor
from workers.player.permissions import ADMINISTRATOR, MANAGE_GUILD


def may_manage(actor: Actor) -> bool:
    """Members need Manage Server, as Discord calls it; tokens have scopes and staff roles, both checked before."""
    return actor.kind != "member" or bool(actor.permissions & (ADMINISTRATOR | MANAGE_GUILD))
