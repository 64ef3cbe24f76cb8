"""Reads what members keep (tables of apps.library) for a player that is to queue it: one statement per Play."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, LiteralString

import msgspec

from project.wire.library import FAVOURITES_MAX, PLAYLIST_TRACKS_MAX
from project.wire.orders import PlaySaved
from workers.player.facts import TracksFound
from workers.player.track import Track
from workers.ports import Away, NotStored

_log = logging.getLogger(__name__)

Rows = Callable[[LiteralString, dict[str, Any]], Awaitable[Sequence[tuple[Any, ...]]]]
"""Runs one statement; raises Away within a second, NotStored."""

# One's own by its name, else one that is shared in the guild, else one by its code: as apps.library.selectors says.
_PLAYLIST: Final[LiteralString] = """
WITH meant AS (
  SELECT id, name, 1 AS place FROM playlists
  WHERE owner_id = %(member)s::bigint AND lower(name) = lower(%(name)s::text)
  UNION ALL
  SELECT id, name, 2 FROM playlists
  WHERE shared_guild_id = %(guild)s::bigint AND lower(name) = lower(%(name)s::text)
  UNION ALL
  SELECT id, name, 3 FROM playlists WHERE share_code = %(code)s::text
  ORDER BY place, id LIMIT 1
)
SELECT meant.name, t.track FROM meant LEFT JOIN playlist_tracks t ON t.playlist_id = meant.id
ORDER BY t.rank LIMIT %(most)s OFFSET %(offset)s
"""

_FAVOURITES: Final[LiteralString] = """
SELECT %(name)s::text, track FROM favourites WHERE member_id = %(member)s::bigint
ORDER BY rank, id LIMIT %(most)s OFFSET %(offset)s
"""


class PostgresSavedTracks:
    """Implements workers.audio.actor_ports.SavedTracks."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def fetch(self, command_id: str, guild_id: int, member_id: int, saved: PlaySaved) -> TracksFound:
        """See SavedTracks."""
        whole = saved.number is None
        params = {
            "guild": guild_id,
            "member": member_id,
            "name": " ".join(saved.query.split()),
            "code": saved.query.strip(),
            "most": max(PLAYLIST_TRACKS_MAX, FAVOURITES_MAX) if whole else 1,
            "offset": 0 if saved.number is None else max(0, saved.number - 1),
        }
        try:
            rows = await self._rows(_PLAYLIST if saved.kind == "playlist" else _FAVOURITES, params)
            return _found(command_id, saved, rows)
        except Away:
            return TracksFound(command_id, (), failure="store_away")
        except (NotStored, msgspec.ValidationError) as error:
            _log.error("command %s: what a member keeps cannot be read: %s", command_id, error)
            return TracksFound(command_id, (), failure="failed")


def _found(command_id: str, saved: PlaySaved, rows: Sequence[tuple[Any, ...]]) -> TracksFound:
    """A playlist that is empty has one row without a track."""
    tracks = tuple(msgspec.convert(track, Track) for _, track in rows if track is not None)
    if not tracks:
        if saved.kind == "favourites":
            return TracksFound(command_id, (), failure="no_favourites")
        return TracksFound(command_id, (), failure="playlist_empty" if rows else "playlist_unknown")
    return TracksFound(command_id, tracks, playlist=str(rows[0][0]) if saved.number is None else None)
