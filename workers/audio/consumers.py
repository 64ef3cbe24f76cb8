"""Consumes slot queues as the loop asks, although kombu's consumer may only be touched in its own thread.

Celery restarts all bootsteps whenever the broker's connection breaks (TRAPS 24). The step below only attaches and
detaches; what should be consumed is known by the slot keeper, which is told of every new connection.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Literal

import structlog
from celery import bootsteps
from celery.worker.consumer import Consumer
from kombu import Queue

log = structlog.get_logger()

CARRY_OUT_SECONDS = 0.05
"""How often the consumer's thread looks for requests."""
EVENTS_MAX = 1_000
"""Events for Flower that are held for the next round at most."""
RECONNECT_MAX_SECONDS = 1.0
"""Celery would wait up to 30 s between tries, with every guild's commands."""


class BrokerGone(Exception):
    """There is no consumer now. Nothing is consumed, and the next one starts with the control queue only."""


class SlotConsumers:
    """What one worker process consumes. `on_attached` is called in the consumer's thread."""

    def __init__(self, on_attached: Callable[[], None]) -> None:
        self._on_attached = on_attached
        self._consumer: Any = None
        self._asked: deque[tuple[Literal["consume", "cancel"], str, asyncio.Future[None]]] = deque()
        self._turned_at = time.monotonic()

    def age(self) -> float:
        """Seconds since the consumer's thread last came round."""
        return time.monotonic() - self._turned_at

    # -- on the loop ---------------------------------------------------------------------------------------------------

    async def consume(self, queue: str) -> None:
        """Consume `queue` too; raises BrokerGone."""
        await self._ask("consume", queue)

    async def cancel(self, queue: str) -> None:
        """Consume `queue` no more; raises BrokerGone. A BRPOP in flight may bring one more message (TRAPS 25)."""
        await self._ask("cancel", queue)

    async def _ask(self, what: Literal["consume", "cancel"], queue: str) -> None:
        if self._consumer is None:
            raise BrokerGone
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._asked.append((what, queue, done))
        await done

    # -- in the consumer's thread --------------------------------------------------------------------------------------

    def attach(self, consumer: Any) -> None:
        """A connection stands: from now on requests are carried out on it."""
        self._refuse_all()
        self._consumer = consumer
        consumer.event_dispatcher.buffer_limit = EVENTS_MAX
        consumer.timer.call_repeatedly(CARRY_OUT_SECONDS, self.carry_out)
        self._on_attached()

    def detach(self) -> None:
        """The connection is gone, or the worker ends."""
        self._tell_flower()
        self._consumer = None
        self._refuse_all()

    def carry_out(self) -> None:
        """Do what was asked since the last time."""
        self._turned_at = time.monotonic()
        self._tell_flower()
        consumer = self._consumer
        while self._asked and consumer is not None:
            what, name, done = self._asked.popleft()
            try:
                _start(consumer, name) if what == "consume" else consumer.task_consumer.cancel_by_queue(name)
            except Exception as error:
                log.warning("The consumer could not change", queue=name, wanted=what, error=repr(error))
                _settle(done, BrokerGone())
            else:
                _settle(done, None)

    def _tell_flower(self) -> None:
        """Send the events since the last time; what cannot be sent is kept by Celery."""
        if self._consumer is not None and self._consumer.event_dispatcher is not None:
            self._consumer.event_dispatcher.flush()

    def _refuse_all(self) -> None:
        while self._asked:
            _settle(self._asked.popleft()[2], BrokerGone())


def _start(consumer: Any, name: str) -> None:
    tasks = consumer.task_consumer
    if not tasks.consuming_from(name):
        tasks.add_queue(Queue(name, exchange="", routing_key=name, no_declare=True))
    tasks.consume()


def _settle(done: asyncio.Future[None], error: Exception | None) -> None:
    def settle() -> None:
        if done.done():
            return
        done.set_exception(error) if error is not None else done.set_result(None)

    done.get_loop().call_soon_threadsafe(settle)


def consumer_step(consumers: SlotConsumers) -> type[bootsteps.StartStopStep]:
    """The bootstep that follows Celery's connection, for `app.steps["consumer"]`."""

    class SlotConsumersStep(bootsteps.StartStopStep):
        requires = ("celery.worker.consumer.tasks:Tasks",)

        def start(self, parent: Any) -> None:
            consumers.attach(parent)

        def stop(self, parent: Any) -> None:
            consumers.detach()

    return SlotConsumersStep


class ImpatientConsumer(Consumer):
    """Celery's consumer, trying to reconnect at least once a second, and taking messages before it tells of them."""

    def on_send_event_buffered(self) -> None:  # type: ignore[override] # its result is used by nobody
        """Nothing: the step sends events every CARRY_OUT_SECONDS. Celery would wake this thread at each one and have
        it wait until Redis took it, in which time no message is taken."""

    def ensure_connected(self, conn: Any) -> Any:
        """Retry for ever; says so in the log each time Celery's own consumer would."""
        connect = conn.ensure_connection

        def soon(errback: Any, max_retries: int | None, callback: Any) -> Any:
            return connect(
                errback,
                max_retries,
                interval_start=0.2,
                interval_step=0.4,
                interval_max=RECONNECT_MAX_SECONDS,
                callback=callback,
            )

        conn.ensure_connection = soon
        return super().ensure_connected(conn)
