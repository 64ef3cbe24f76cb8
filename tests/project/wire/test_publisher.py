"""Publishing from an event loop: in the order of the calls, together where Redis is slow, and never after a refusal."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
import redis
import redis.asyncio

from project.wire import keys
from project.wire.messages import VoiceServerChanged
from project.wire.publish import ATTEMPT_SECONDS, COMMAND_PATIENCE_MS, NotPublished, SideWrites, mirror
from project.wire.publisher import Publisher
from tests.ports import free_port
from tests.project.wire.test_publish import GUILD, client, command, fail_fast, queued, run_of
from tests.redis_server import start_redis

__all__ = ("client",)  # a fixture


@dataclass
class Freezable:
    """A Redis of the test's own, and a publisher that has already met it."""

    server: subprocess.Popen[bytes]
    client: redis.asyncio.Redis
    publisher: Publisher

    def freeze(self) -> None:
        """It takes what is sent and answers nothing."""
        os.kill(self.server.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on, with all that was sent meanwhile."""
        os.kill(self.server.pid, signal.SIGCONT)


@pytest.fixture
async def freezable(tmp_path: Path) -> AsyncIterator[Freezable]:
    port = free_port()
    server = start_redis(port, tmp_path)
    own = fail_fast(f"redis://127.0.0.1:{port}/0")
    publisher = Publisher(own)
    try:
        await publisher.publish(run_of(command("warm")))
        yield Freezable(server, own, publisher)
    finally:
        await publisher.close()
        await own.aclose()
        server.kill()
        server.wait()


class CountedRuns:
    """A client that notes how many messages each run of the script carried."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self._client = client
        self.carried: list[int] = []

    def register_script(self, script: str) -> CountedRuns:
        """As redis-py's client does."""
        self._run = self._client.register_script(script)
        return self

    async def __call__(self, keys: list[str], args: list[str | int]) -> Any:
        """Run the script."""
        self.carried.append(len(keys) // 3)
        return await self._run(keys=keys, args=args)


async def test_publications_keep_the_order_of_the_calls(client: redis.asyncio.Redis) -> None:
    publisher = Publisher(client)
    await asyncio.gather(*(publisher.publish(run_of(command(str(number)))) for number in range(200)))
    assert await queued(client) == [str(number) for number in range(200)]


async def test_what_waits_for_redis_goes_there_together(client: redis.asyncio.Redis) -> None:
    counted = CountedRuns(client)
    publisher = Publisher(cast(redis.asyncio.Redis, counted))
    await asyncio.gather(*(publisher.publish(run_of(command(str(number)))) for number in range(60)))
    assert counted.carried == [50, 10]


async def test_each_of_those_that_go_together_has_its_own_answer(client: redis.asyncio.Redis) -> None:
    publisher = Publisher(client)
    await publisher.publish(run_of(command("known")))
    answers = await asyncio.gather(
        publisher.publish(run_of(command("new"))),
        publisher.publish(run_of(command("known"))),
        publisher.publish(run_of(VoiceServerChanged(guild_id=GUILD, at_ms=1))),
        publisher.publish(mirror(SideWrites(hset=(("shard:0:session", "sequence", "7"),)))),
    )
    assert [answer.verdict for answer in answers] == ["accepted", "known", "mirrored", "mirrored"]
    assert await client.hget("shard:0:session", "sequence") == "7"


async def test_a_late_one_is_refused_without_those_around_it(client: redis.asyncio.Redis) -> None:
    publisher = Publisher(client)
    before, late, after = await asyncio.gather(
        publisher.publish(run_of(command("before"))),
        publisher.publish(run_of(command("late"), deadline_ms=1)),
        publisher.publish(run_of(command("after"))),
        return_exceptions=True,
    )
    assert isinstance(late, NotPublished)
    assert not isinstance(before, BaseException)
    assert not isinstance(after, BaseException)
    assert await queued(client) == ["before", "after"]


async def test_a_message_that_redis_cannot_take_keeps_nothing_else_from_being_published(
    client: redis.asyncio.Redis,
) -> None:
    await client.hset(keys.sequence(3), "not", "a number")
    publisher = Publisher(client)
    answers = await asyncio.gather(
        publisher.publish(mirror(SideWrites(hset=(("voice:1", "endpoint", "e"),)))),
        publisher.publish(run_of(command("refused"), deadline_ms=int(time.time() * 1000) + 200)),
        publisher.publish(mirror(SideWrites(hset=(("voice:2", "endpoint", "e"),)))),
        return_exceptions=True,
    )
    assert isinstance(answers[1], NotPublished)
    assert await client.hget("voice:1", "endpoint") == await client.hget("voice:2", "endpoint") == "e"


async def test_what_nobody_waits_for_any_more_is_not_published(freezable: Freezable) -> None:
    freezable.freeze()
    under_way = asyncio.create_task(freezable.publisher.publish(run_of(command("under way"))))
    await asyncio.sleep(0)
    given_up = asyncio.create_task(freezable.publisher.publish(run_of(command("given up"))))
    after = asyncio.create_task(freezable.publisher.publish(run_of(command("after"))))
    await asyncio.sleep(0.05)
    given_up.cancel()
    await asyncio.wait({given_up})
    freezable.thaw()
    await asyncio.gather(under_way, after)
    assert await queued(freezable.client) == ["warm", "under way", "after"]


async def test_the_order_survives_a_redis_that_hung_for_several_attempts(freezable: Freezable) -> None:
    freezable.freeze()
    sending = []
    for number in range(40):
        sending.append(asyncio.create_task(freezable.publisher.publish(run_of(command(str(number))))))
        await asyncio.sleep(3 * ATTEMPT_SECONDS / 40)
    freezable.thaw()
    await asyncio.gather(*sending)
    assert await queued(freezable.client) == ["warm", *map(str, range(40))]


async def test_commands_refused_on_a_frozen_redis_never_run(freezable: Freezable) -> None:
    publisher = freezable.publisher
    freezable.freeze()
    deadline = publisher.clock.now_ms() + COMMAND_PATIENCE_MS
    refused = [
        asyncio.create_task(publisher.publish(run_of(command(f"refused {number}"), deadline_ms=deadline)))
        for number in range(3)
    ]
    await asyncio.wait(refused)
    freezable.thaw()
    assert all(isinstance(one.exception(), NotPublished) for one in refused)
    await publisher.publish(run_of(command("after")))
    assert await queued(freezable.client) == ["warm", "after"]


async def test_a_command_whose_redis_thaws_in_time_runs_once(freezable: Freezable) -> None:
    publisher = freezable.publisher
    freezable.freeze()
    deadline = publisher.clock.now_ms() + 30_000
    sending = asyncio.create_task(publisher.publish(run_of(command("patient"), deadline_ms=deadline)))
    await asyncio.sleep(2 * ATTEMPT_SECONDS + 0.2)
    freezable.thaw()
    assert (await sending).verdict in {"accepted", "known"}
    assert await queued(freezable.client) == ["warm", "patient"]


class LostAnswers:
    """A connection whose Redis obeys but whose answers to the script are lost, until `found` is set."""

    def __init__(self, client: redis.asyncio.Redis, finish: bool) -> None:
        self._client = client
        self._finish = finish
        self.asked = 0

    def register_script(self, script: str) -> LostAnswers:
        """As redis-py's client does."""
        self._run = self._client.register_script(script)
        return self

    async def __call__(self, keys: list[str], args: list[str | int]) -> object:
        """Run the script; the worker may have finished the command before we hear that it was accepted."""
        answer = await self._run(keys=keys, args=args)
        self.asked += 1
        if self.asked > 1:
            return answer
        if self._finish:
            await self._client.hdel(keys[0], str(args[1]))
        await asyncio.sleep(0.4)
        raise redis.TimeoutError("the answer is lost")


@pytest.mark.parametrize("finished", [False, True])
async def test_a_command_accepted_just_before_its_deadline_is_not_refused_because_the_answer_was_lost(
    client: redis.asyncio.Redis, finished: bool
) -> None:
    lost = LostAnswers(client, finished)
    publisher = Publisher(cast(redis.asyncio.Redis, lost))
    clock = Publisher(client)
    publisher.clock = clock.clock
    await clock.publish(run_of(command("warm")))
    deadline = publisher.clock.now_ms() + 300
    assert (await publisher.publish(run_of(command(), deadline_ms=deadline))).verdict == "known"
    assert publisher.clock.now_ms() > deadline
    assert await queued(client) == ["warm", "1"]
