"""Guards voice PATCHes, because a voice endpoint that does not answer costs a node a thread for good (TRAPS 1)."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from workers.adapters.lavalink_metrics import HUNG_VOICE
from workers.ports import Away, NodeRefused

REST_SECONDS = 60.0
DRAIN_AT = 8
"""Hung PATCHes after which a node should be drained; at 16 its whole REST API is dead (measured on 4.2.2)."""
AT_ONCE = 2
"""Voice PATCHes in flight per endpoint: a dead endpoint met by many guilds at once must not hang 16 threads."""

_ENDPOINT = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?")
_DISCORD = (".discord.media", ".discord.gg")


class EndpointResting(Away):
    """The endpoint let a voice PATCH hang a short while ago; `seconds` says how long it is left alone yet."""

    def __init__(self, endpoint: str, seconds: float) -> None:
        super().__init__(f"voice endpoint {endpoint} did not answer; left alone for {seconds:.0f} s more")
        self.seconds = seconds


class VoiceEndpoints:
    """What is known of voice endpoints; one for all sessions of a process."""

    def __init__(self, *, sandbox: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._sandbox = sandbox
        self._clock = clock
        self._rests_until: dict[str, float] = {}
        self._turns: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))
        self._hung: Counter[str] = Counter()

    def check(self, endpoint: str) -> None:
        """Raise NodeRefused for what can be no Discord voice server, before a node's thread is risked on it."""
        match = _ENDPOINT.fullmatch(endpoint or "")
        if match is None:
            raise NodeRefused("the voice endpoint is empty or not of the form host[:port]")
        if match["port"] and not 1 <= int(match["port"]) <= 65535:
            raise NodeRefused(f"voice endpoint {endpoint} has an impossible port")
        host = match["host"].lower()
        if host.endswith(_DISCORD) or (self._sandbox and _is_loopback(host)):
            return
        raise NodeRefused(f"voice endpoint {endpoint} is not one of Discord's (discord.media, discord.gg)")

    @asynccontextmanager
    async def turn(self, endpoint: str) -> AsyncIterator[None]:
        """One's turn to send a voice PATCH; raises EndpointResting, also when it began to rest while one waited."""
        self._refuse_resting(endpoint)
        async with self._turns[endpoint]:
            self._refuse_resting(endpoint)
            yield

    def hung(self, node: str, endpoint: str) -> None:
        """A voice PATCH got no answer."""
        self._rests_until[endpoint] = self._clock() + REST_SECONDS
        self._hung[node] += 1
        HUNG_VOICE.labels(node).inc()

    def hung_count(self, node: str) -> int:
        """Voice PATCHes that hang on the node since it started, as far as this process knows."""
        return self._hung[node]

    def should_drain(self, node: str) -> bool:
        """Whether the node has lost so many threads that its guilds should move."""
        return self._hung[node] >= DRAIN_AT

    def node_restarted(self, node: str) -> None:
        """A new server has all its threads."""
        self._hung.pop(node, None)

    def _refuse_resting(self, endpoint: str) -> None:
        left = self._rests_until.get(endpoint, 0.0) - self._clock()
        if left > 0:
            raise EndpointResting(endpoint, left)
        self._rests_until.pop(endpoint, None)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
