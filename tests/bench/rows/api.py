"""g: reads through the API at 200 a second; h: how fast webhooks are answered while Stripe takes two seconds."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Sequence
from typing import Any

import aiohttp
import psycopg

from simulator.stack import WEBHOOK_SECRET, WEBHOOK_UUID
from tests.bench.discord_side import Unanswered
from tests.bench.pacing import at_moments
from tests.bench.processes import CoreShares, cpu_seconds
from tests.bench.report import Report, Row
from tests.bench.samples import Samples, arrivals
from tests.bench.stage import Stage

RATE = 200
READ_SECONDS = 20
WARM_RATE, WARM_SECONDS = 50, 5
FLOOR = RATE * 0.98
"""As many are answered as are asked: a queue that grows is not kept up with. The ends of the run cost a little."""
GUILDS = tuple(number << 22 for number in range(1, 41))
IN_GUILD = ("player", "queue", "history", "usage", "subscription", "settings", "")
ANYWHERE = ("plans/", "playlists/", "guilds/")
KEEP_SECONDS = 2
"""Less than the api keeps a connection that nobody uses: what it hangs up on is not its fault."""
WEBHOOKS_PER_SECOND = 20
WEBHOOK_SECONDS = 10
STRIPE_MS = 2_000
WEBHOOK_LIMIT_MS = 1_000.0
TRACK = json.dumps({"encoded": "x", "identifier": "t", "title": "T", "author": "A", "length_ms": 60_000})


async def measure(stage: Stage, wanted: set[str], report: Report, scale: float) -> None:
    """Programs of many guilds ask at random moments, whether or not earlier answers have come."""
    base = f"http://127.0.0.1:{stage.stack.ports['api']}"
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_SECONDS)
    async with aiohttp.ClientSession(connector=connector) as http:
        if "g" in wanted:
            tokens = _filled(stage.stores.database_url)
            await _reads(http, base, tokens, arrivals(WARM_RATE, WARM_SECONDS, seed=1))
            await _measure_reads(stage, http, base, tokens, report, scale)
        if "h" in wanted:
            await _measure_webhooks(stage, http, base, report, scale)


async def _measure_reads(
    stage: Stage, http: aiohttp.ClientSession, base: str, tokens: Sequence[str], report: Report, scale: float
) -> None:
    moments = arrivals(RATE, max(5.0, READ_SECONDS * scale), seed=2)
    process = stage.stack.services["api"].process
    assert process is not None
    shares, used, began = CoreShares({"api": process.pid}), cpu_seconds(process.pid), time.monotonic()
    took, late = await _reads(http, base, tokens, moments)
    rate = len(took) / (time.monotonic() - began)
    cpu_ms = (cpu_seconds(process.pid) - used) * 1000 / len(moments)
    report.rows.append(
        Row("api_reads_per_second", f"API reads answered, {RATE} a second asked", rate, "/s", FLOOR, at_least=True)
    )
    report.rows.append(Row("api_read_p99_ms", f"API read at {RATE}/s, p99", took.p99, "ms"))
    report.figures |= {"api_read_p50_ms": took.p50, "api_reads_measured": len(took), "api_late_p99_ms": late.p99}
    report.figures |= {"api_read_cpu_ms": cpu_ms, "api_reads_failed": len(moments) - len(took)}
    report.figures |= {f"{name}_core_share_api": share for name, share in shares.now().items()}


def check(kept: bool, otherwise: str) -> None:
    """Raises Unanswered: the bench itself asks wrongly. What an overloaded api cannot answer is only not counted."""
    if not kept:
        raise Unanswered(otherwise)


async def _reads(
    http: aiohttp.ClientSession, base: str, tokens: Sequence[str], moments: Sequence[float]
) -> tuple[Samples, Samples]:
    """How long each took, and by how much it began too late."""
    paths = [*(f"guilds/{{guild}}/{path}" for path in IN_GUILD), *ANYWHERE]
    took = Samples("API reads")

    async def ask(number: int) -> None:
        guild = number % len(GUILDS)
        path = paths[number // len(GUILDS) % len(paths)].format(guild=GUILDS[guild])
        sent = time.perf_counter()
        headers = {"Authorization": f"Bearer {tokens[guild]}"}
        async with http.get(f"{base}/api/v1/{path}", headers=headers) as answer:
            await answer.read()
        if answer.status < 500:
            check(answer.status == 200, f"GET {path} was answered with {answer.status}")
            took.add([(time.perf_counter() - sent) * 1000])

    late = await at_moments(moments, ask)
    return took, late


async def _measure_webhooks(stage: Stage, http: aiohttp.ClientSession, base: str, report: Report, scale: float) -> None:
    """The worker goes through them meanwhile, at Stripe's pace."""
    await stage.discord.post("/faults", {"target": "stripe", "kind": "delay", "ms": STRIPE_MS})
    took = Samples("webhooks")

    async def deliver(number: int) -> None:
        body = json.dumps(_event(number)).encode()
        sent = time.perf_counter()
        async with http.post(f"{base}/stripe/webhook/{WEBHOOK_UUID}", data=body, headers=_signed(body)) as answer:
            await answer.read()
        check(answer.status == 200, f"a webhook was answered with {answer.status}")
        took.add([(time.perf_counter() - sent) * 1000])

    await asyncio.gather(*(deliver(-number) for number in range(1, 11)))
    took.values.clear()
    await at_moments(arrivals(WEBHOOKS_PER_SECOND, max(5.0, WEBHOOK_SECONDS * scale), seed=3), deliver)
    report.rows.append(
        Row("webhook_p99_ms", "Stripe's webhook answered, Stripe takes 2 s, p99", took.p99, "ms", WEBHOOK_LIMIT_MS)
    )
    report.figures |= {"webhook_p50_ms": took.p50, "webhooks_measured": len(took)}


