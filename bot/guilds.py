"""Which guilds the bot is in, as far as this shard's session has told."""

from __future__ import annotations

from collections.abc import Iterable


class Guilds:
    """After READY the list is complete; after a RESUME only departures seen since are known."""

    def __init__(self) -> None:
        self._joined: set[int] | None = None
        self._left: set[int] = set()

    def listed(self, guild_ids: Iterable[int]) -> None:
        """READY names every guild."""
        self._joined, self._left = set(guild_ids), set()

    def joined(self, guild_id: int) -> bool:
        """A GUILD_CREATE came; whether the guild is new, as READY's own are told of one by one as well."""
        new = self._joined is None or guild_id not in self._joined
        self._left.discard(guild_id)
        if self._joined is not None:
            self._joined.add(guild_id)
        return new

    def left(self, guild_id: int) -> None:
        """The bot was removed."""
        self._left.add(guild_id)
        if self._joined is not None:
            self._joined.discard(guild_id)

    def gone(self, guild_id: int) -> bool:
        """Whether the bot is certainly not in the guild."""
        return guild_id in self._left or (self._joined is not None and guild_id not in self._joined)
