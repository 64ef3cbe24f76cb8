"""The command: an order for one guild's player, with who wants it and until when."""

from __future__ import annotations

from typing import Literal

from project.wire.orders import Order
from project.wire.wish import Message

LONGEST_MS = 2**31 - 1
"""What the column of durations holds."""


COMMAND_PATIENCE_MS = 2_000
"""A command that could not be queued this long after its receipt is refused: the member is told to try again."""


ANSWERED_MS = 15 * 60_000
"""Discord takes an answer for so long after an interaction; what was not done by then is not done any more."""


class Actor(Message, frozen=True, kw_only=True):
    """Who wants it, with what Discord said of them at that moment."""

    kind: Literal["member", "token", "staff", "system"]
    user_id: int
    name: str = ""
    role_ids: tuple[int, ...] = ()
    permissions: int = 0
    """Discord permission bits in the text channel."""
    voice_channel_id: int | None = None
    locale: str = "en-US"


class Command(Message, tag="command", frozen=True, kw_only=True):
    """An order for one guild's player."""

    id: str
    """The interaction id, or a UUID from API and admin. The same id is carried out once."""
    guild_id: int
    order: Order
    actor: Actor
    text_channel_id: int | None = None
    guild_locale: str | None = None
    issued_ms: int
    """When it was meant, in ms since 1970 on Discord's clock."""
    deadline_ms: int = 0
    """Not taken after this moment, in ms since 1970 on Redis's clock; 0 means none."""
    trace_id: str = ""

    @property
    def received_ms(self) -> int | None:
        """When the gateway got it, in ms since 1970 on Redis's clock, as far as the deadline tells."""
        return self.deadline_ms - COMMAND_PATIENCE_MS if self.deadline_ms else None

    def is_too_late(self, now_ms: int) -> bool:
        """Whether nobody can be told its outcome any more; `now_ms` by Redis's clock, give or take a second."""
        received = self.received_ms
        return received is not None and now_ms - received > ANSWERED_MS

    def took_ms(self, now_ms: int) -> int | None:
        """How long ago it was received, by two machines' clocks; None where that is not known."""
        received = self.received_ms
        return None if received is None else min(max(0, now_ms - received), LONGEST_MS)
