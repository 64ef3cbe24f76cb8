"""kombu's Redis transport without its own ideas on redelivery: what must not be lost is in the slot's journal.

kombu keeps received messages in an `unacked` hash and puts them back at the far end of the queue when a channel closes:
out of order, and twice with the journal. Popped messages that nobody consumes any more would be put back there too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import structlog
from kombu.transport import redis

log = structlog.get_logger()


class Channel(redis.Channel):
    """Acknowledgements stay in memory, where they bound the prefetch."""

    ack_emulation = False
    do_restore = False
    may_pop: ClassVar[Callable[[], bool]] = staticmethod(lambda: True)
    """Asked before every pop, in the consumer's thread: a worker that was frozen wakes up with queues that are
    another's by now, and would take messages out of their order before it knows."""

    def _brpop_start(self, timeout: float | None = None) -> None:
        if type(self).may_pop():
            super()._brpop_start(timeout)  # type: ignore[misc] # missing in kombu-stubs

    def _restore(self, message: Any, leftmost: bool = False) -> None:
        log.debug("Left to the journal", queue=message.delivery_info.get("routing_key"))


class Transport(redis.Transport):
    """Named by the audio worker's `broker_transport`."""

    Channel = Channel
