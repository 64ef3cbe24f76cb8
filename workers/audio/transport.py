"""kombu's Redis transport without its own ideas on redelivery: what must not be lost is in the slot's journal.

kombu keeps received messages in an `unacked` hash and puts them back at the far end of the queue when a channel closes:
out of order, and twice with the journal. Popped messages that nobody consumes any more would be put back there too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import structlog
from kombu.transport import redis
from kombu.utils.scheduling import round_robin_cycle

log = structlog.get_logger()


class Channel(redis.Channel):
    """Acknowledgements stay in memory, where they bound the prefetch."""

    ack_emulation = False
    do_restore = False
    queue_order_strategy = f"{__name__}:OwnQueues"
    may_pop: ClassVar[Callable[[str], bool]] = staticmethod(lambda _queue: True)
    """Asked for each queue before every pop, in the consumer's thread: a worker that was frozen wakes up consuming
    queues that are another's by now, goes on to do so after it has seen that until its consumer comes round, and would
    take messages away from before those that the new owner takes."""

    def _restore(self, message: Any, leftmost: bool = False) -> None:
        log.debug("Left to the journal", queue=message.delivery_info.get("routing_key"))


class OwnQueues(round_robin_cycle):  # type: ignore[type-arg] # takes no arguments when it runs
    """kombu's turns between queues, which pass over those that may not be popped from now."""

    def consume(self, n: int) -> list[str]:  # type: ignore[override] # a list, whatever kombu-stubs says
        """The queues of the next BRPOP; with none there is none, and kombu asks again at its next turn."""
        return [queue for queue in super().consume(n) if Channel.may_pop(queue)]


class Transport(redis.Transport):
    """Named by the audio worker's `broker_transport`."""

    Channel = Channel
