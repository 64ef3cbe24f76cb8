"""A slot of this process: whether its queue may be worked on, and what is being worked on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class HeldSlot:
    """A slot of this process."""

    number: int
    epoch: int
    loaded: bool = False
    open: bool = False
    leaving: bool = False
    running: dict[str, str] = field(default_factory=dict)
    """Celery task id -> message id of what is being worked on."""
    refused: list[str] = field(default_factory=list)
    """Message ids that came while the queue was closed; they are rebuilt with it, or go back to the next owner."""
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while nothing runs."""
    work: asyncio.Task[None] | None = None
    """Loading, opening or handing over."""

    def __post_init__(self) -> None:
        self.idle.set()

    def begin(self, task_id: str, message_id: str) -> None:
        """A message is being worked on."""
        self.running[task_id] = message_id
        self.idle.clear()

    def end(self, task_id: str) -> None:
        """It is done, one way or the other."""
        del self.running[task_id]
        if not self.running:
            self.idle.set()

    @property
    def busy(self) -> bool:
        """Whether a transition is under way."""
        return self.work is not None and not self.work.done()
