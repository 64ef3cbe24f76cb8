"""b: full commands a second that one audio process carries out, beside its own Celery pool with empty tasks."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

from tests.bench.partner import ROOT, Partner
from tests.bench.processes import CoreShares, cpu_seconds
from tests.bench.report import Report, Row
from tests.bench.samples import drain_rate
from tests.bench.stage import Stage

COMMANDS = 2_500
ROUNDS = 2
FLOOR = 300.0


async def measure(stage: Stage, report: Report, scale: float) -> None:
    """There is always something to do; the better of two rounds counts for both."""
    backlog = await Partner.start("tests.bench.backlog", stage.environment())
    count = round(COMMANDS * scale)
    try:
        with stage.gateway_still():
            full = [await _full(stage, backlog, count, report) for _ in range(ROUNDS)]
            async with _bare_worker(stage):
                bare = [drain_rate((await backlog.ask("bare", count=count))["seen"]) for _ in range(ROUNDS)]
    finally:
        await backlog.end()
    report.rows.append(
        Row(
            "commands_per_second",
            "full commands/s of one audio process, events on",
            max(full),
            "/s",
            limit=FLOOR,
            baseline=max(bare),
            baseline_name="/s bare pool",
            at_least=True,
        )
    )


async def _full(stage: Stage, backlog: Partner, count: int, report: Report) -> float:
    commands = []
    for _ in range(count):
        place, name = stage.next_toggle()
        commands.append((place.guild_id, place.voice_id, name))
    pid, shares = stage.audio_pid, CoreShares(await stage.pids())
    used = cpu_seconds(pid)
    answer = await backlog.ask("commands", commands=commands)
    report.figures["command_cpu_ms"] = (cpu_seconds(pid) - used) * 1000 / count
    report.figures |= {f"{name}_core_share_full": share for name, share in shares.now().items()}
    failed = count - _recorded(stage.stores.database_url, answer["ids"])
    report.figures["commands_failed_full"] = report.figures.get("commands_failed_full", 0) + failed
    return drain_rate(answer["seen"]) * (1 - failed / count)


def _recorded(database_url: str, ids: list[str]) -> int:
    """How many of these commands PostgreSQL knows an outcome of; the others were refused for want of a store."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT count(*) FROM commands WHERE id = ANY(%s)", (ids,)).fetchone()
    return int(row[0]) if row else 0


@asynccontextmanager
async def _bare_worker(stage: Stage) -> AsyncIterator[None]:
    """A worker of its own; the audio worker is idle meanwhile."""
    words = ["-m", "celery", "-A", "tests.bench.bare_pool", "worker", "-P", "custom", "-n", "bare@bench"]
    words += ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    environment = {**stage.environment(), "CELERY_CUSTOM_WORKER_POOL": "workers.audio.pool:AudioPool"}
    with open(os.devnull, "wb") as nowhere:  # noqa: ASYNC230 # opens nothing slow
        worker = await asyncio.create_subprocess_exec(
            sys.executable, *words, env=environment, cwd=ROOT, stdout=nowhere, stderr=nowhere
        )
    try:
        yield
    finally:
        worker.terminate()
        try:
            await asyncio.wait_for(worker.wait(), 10)
        except TimeoutError:
            worker.kill()
            await worker.wait()
