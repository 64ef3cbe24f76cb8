"""What the slot keeper and the tasks ask of the audio worker's composition root, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class SlotHandler(Protocol):
    """Everything that lives inside slots: players, Lavalink sessions, actors. All calls come on the pool's loop.

    `taken`, `released` and `lost` of one slot never overlap.
    """

    async def taken(self, slot: int, epoch: int, trusted: Callable[[], bool]) -> None:
        """This process owns the slot: fence the owner before, load players, open sessions.

        `trusted` says whether the lease holds at this moment; it is asked before every outside effect (DESIGN §2).

        The slot's queue is consumed only after this returned. An exception means "not now": the lease is given up
        and the slot is tried again later.
        """

    async def released(self, slot: int) -> None:
        """The slot goes to another owner and nothing of it runs any more: close sockets, keep sessions and music."""

    async def lost(self, slot: int) -> None:
        """A newer owner was seen: stop touching the slot. Deliveries may still be running."""

    async def deliver(self, argument: dict[str, Any], task_id: str) -> str:
        """Parse a task's argument, queue it in its guild's mailbox before the first await, return when it is done.

        The word returned is the task's result in Flower. Raises workers.ports.PortFailed (Away: tried again later,
        Fenced: the slot is given up) and MalformedMessage (dropped).
        """

    def in_mailbox(self, slot: int) -> set[str]:
        """Ids of messages that were accepted and are not done."""

    async def redis_emptied(self) -> None:
        """Redis was emptied, restored or hung; the leases are asserted again. Write again what it should hold."""

    async def stopped(self) -> None:
        """The process ends; every slot was released or lost."""
