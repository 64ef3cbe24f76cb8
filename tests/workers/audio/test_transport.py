"""Messages are taken from those queues only that are this worker's at the moment of taking."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from kombu import Connection, Consumer, Producer, Queue

from workers.audio.transport import Channel

OURS, ANOTHERS = "audio.slot.1", "audio.slot.2"


@pytest.fixture
def connection(redis_url: str) -> Iterator[Connection]:
    with Connection(redis_url, transport="workers.audio.transport:Transport") as connection:
        yield connection


def drain(connection: Connection, taken: list[str]) -> list[str]:
    """What is taken from both queues until nothing comes any more."""
    queues = [Queue(name, exchange="", routing_key=name, no_declare=True) for name in (OURS, ANOTHERS)]
    with Consumer(connection, queues, callbacks=[lambda body, _message: taken.append(body)], no_ack=True):
        try:
            while True:
                connection.drain_events(timeout=1.5)
        except TimeoutError:
            return taken


def test_what_may_not_be_popped_stays_in_its_queue(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    may_pop = {OURS}
    monkeypatch.setattr(Channel, "may_pop", staticmethod(may_pop.__contains__))
    producer = Producer(connection)
    for name in (ANOTHERS, OURS, ANOTHERS):
        producer.publish(name, exchange="", routing_key=name)
    assert drain(connection, []) == [OURS]
    may_pop.add(ANOTHERS)
    assert drain(connection, []) == [ANOTHERS, ANOTHERS]
