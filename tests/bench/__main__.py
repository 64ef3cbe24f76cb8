"""`make bench` measures the budgets on real processes, each figure beside its baseline of the same run.

ONLY=a,c takes some of the measurements, BENCH_SECONDS says about how long the whole may take (240), GUILDS how many
playing guilds e and f have (1000; DESIGN promises a share for 5000), STRICT=1 exits with 1 when a budget was missed.

The last line is `BENCH {json}`, flat. `<key>` is a figure, `<key>_baseline` what it is compared with, `<key>_budget`
what was promised; `missed` lists keys. RATE is 100 or 200 commands a second.

a  lavalink_called_p50_ms_RATE, lavalink_called_p99_ms_RATE   interaction on the bot's socket -> PATCH at the node
   lavalink_called_hops_RATE, handler_start_hops_RATE         its median and the handler's start, in bare hops
   hop_p50_ms_RATE, hop_p99_ms_RATE, at_bot_p50_ms_RATE, handler_start_p50_ms_RATE, handler_start_p99_ms_RATE
   commands_measured_RATE, commands_without_call_RATE, generator_late_p99_ms_RATE, <process>_core_share_RATE
b  commands_per_second     and its bare pool; command_cpu_ms is the audio process's CPU per command
   <process>_core_share_full, commands_failed_full (they do not count as done)
c  next_track_p50_ms, next_track_p99_ms, commit_p50_ms, commit_p99_ms, next_tracks_measured
d  first_sound_p95_ms, first_sound_p50_ms, first_sounds_measured
e  idle_guild_kib, playing_guild_kib
f  playing_core_share      per cent, with 5000 guilds, reckoned from playing_guilds when these are fewer:
                           playing_core_share_seen with them, empty_core_share without
g  api_reads_per_second    of 200 a second that are asked, over all read routes; api_read_p50_ms, api_read_p99_ms
   api_read_cpu_ms (of the api, per read), api_reads_measured, api_reads_failed, api_late_p99_ms (the generator),
   <process>_core_share_api
h  webhook_p99_ms          an answer to Stripe's webhook while Stripe takes 2 s; webhook_p50_ms, webhooks_measured
   seconds                 how long the bench took
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable

from simulator.stack import StackFailed
from tests.bench.discord_side import Unanswered
from tests.bench.partner import Partner, PartnerFailed
from tests.bench.report import Report
from tests.bench.rows import advance, api, first_sound, latency, population, throughput
from tests.bench.samples import NothingMeasured
from tests.bench.stage import LOGS, raised

USUAL_SECONDS = 240.0
GUILDS = 160
"""Commands are spread over so many: the bot takes 10 in 5 s from one guild."""
STOCK_GUILDS = tuple(range(1, 61))
ALL = "abcdefgh"


def _say(text: str) -> None:
    sys.stderr.write(f"bench: {text}\n")
    sys.stderr.flush()


async def _commands(wanted: set[str], report: Report, scale: float) -> None:
    """a, b, c: one stack, many playing guilds."""
    async with raised(_say, clocked=True, guilds=GUILDS) as stage:
        _say(f"{GUILDS} guilds start to play")
        stage.places = await stage.discord.found(GUILDS)
        await stage.discord.have_play(stage.places)
        stock = await Partner.start("tests.bench.default_player", {**os.environ, "BENCH_NODE": json.dumps(stage.node)})
        try:
            await stock.ask("prepare", guilds=STOCK_GUILDS)
            if "a" in wanted:
                _say("a: from the interaction to the node")
                await latency.measure(stage, stock, report, scale)
            if "c" in wanted:
                _say("c: from TrackEnd to the next track")
                await advance.measure(stage, stock, STOCK_GUILDS, report, scale)
        finally:
            await stock.end()
        if "b" in wanted:
            _say("b: as many commands as one audio process can")
            await throughput.measure(stage, report, scale)


async def _sound(wanted: set[str], report: Report, scale: float) -> None:
    """d: a node that really plays."""
    async with raised(_say, clocked=False, guilds=1) as stage:
        _say("d: until the first sound")
        await first_sound.measure(stage, report, scale)


async def _population(wanted: set[str], report: Report, scale: float) -> None:
    """e, f: a worker that has done nothing yet."""
    guilds = int(os.environ.get("GUILDS") or 1_000)
    async with raised(_say, clocked=True, guilds=guilds) as stage:
        _say("e, f: many guilds")
        await population.measure(stage, report, scale, guilds=guilds)


async def _programs(wanted: set[str], report: Report, scale: float) -> None:
    """g, h: the API and a worker; nobody plays."""
    async with raised(_say, clocked=True, guilds=1, processes=("api", "worker")) as stage:
        _say("g, h: the API")
        await api.measure(stage, wanted, report, scale)


MEASUREMENTS: dict[str, Callable[[set[str], Report, float], Awaitable[None]]] = {
    "abc": _commands,
    "d": _sound,
    "ef": _population,
    "gh": _programs,
}
"""What can be asked for, by the stack that it needs. A new row is a module in `rows` and its line in one of these."""


async def _run(wanted: set[str], report: Report) -> None:
    scale = float(os.environ.get("BENCH_SECONDS") or USUAL_SECONDS) / USUAL_SECONDS
    began = time.monotonic()
    ours = asyncio.current_task()
    if ours is not None:  # so that no process and no database is left behind
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ours.cancel)
    for letters, measure in MEASUREMENTS.items():
        if wanted & set(letters):
            await measure(wanted, report, scale)
    report.figures["seconds"] = time.monotonic() - began


def main() -> int:
    """0 when it measured (with STRICT=1: and kept every budget), 1 for a missed one, 2 when it could not."""
    wanted = set((os.environ.get("ONLY") or ALL).replace(",", "").replace(" ", ""))
    report = Report()
    try:
        asyncio.run(_run(wanted, report))
    except (StackFailed, Unanswered, PartnerFailed, NothingMeasured) as error:
        _say(f"could not measure: {error}; the processes logged to {LOGS}")
        return 2
    except (KeyboardInterrupt, asyncio.CancelledError):
        _say("ended")
        return 2
    sys.stdout.write(f"{report.table()}\n{report.json_line()}\n")
    return 1 if report.missed and os.environ.get("STRICT", "0") not in {"", "0"} else 0


if __name__ == "__main__":
    sys.exit(main())
