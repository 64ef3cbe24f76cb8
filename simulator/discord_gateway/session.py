"""A gateway session: what one shard has been told, kept for replay while it can still be resumed."""

import secrets
from collections import deque
from typing import TYPE_CHECKING, Any

from simulator.discord_gateway.frames import encode

if TYPE_CHECKING:
    from simulator.discord_gateway.connection import Connection

_KEPT_EVENTS = 10_000


class Session:
    """Outlives its sockets. `connection` is None while nobody holds it."""

    def __init__(self, *, shard: tuple[int, int], intents: int) -> None:
        self.id = secrets.token_hex(16)
        self.shard = shard
        self.intents = intents
        self.sequence = 0
        self.connection: Connection | None = None
        self.left_at: float | None = None
        self._replay: deque[tuple[int, str]] = deque(maxlen=_KEPT_EVENTS)

    def covers(self, guild_id: str) -> bool:
        shard_id, count = self.shard
        return (int(guild_id) >> 22) % count == shard_id

    def dispatch(self, name: str, data: dict[str, Any]) -> None:
        """Numbers the event, keeps it, and sends it when somebody listens."""
        self.sequence += 1
        text = encode({"op": 0, "t": name, "s": self.sequence, "d": data})
        self._replay.append((self.sequence, text))
        if self.connection is not None:
            self.connection.queue(text)

    def can_resume_from(self, sequence: int) -> bool:
        oldest = self._replay[0][0] if self._replay else self.sequence + 1
        return oldest - 1 <= sequence <= self.sequence

    def missed_since(self, sequence: int) -> list[str]:
        return [text for number, text in self._replay if number > sequence]
