"""Who waits for PostgreSQL and who is told that it is away."""

from __future__ import annotations

import asyncio

import pytest

from workers.adapters import store_line
from workers.adapters.store_line import StoreLine
from workers.ports import Away


async def waiting(line: StoreLine, count: int) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(line.turn()) for _ in range(count)]
    await asyncio.sleep(0)
    return tasks


def come(tasks: list[asyncio.Task[None]]) -> list[bool]:
    return [task.done() for task in tasks]


async def test_turns_come_in_order() -> None:
    line = StoreLine(1)
    await line.turn()
    tasks = await waiting(line, 2)
    line.leave()
    await asyncio.wait({tasks[0]})
    assert come(tasks) == [True, False]
    line.leave()
    await asyncio.gather(*tasks)


async def test_waiting_for_others_who_are_answered_is_no_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_line, "SILENT_SECONDS", 0.05)
    line = StoreLine(1)
    await line.turn()
    (last,) = await waiting(line, 1)
    for _ in range(20):
        await asyncio.sleep(0.01)
        line.answered()
    assert not last.done()
    line.leave()
    await last


async def test_a_line_that_is_never_served_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_line, "SILENT_SECONDS", 0.01)
    line = StoreLine(1)
    await line.turn()
    with pytest.raises(Away, match="answered nobody"):
        await line.turn()
    line.leave()
    await line.turn()


async def test_however_steadily_others_are_answered_a_wait_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_line, "SILENT_SECONDS", 0.05)
    monkeypatch.setattr(store_line, "LINE_SECONDS", 0.1)
    line = StoreLine(1)
    await line.turn()
    (last,) = await waiting(line, 1)
    while not last.done():
        line.answered()
        await asyncio.sleep(0.01)
    assert isinstance(last.exception(), Away)


async def test_where_nobody_is_answered_the_whole_line_ends_at_once() -> None:
    line = StoreLine(1)
    await line.turn()
    tasks = await waiting(line, 2)
    line.unanswered(asked_at=0.0)
    assert all(isinstance(error, Away) for error in await asyncio.gather(*tasks, return_exceptions=True))


async def test_one_slow_statement_ends_no_line_that_moves() -> None:
    line = StoreLine(1)
    await line.turn()
    (last,) = await waiting(line, 1)
    line.answered()
    line.unanswered(asked_at=0.0)
    await asyncio.sleep(0)
    assert not last.done()
    line.leave()
    await last


async def test_who_is_cancelled_gives_the_turn_on() -> None:
    line = StoreLine(1)
    await line.turn()
    given_up, called_up, last = await waiting(line, 3)
    given_up.cancel()
    await asyncio.sleep(0)
    line.leave()
    called_up.cancel()
    await last
    assert called_up.cancelled()
