"""What breaks Segue's own processes and its Redis while somebody listens, and who is meant by it."""

from __future__ import annotations

import os
import re
import signal
import urllib.error
import urllib.request

import psycopg
import redis

from simulator.scenario.listener import ScenarioFailed
from simulator.stack import Stack

_EXPIRED = re.compile(r"^gateway_interactions_expired_total (\S+)", re.MULTILINE)


class Strikes:
    """Blows against the processes of one stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def slot_of(self, guild_id: str) -> int:
        """The guild's slot, by the number of slots that PostgreSQL knows."""
        with psycopg.connect(self.stack.database_url) as connection:
            (slots,) = connection.execute("SELECT count(*) FROM slots").fetchone() or (0,)
        return (int(guild_id) >> 22) % int(slots)

    def lease_pid(self, guild_id: str) -> int | None:
        """Process id of whoever holds the lease of the guild's slot; None while nobody does."""
        with redis.Redis.from_url(self.stack.redis_url, decode_responses=True) as client:
            holder = str(client.hget(f"lease:slot:{self.slot_of(guild_id)}", "owner") or "")
        pid = holder.rpartition(":")[2]
        return int(pid) if pid.isdigit() else None

    def owner_of(self, guild_id: str) -> int:
        """Process id of the living audio child that owns the guild's slot; raises ScenarioFailed."""
        pid = self.lease_pid(guild_id)
        children = {child["pid"] for child in self.stack.audio_children()}
        if pid is None or pid not in children:
            raise ScenarioFailed(f"the guild's slot belongs to {pid or 'nobody'}, none of the children {children}")
        return pid

    def signal_owner(self, guild_id: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Signal the audio child that owns the guild's slot; its process id. Raises ScenarioFailed."""
        pid = self.owner_of(guild_id)
        os.kill(pid, number)
        return pid

    def signal_service(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Signal a process of the stack; its process id. Raises ScenarioFailed when it does not run."""
        process = self.stack.services[name].process
        if process is None or process.poll() is not None:
            raise ScenarioFailed(f"{name} does not run")
        process.send_signal(number)
        return process.pid

    def empty_redis(self) -> None:
        """FLUSHALL: nothing durable may lie there."""
        with redis.Redis.from_url(self.stack.redis_url) as client:
            client.flushall()

    def expired_interactions(self) -> int:
        """How many interactions the present gateway process counted as too late; 0 while it does not answer."""
        url = f"http://127.0.0.1:{self.stack.ports['gateway']}/metrics"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                found = _EXPIRED.search(answer.read().decode())
        except (urllib.error.URLError, OSError):
            return 0
        return int(float(found[1])) if found else 0