def _event(number: int) -> dict[str, Any]:
    about = {"id": f"sub_bench_{number}", "object": "subscription", "customer": "cus_bench", "metadata": {}}
    return {
        "id": f"evt_bench_{number}",
        "object": "event",
        "type": "customer.subscription.updated",
        "livemode": False,
        "created": int(time.time()),
        "api_version": None,
        "data": {"object": about},
    }


def _signed(body: bytes) -> dict[str, str]:
    """Stripe's documentation, Verify webhook signatures manually."""
    at = int(time.time())
    signature = hmac.new(WEBHOOK_SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={at},v1={signature}", "Content-Type": "application/json"}


def _filled(database_url: str) -> list[str]:
    """Guilds with a player, 50 tracks that wait and 200 that were played, and a token of each; requests are counted."""
    tokens = [f"segue_g_{number:043d}" for number in range(len(GUILDS))]
    scopes = json.dumps(["player:read", "playlists", "billing:read", "admin"])
    with psycopg.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE plans SET api_per_minute = 1000000")
        for guild, token in zip(GUILDS, tokens, strict=True):
            cursor.execute('INSERT INTO subscriptions ("guildId") VALUES (%s) ON CONFLICT DO NOTHING', [guild])
            cursor.execute("INSERT INTO players (guild_id, current_entry) VALUES (%s, 1)", [guild])
            digest = hashlib.sha256(token.encode()).hexdigest()
            cursor.execute(
                "INSERT INTO api_tokens (guild_id, name, digest, hint, scopes) VALUES (%s, 'bench', %s, '', %s)",
                [guild, digest, scopes],
            )
        pairs = list(itertools.product(GUILDS, range(1, 52)))
        cursor.executemany(
            "INSERT INTO queue_entries (guild_id, entry, rank, status, track, requester_id) "
            "VALUES (%s, %s, %s, %s, %s, 1)",
            [(guild, entry, entry, "current" if entry == 1 else "queued", TRACK) for guild, entry in pairs],
        )
        cursor.executemany(
            "INSERT INTO history (guild_id, member_id, track) VALUES (%s, 1, %s)",
            [(guild, TRACK) for guild, _ in itertools.product(GUILDS, range(200))],
        )
    return tokens
