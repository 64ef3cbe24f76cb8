"""a: from the interaction on the bot's socket to the call at the node, commit included, beside two baselines."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import redis.asyncio

from tests.bench import bare_hop
from tests.bench.discord_side import DiscordSide
from tests.bench.log_lines import LogTail
from tests.bench.pacing import at_moments
from tests.bench.partner import Partner
from tests.bench.processes import CoreShares
from tests.bench.report import Report, Row
from tests.bench.samples import Samples, arrivals
from tests.bench.stage import Stage

RATES = (100, 200)
PROMISED_RATE = 100
ROUNDS, ROUNDS_KEPT = 5, 3
ROUND_SECONDS = 3.0
WARM_SECONDS = 3.0
LAST_SECONDS = 5.0
OVER_CALL_P50_MS, OVER_CALL_P99_MS = 6.0, 30.0
HOPS, START_HOPS = 12, 6


@dataclass(slots=True)
class Figures:
    """One rate, one round or several; milliseconds."""

    whole: Samples = field(default_factory=lambda: Samples("interactions until the node was called"))
    start: Samples = field(default_factory=lambda: Samples("interactions until the handler started"))
    gateway: Samples = field(default_factory=lambda: Samples("interactions until the bot had them"))
    call: Samples = field(default_factory=lambda: Samples("calls of lavalink.py in one process"))
    hop: Samples = field(default_factory=lambda: Samples("bare pub/sub hops"))
    late: Samples = field(default_factory=lambda: Samples("lateness of the generator"))
    shares: dict[str, float] = field(default_factory=dict)
    """Of a core, by process; of the quietest round."""
    unanswered: int = 0
    """Commands that cannot be told a call at the node: refused, or lost."""

    def pool(self, other: Figures) -> None:
        """Take another round's in."""
        for mine, theirs in (
            (self.whole, other.whole),
            (self.start, other.start),
            (self.gateway, other.gateway),
            (self.call, other.call),
            (self.hop, other.hop),
            (self.late, other.late),
        ):
            mine.add(theirs.values)
        self.unanswered += other.unanswered


async def measure(stage: Stage, stock: Partner, report: Report, scale: float) -> None:
    """Rounds of hop, in-process call and the real path in turn.

    Those count during which the machine did the least besides: it is chosen by what others did, not by the result.
    """
    hop = await Partner.start("tests.bench.bare_hop", stage.environment())
    client = redis.asyncio.Redis.from_url(stage.stores.redis_url)
    found: dict[int, list[Figures]] = {rate: [] for rate in RATES}
    try:
        await _press(stage, Figures(), arrivals(PROMISED_RATE, WARM_SECONDS, seed=0))
        for number in range(ROUNDS):
            for rate in RATES:
                moments = arrivals(rate, ROUND_SECONDS * scale, seed=rate + number)
                figures = Figures()
                figures.hop.add(await bare_hop.measure(hop, client, moments))
                figures.call.add(await _call(stage, stock, moments))
                await _press(stage, figures, moments)
                found[rate].append(figures)
    finally:
        await hop.end()
        await client.aclose()
    for rate, rounds in found.items():
        quietest, *others = sorted(rounds, key=lambda figures: figures.shares["others"])[:ROUNDS_KEPT]
        for other in others:
            quietest.pool(other)
        _tell(report, rate, quietest)


async def _call(stage: Stage, stock: Partner, moments: list[float]) -> list[float]:
    """Milliseconds from the call of set_pause to the PATCH at the node."""
    began = time.time()
    answer = await stock.ask("press", moments=moments)
    called: dict[str, list[float]] = defaultdict(list)
    for guild_id, at in answer["calls"]:
        called[str(guild_id)].append(at)
    arrived = await _arrived(stage.discord, began, called)
    return [delay for guild_id, moments in called.items() for delay in _delays(moments, arrived[guild_id])]


