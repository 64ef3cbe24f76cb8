"""What the audio workers' role may do: what their statements need, and no more. It is given after each migration.

The role meets whatever members' files and addresses bring; passwords, sessions and payers are none of its business.
Where there is no such role (one machine, one role), there is nothing to give.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import connections, transaction

ROLE: Final = "segue_audio"
RIGHTS: Final[Mapping[str, str]] = {
    "commands": "SELECT, INSERT, UPDATE",
    "favourites": "SELECT",
    "guild_blocks": "SELECT",
    "guild_settings": "SELECT",
    "history": "INSERT",
    "node_drains": "SELECT",
    "plans": "SELECT",
    "playback_errors": "SELECT, INSERT, DELETE",
    "players": "SELECT, INSERT, UPDATE",
    "playlist_tracks": "SELECT",
    "playlists": "SELECT",
    "queue_entries": "SELECT, INSERT, UPDATE, DELETE",
    "slot_sessions": "SELECT, INSERT, UPDATE, DELETE",
    "slots": "SELECT, UPDATE",
    "subscriptions": "SELECT",
    "usage": "SELECT, INSERT, UPDATE",
}
"""By table. What a release needs no longer goes with the next one: both run side by side during a rollout."""
_OURS: Final = """
SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND pg_has_role(c.relowner, 'USAGE') ORDER BY c.relname
"""


def rights_give(*, using: str, **_: Any) -> None:
    """Receiver of `post_migrate`. All at once: who runs meanwhile never misses a right that stays."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE])
        if not cursor.rowcount:
            return
        cursor.execute(_OURS)
        ours = [name for (name,) in cursor.fetchall()]
        if ours:
            cursor.execute(f"REVOKE ALL ON {', '.join(map(connection.ops.quote_name, ours))} FROM {ROLE}")
        for table in RIGHTS.keys() & set(ours):
            cursor.execute(f"GRANT {RIGHTS[table]} ON {connection.ops.quote_name(table)} TO {ROLE}")
