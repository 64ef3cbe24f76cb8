"""Flower that asks the workers again and again: slots move, and it would know only what was so when it was opened."""

from __future__ import annotations

from flower.app import Flower
from tornado.ioloop import PeriodicCallback

REFRESH_SECONDS = 10


class FreshFlower(Flower):  # type: ignore[misc] # Flower has no types
    """Takes the place of the application that the flower command makes."""

    def start(self) -> None:
        """Run until the process ends."""
        PeriodicCallback(self.refresh, REFRESH_SECONDS * 1000).start()
        super().start()

    async def refresh(self) -> None:
        """Learn who consumes what; a worker that is gone consumes nothing."""
        await self.update_workers()
        known = self.events.state.workers
        for name in [name for name in self.workers if name in known and not known[name].alive]:
            del self.workers[name]