async def _press(stage: Stage, figures: Figures, moments: list[float]) -> None:
    discord, began = stage.discord, time.time()
    audio, gateway = (LogTail(stage.stack.services[name].log_path) for name in ("audio", "gateway"))
    sent: dict[str, tuple[str, float]] = {}
    shares = CoreShares(await stage.pids())

    async def press(_number: int) -> None:
        place, name = stage.next_toggle()
        command_id, at = await discord.command(place, name)
        sent[command_id] = (place.guild_id, at)

    figures.late.add((await at_moments(moments, press)).values)
    figures.shares = shares.now()

    called: dict[str, list[float]] = defaultdict(list)
    for guild_id, at in sorted(sent.values(), key=lambda one: one[1]):
        called[guild_id].append(at)
    arrived = await _arrived(discord, began, called)
    whole = [delay for guild_id, moments in called.items() for delay in _delays(moments, arrived[guild_id])]
    figures.whole.add(whole)
    figures.unanswered += len(sent) - len(whole)
    for samples, log, event in (
        (figures.start, audio, "Received command"),
        (figures.gateway, gateway, "INTERACTION_CREATE"),
    ):
        moments_of = log.commands(event)
        samples.add([(moments_of[one] - at) * 1000 for one, (_, at) in sent.items() if one in moments_of])


async def _arrived(discord: DiscordSide, began: float, called: Mapping[str, list[float]]) -> dict[str, list[float]]:
    """When the node was called for each guild; waits a while for all of them."""
    give_up = time.monotonic() + LAST_SECONDS
    while True:
        found: dict[str, list[float]] = defaultdict(list)
        for one in await discord.requests(began):
            if one["guild_id"] in called and is_toggle(one):
                found[one["guild_id"]].append(one["time"])
        complete = sum(map(len, found.values())) >= sum(map(len, called.values()))
        if complete or time.monotonic() > give_up:
            return found
        await asyncio.sleep(0.1)


def is_toggle(request: dict[str, Any]) -> bool:
    """Whether a request to the node pauses or resumes what plays."""
    body = request["body"]
    if request["method"] != "PATCH" or not isinstance(body, dict):
        return False
    return "paused" in body and "encoded" not in (body.get("track") or {})


def _delays(called: list[float], arrived: list[float]) -> list[float]:
    """A guild's commands arrive in the order in which they were given; where one is missing, none can be told."""
    if len(called) != len(arrived):
        return []
    return [(there - here) * 1000 for here, there in zip(called, arrived, strict=True)]


def _tell(report: Report, rate: int, figures: Figures) -> None:
    promised = rate == PROMISED_RATE
    whole, call, hop, start = figures.whole, figures.call, figures.hop, figures.start
    for per_cent, budget in ((50, OVER_CALL_P50_MS), (99, OVER_CALL_P99_MS)):
        ours, theirs = whole.percentile(per_cent), call.percentile(per_cent)
        report.rows.append(
            Row(
                f"lavalink_called_p{per_cent}_ms_{rate}",
                f"interaction -> Lavalink called, commit included, {rate}/s, p{per_cent}",
                ours,
                "ms",
                limit=theirs + budget if promised else None,
                baseline=theirs,
                baseline_name="in-process call",
            )
        )
    report.rows.append(
        Row(
            f"lavalink_called_hops_{rate}",
            f"  the same in bare pub/sub hops (p50), {rate}/s",
            whole.p50 / hop.p50,
            "hops",
            limit=HOPS if promised else None,
            baseline=1.0,
            baseline_name=f"hop of {hop.p50:.2f} ms",
        )
    )
    report.rows.append(
        Row(
            f"handler_start_hops_{rate}",
            f"  interaction -> handler started, in hops (p50), {rate}/s",
            start.p50 / hop.p50,
            "hops",
            limit=START_HOPS if promised else None,
            baseline=1.0,
            baseline_name=f"hop of {hop.p50:.2f} ms",
        )
    )
    report.figures |= {
        f"hop_p50_ms_{rate}": hop.p50,
        f"hop_p99_ms_{rate}": hop.p99,
        f"at_bot_p50_ms_{rate}": figures.gateway.p50,
        f"handler_start_p50_ms_{rate}": start.p50,
        f"handler_start_p99_ms_{rate}": start.p99,
        f"commands_measured_{rate}": len(whole),
        f"commands_without_call_{rate}": figures.unanswered,
        f"generator_late_p99_ms_{rate}": figures.late.p99,
        **{f"{name}_core_share_{rate}": share for name, share in figures.shares.items()},
    }
    shares = ", ".join(f"{name} {share:.0%}" for name, share in figures.shares.items())
    report.remarks += [
        f"{rate}/s: {len(whole)} commands, {figures.unanswered} without a call",
        f"  p50 until the bot {figures.gateway.p50:.2f}, the handler {start.p50:.2f}, the node {whole.p50:.2f} ms",
        f"  of a core: {shares}; generator late p99 {figures.late.p99:.1f} ms",
    ]
