"""Turns the project's Celery application into the audio worker's, and holds what lives as long as the process."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

import redis.asyncio
import structlog
from celery import Celery, signals
from kombu import Queue
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from project import logging
from project.env import StartRefused
from project.wire.leases import RELEASED_CHANNEL, RENEW_SECONDS, Leases
from project.worker_health import WorkerHealth
from workers.audio import pool
from workers.audio.consumers import SlotConsumers, consumer_step
from workers.audio.delivery import Delivery, slot_of_queue
from workers.audio.heartbeat import PIPE_VARIABLE, Beat, beat, die_with_parent, inherited_pipe
from workers.audio.journal import Journal
from workers.audio.journal_age import JournalAge
from workers.audio.metrics import JOURNAL, JOURNAL_AGE, SLOTS, SLOTS_WANTED
from workers.audio.runtime import SlotHandler
from workers.audio.slots import SlotKeeper
from workers.audio.tasks import register
from workers.audio.transport import Channel
from workers.audio.worker_name import node_name

log = structlog.get_logger()

REDIS_SECONDS = 0.5
"""Longest wait for Redis; leases are trusted for 1.6 s, so a renewal is tried three times before trust ends."""
JOURNAL_CONNECTIONS = 8
CONCURRENCY = 1024
"""Tasks under way at once (Celery's prefetch); the actors bound what waits per guild."""
LISTEN_AGAIN_SECONDS = 1.0
BUILD_AGAIN_SECONDS = 3.0
MEASURE_SECONDS = 5.0

Build = Callable[[], Awaitable[SlotHandler]]


class AudioProcess:
    """What lives as long as the process, across all of Celery's reconnects."""

    def __init__(self, *, redis_url: str, slots: int, build: Build) -> None:
        self._redis_url, self._slots, self._build = redis_url, slots, build
        self.holder = f"{node_name()}:{os.getpid()}"
        self.consumers = SlotConsumers(self._broker_attached)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._leases: Leases | None = None
        self._keeper: SlotKeeper | None = None
        self._delivery: Delivery | None = None
        self._background: list[asyncio.Task[None]] = []
        self._handing_over: asyncio.Task[None] | None = None

    # -- on the loop ---------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Everything but Celery; ends the process with the code of a refused configuration."""
        self._loop = asyncio.get_running_loop()
        if (pipe := inherited_pipe()) is not None:
            self._background.append(asyncio.create_task(beat(self._beat, pipe)))
        try:
            handler = await self._built()
        except StartRefused as refused:
            os._exit(int(refused.code or 2))  # nothing is held yet, and Celery would wait for the broker first
        journal = Journal(self._client(JOURNAL_CONNECTIONS))
        leases = self._leases = Leases(self._client(1), family="slot", holder=self.holder)
        self._keeper = SlotKeeper(
            slots=self._slots, leases=leases, journal=journal, handler=handler, consumers=self.consumers
        )
        self._delivery = Delivery(slots=self._slots, keeper=self._keeper, journal=journal, handler=handler)
        self._background.append(asyncio.create_task(self._keeper.run()))
        self._background.append(asyncio.create_task(self._listen(self._keeper.wake)))
        self._background.append(asyncio.create_task(self._measure(self._keeper, journal)))

    async def stop(self) -> None:
        """After the last task: hand over all slots."""
        await self._hand_over()
        for task in self._background:
            task.cancel()

    async def _hand_over(self) -> None:
        """Once, whoever asks first."""
        if self._keeper is None:
            return
        if self._handing_over is None:
            self._handing_over = asyncio.create_task(self._keeper.stop())
        await asyncio.shield(self._handing_over)

    async def _end_without_redis(self) -> None:
        """Celery takes leave of the broker before it stops its pool, and waits for a hung Redis at each step (21 s).

        What this process holds can be handed over without: sockets are closed, leases run out, commands are journalled.
        """
        while self._leases is not None and self._leases.in_touch():  # noqa: ASYNC110 # trust ends by time alone
            await asyncio.sleep(RENEW_SECONDS)
        log.warning("Redis does not answer; ending without taking leave")
        await self._hand_over()
        os._exit(0)

    async def handle(self, argument: dict[str, Any], task_id: str, queue: str) -> str:
        """Carry a task out."""
        if self._delivery is None:
            return "not ours"
        return await self._delivery.handle(argument, task_id, queue)

    async def _built(self) -> SlotHandler:
        while True:
            try:
                return await self._build()
            except Exception:
                log.exception("The audio worker cannot start yet")
                await asyncio.sleep(BUILD_AGAIN_SECONDS)

    async def _measure(self, keeper: SlotKeeper, journal: Journal) -> None:
        age = JournalAge(journal)
        SLOTS_WANTED.set(self._slots)
        while True:
            await asyncio.sleep(MEASURE_SECONDS)
            SLOTS.labels("owned").set(len(keeper.held))
            SLOTS.labels("open").set(sum(slot.open for slot in keeper.held.values()))
            try:
                entries, seconds = await age.look(keeper.held)
                JOURNAL.set(entries)
                JOURNAL_AGE.set(seconds)
            except (redis.RedisError, OSError) as error:
                log.debug("The journal's length is not known", error=str(error))

    async def _listen(self, wake: asyncio.Event) -> None:
        """Look for slots as soon as somebody gives some up; without it they are found at the next renewal."""
        client = self._client(1)
        while True:
            try:
                async with client.pubsub(ignore_subscribe_messages=True) as listener:
                    await listener.subscribe(RELEASED_CHANNEL)
                    while True:
                        if await listener.get_message(timeout=LISTEN_AGAIN_SECONDS) is not None:
                            wake.set()
            except (redis.RedisError, OSError) as error:
                log.debug("Not listening for released slots", error=str(error))
                await asyncio.sleep(LISTEN_AGAIN_SECONDS)

    def _client(self, connections: int) -> redis.asyncio.Redis:
        """A client without patience: hung stores must not hold up the loop's other work."""
        connections_pool = redis.asyncio.BlockingConnectionPool.from_url(
            self._redis_url,
            max_connections=connections,
            timeout=REDIS_SECONDS,
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
        return redis.asyncio.Redis.from_pool(connections_pool)

    def _beat(self) -> Beat:
        keeper = self._keeper
        return Beat(
            holder=self.holder,
            ready=keeper is not None and keeper.renewed is not None,
            redis=keeper is not None and keeper.redis_answers,
            slots=0 if keeper is None else len(keeper.held),
            open=0 if keeper is None else sum(slot.open for slot in keeper.held.values()),
            consumer_age=self.consumers.age(),
        )

    # -- from Celery's threads -----------------------------------------------------------------------------------------

    def may_pop(self, queue: str) -> bool:
        """Whether `queue` may be popped from: not before there are leases, nor a slot's while it is not open."""
        if self._leases is None or self._keeper is None or not self._leases.in_touch():
            return False
        slot = slot_of_queue(queue)
        return slot is None or self._keeper.may_pop(slot)

    def revoked(self, task_id: str, queue: str) -> None:
        """The task was revoked and must not come back from the journal."""
        if self._loop is not None and self._delivery is not None:
            asyncio.run_coroutine_threadsafe(self._delivery.forget(queue, task_id), self._loop)

    def shutting_down(self, **_signal: Any) -> None:
        """SIGTERM came: take no more slots."""
        if self._loop is not None and self._keeper is not None:
            self._loop.call_soon_threadsafe(self._begin_end)

    def _begin_end(self) -> None:
        if self._keeper is not None:
            self._keeper.stop_taking()
            self._background.append(asyncio.create_task(self._end_without_redis()))

    def _broker_attached(self) -> None:
        if self._loop is not None and self._keeper is not None:
            self._loop.call_soon_threadsafe(self._keeper.broker_restarted)


def configure(app: Celery, *, redis_url: str, slots: int, build: Build) -> AudioProcess:
    """Make `app` the audio worker's; `build` composes what lives inside slots, on the pool's loop."""
    _configure_logging()  # now: Celery has something to say before it asks for it
    control = Queue(f"audio.control.{node_name()}", auto_delete=True)
    app.conf.update(
        imports=(),  # those are the background workers' tasks
        broker_transport="workers.audio.transport:Transport",
        broker_transport_options={
            **app.conf.broker_transport_options,
            "polling_interval": 0.1,
            "priority_steps": [0],
        },
        task_acks_late=True,
        task_default_queue=control.name,
        task_queues=[control],
        task_reject_on_worker_lost=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_concurrency=CONCURRENCY,
        worker_consumer="workers.audio.consumers:ImpatientConsumer",
        worker_enable_prefetch_count_reduction=False,
        worker_prefetch_multiplier=1,
    )
    process = AudioProcess(redis_url=redis_url, slots=slots, build=build)
    Channel.may_pop = staticmethod(process.may_pop)
    app.steps["worker"].discard(WorkerHealth)  # the supervisor answers probes for all its children
    app.steps["consumer"].add(consumer_step(process.consumers))
    register(app, process)
    pool.STARTED.append(process.start)
    pool.DRAINED.append(process.stop)
    signals.setup_logging.connect(_configure_logging, weak=False)  # after the project's own, so it has the last word
    signals.worker_shutting_down.connect(process.shutting_down, weak=False)
    if PIPE_VARIABLE in os.environ:
        die_with_parent()
    return process


def _configure_logging(**_more: Any) -> None:
    logging.configure("audio")
