"""kombu's Redis transport without its own ideas on redelivery: what must not be lost is in the slot's journal.

kombu keeps received messages in an `unacked` hash and puts them back at the far end of the queue when a channel closes:
out of order, and twice with the journal. Popped messages that nobody consumes any more would be put back there too.
"""

from __future__ import annotations

from typing import Any

import structlog
from kombu.transport import redis

log = structlog.get_logger()


class Channel(redis.Channel):
    """Acknowledgements stay in memory, where they bound the prefetch."""

    ack_emulation = False
    do_restore = False

    def _restore(self, message: Any, leftmost: bool = False) -> None:
        log.debug("Left to the journal", queue=message.delivery_info.get("routing_key"))


class Transport(redis.Transport):
    """Named by the audio worker's `broker_transport`."""

    Channel = Channel
