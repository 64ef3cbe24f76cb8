"""◀ and ▶ under a page, which turn it where it stands; the custom ids are a contract with the gateway.

`segue:<list>:<guild>:<page>[:<rest>]`, where the rest says which list (bot/page_turns.py).
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from workers.screen.player_buttons import button, custom_id, row

LONGEST_ID = 100
"""Characters of a custom id at Discord."""

Paged: TypeAlias = Literal["queue_page", "lyrics_page", "history", "playlist", "playlists", "favourites", "blocklist"]


def page_buttons(listed: Paged, guild_id: int, page: int, pages: int, rest: str = "") -> list[dict[str, Any]]:
    """The row; none where there is one page only, or a list has too long a name to be asked for again."""
    back, on = (_turn(listed, guild_id, to, rest) for to in (page - 1, page + 1))
    if pages <= 1 or max(len(back), len(on)) > LONGEST_ID:
        return []
    return [row(button(back, "◀️", disabled=page <= 1), button(on, "▶️", disabled=page >= pages))]


def room_for_rest(listed: Paged, guild_id: int) -> int:
    """Characters that are left for the rest, whatever the page."""
    return LONGEST_ID - len(_turn(listed, guild_id, 9_999, "."))


def _turn(listed: Paged, guild_id: int, page: int, rest: str) -> str:
    identity = custom_id(listed, guild_id, page)
    return f"{identity}:{rest}" if rest else identity
