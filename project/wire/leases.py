"""Who owns which slot or shard: leases in Redis that survive Redis being emptied, hung or restarted (DESIGN §2).

A holder renews all it holds with one script. Losing a lease means seeing a newer owner; while Redis does not answer a
holder keeps what it holds and only stops trusting it. Tokens rise for ever, also over an emptied Redis, because they
are never below Redis's own clock: they serve as epochs in PostgreSQL.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import redis.asyncio

from project.wire import keys

Family = Literal["slot", "shard"]

RELEASED_CHANNEL = "leases:released"
"""Says that leases of a family (the payload) were given up, so that others take them at once."""
RENEW_SECONDS = 0.2
"""How often a holder renews."""
TRUST = 0.8
"""Share of the TTL for which a holder acts on a lease without having heard of Redis."""
IDENTIFY_MS = 5_200
"""Discord allows one IDENTIFY per bucket in 5 s (gateway docs, rate limiting), with a little room."""


def _script(name: str) -> str:
    return (Path(__file__).parent / f"leases_{name}.lua").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Renewal:
    """What one renewal found. `redis_ms` is Redis's clock; `born_ms` changes when Redis lost what it knew."""

    lost: frozenset[int]
    live: int
    """Holders of the family that renewed within the last TTL and are not about to end, this one included."""
    born_ms: int
    redis_ms: int


def lease_prefix(family: Family) -> str:
    """Key of lease n without the n."""
    return {"slot": keys.slot_lease, "shard": keys.shard_claim}[family](0)[:-1]


def family_key(family: Family) -> str:
    """Hash: seen, since (ms on Redis's clock) and number -> last token given."""
    return f"leases:{family}"


def holders_key(family: Family) -> str:
    """Sorted set of live holders by the moment (ms) at which they count as dead."""
    return f"leases:{family}:holders"


def identify_key(bucket: int) -> str:
    """Exists while nobody may IDENTIFY in a bucket."""
    return f"lease:identify:{bucket}"


class Leases:
    """One holder's leases on a family of numbered things. Scripts run one at a time, in the order of the calls.

    `client` should have a `socket_timeout` of about 0.5 s and no retries; every call may raise redis.RedisError or
    OSError, which changes nothing of what is held. `holder` must be unique to this process's life.
    """

    def __init__(
        self,
        client: redis.asyncio.Redis,
        *,
        family: Family,
        holder: str,
        ttl_ms: int = 2_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.family, self.holder, self.ttl_ms = family, holder, ttl_ms
        self.held: dict[int, int] = {}
        """Number -> token."""
        self.ending = False
        """Whether this holder is about to end: it keeps what it holds and is not counted among the living."""
        self._heard: dict[int, float] = {}
        self._renewed = float("-inf")
        self._identifies: dict[int, float] = {}
        self._clock = clock
        self._turn = asyncio.Lock()
        self._renew, self._acquire, self._drop, self._identify = (
            client.register_script(_script(name)) for name in ("renew", "acquire", "drop", "identify")
        )

    def trusted(self, number: int) -> bool:
        """Whether this holder may act on the lease: Redis confirmed it less than 0.8 × TTL ago."""
        heard = self._heard.get(number)
        return heard is not None and self._clock() - heard < TRUST * self.ttl_ms / 1000

    def in_touch(self) -> bool:
        """Whether the last renewal that Redis answered is that recent; may be asked from any thread."""
        return self._clock() - self._renewed < TRUST * self.ttl_ms / 1000

    async def renew(self) -> Renewal:
        """Extend all leases and stay registered. A lost lease is no longer held when this returns."""
        async with self._turn:
            sent, held = self._clock(), dict(self.held)
            answer = await self._renew(
                keys=[keys.LEASES_BORN, family_key(self.family), holders_key(self.family)],
                args=[
                    self.holder,
                    self.ttl_ms,
                    lease_prefix(self.family),
                    json.dumps(list(held.items())),
                    json.dumps(self._locks_left(sent)),
                    int(self.ending),
                ],
            )
            now, born, live, lost = answer
            for number in lost:
                self.forget(number)
            self._heard.update((number, sent) for number in held if number in self.held)
            self._renewed = sent
            return Renewal(frozenset(lost), live, born, now)

    async def acquire(self, number: int) -> int | None:
        """Take one lease; its token, or None while somebody has it, Redis is too young, or nobody renews."""
        return (await self.acquire_some([number], 1)).get(number)

    async def acquire_some(self, numbers: Iterable[int], at_most: int) -> dict[int, int]:
        """Take free leases of `numbers` in that order; number -> token of those taken."""
        async with self._turn:
            sent = self._clock()
            wanted = [number for number in numbers if number not in self.held]
            if not wanted or at_most <= 0:
                return {}
            answer = await self._acquire(
                keys=[family_key(self.family)],
                args=[self.holder, self.ttl_ms, lease_prefix(self.family), json.dumps(wanted), at_most],
            )
            taken = dict(zip(answer[::2], answer[1::2], strict=True))
            self.held.update(taken)
            self._heard.update(dict.fromkeys(taken, sent))
            return taken

    async def release(self, number: int) -> None:
        """Give a lease up and say so. It is no longer held even if Redis cannot be told: then it runs out."""
        self.forget(number)
        async with self._turn:
            await self._drop_script(self.holder, json.dumps([number]))

    def forget(self, number: int) -> None:
        """Hold a lease no longer without telling Redis: it runs out by itself."""
        self.held.pop(number, None)
        self._heard.pop(number, None)

    async def leave(self) -> None:
        """Give everything up: this holder ends."""
        for number in list(self.held):
            self.forget(number)
        async with self._turn:
            await self._drop_script(self.holder, "")

    async def drop_holder(self, holder: str) -> list[int]:
        """Give up all leases of another holder that is known to be dead; the numbers."""
        async with self._turn:
            return await self._drop_script(holder, "")

    async def acquire_identify(self, bucket: int) -> float:
        """Take the right to IDENTIFY in a bucket: 0 = taken, else seconds after which to ask again.

        Renewals write the lock again for the rest of its time if Redis was emptied.
        """
        async with self._turn:
            sent = self._clock()
            wait_ms: int = await self._identify(
                keys=[family_key(self.family), identify_key(bucket)],
                args=[self.holder, self.ttl_ms, IDENTIFY_MS],
            )
            if wait_ms == 0:
                self._identifies[bucket] = sent + IDENTIFY_MS / 1000
            return wait_ms / 1000

    def _locks_left(self, now: float) -> list[tuple[str, int]]:
        self._identifies = {bucket: until for bucket, until in self._identifies.items() if until - now > 0.001}
        return [(identify_key(bucket), int((until - now) * 1000)) for bucket, until in self._identifies.items()]

    async def _drop_script(self, holder: str, numbers: str) -> list[int]:
        dropped: list[int] = await self._drop(
            keys=[family_key(self.family), holders_key(self.family)],
            args=[holder, lease_prefix(self.family), numbers, RELEASED_CHANNEL, self.family],
        )
        return dropped
