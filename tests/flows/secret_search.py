"""Looks for secrets in everything that Segue writes: Redis as it is and as it was written, logs, pages, arguments."""

from __future__ import annotations

import base64
import binascii
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
from redis.exceptions import RedisError

Places = dict[str, list[str]]
"""Where something was written, and all that was written there."""

RUNNING_CODE = {"EVAL", "EVALSHA", "SCRIPT"}
"""MONITOR shows what they do in lines of its own; their arguments are kept nowhere."""
BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")


@dataclass(frozen=True)
class Secret:
    """One value, what it is, and the keys of Redis (a pattern) where it may be."""

    what: str
    value: str = field(repr=False)
    home: str = r"(?!)"


def leaks(places: Places, secrets: Iterable[Secret]) -> list[str]:
    """Which secret lies in which place, in plain text or in base64; places named by their Redis key may be homes."""
    known = list(secrets)
    return sorted(
        {
            f"{secret.what} in {place}"
            for place, texts in places.items()
            for text in texts
            for form in _unfolded(text)
            for secret in known
            if secret.value in form and not re.fullmatch(rf"(redis|wrote) {secret.home}", place)
        }
    )


def _unfolded(text: str) -> Iterator[str]:
    """The text, and what its base64 parts mean: bodies of Celery messages are such."""
    yield text
    for part in BASE64.findall(text):
        try:
            yield base64.b64decode(part, validate=True).decode(errors="replace")
        except binascii.Error:
            continue  # only looked like it


def redis_now(url: str) -> Places:
    """Every key of every type."""
    with redis.Redis.from_url(url, decode_responses=True, encoding_errors="replace") as client:
        return {f"redis {key}": _whole(client, key) for key in client.scan_iter(count=1000)}


def _whole(client: Any, key: str) -> list[str]:
    """`client` decodes, which redis' own types do not know of."""
    kind = client.type(key)
    if kind == "string":
        return [str(client.get(key))]
    if kind == "list":
        return [str(one) for one in client.lrange(key, 0, -1)]
    if kind == "hash":
        return [f"{name} {value}" for name, value in client.hgetall(key).items()]
    if kind == "set":
        return [str(one) for one in client.smembers(key)]
    if kind == "zset":
        return [str(one) for one in client.zrange(key, 0, -1)]
    if kind == "stream":
        return [str(entry) for entry in client.xrange(key)]
    assert kind == "none", f"nobody has said how to read a {kind}"  # gone meanwhile
    return []


class RedisWitness:
    """Remembers every command that anybody sends to Redis: what was popped again, published, or has expired."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=None)  # it may be silent for long
        self._commands: list[str] = []
        self._closing = False
        self._blind: Exception | None = None
        self._monitor = self._client.monitor()  # type: ignore[no-untyped-call] # untyped in redis
        self._monitor.__enter__()
        self._thread = threading.Thread(target=self._listen, name="witness", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        try:
            for seen in self._monitor.listen():
                self._commands.append(str(seen["command"]))
        except (RedisError, OSError, ValueError) as error:
            self._blind = error  # as it should be while closing

    def close(self) -> None:
        """Stop listening."""
        self._closing = True
        self._monitor.connection.disconnect()
        self._thread.join(5)
        self._client.close()

    def wrote(self) -> Places:
        """By key (or channel), all that was sent about it."""
        assert self._blind is None or self._closing, f"the witness saw no more: {self._blind!r}"
        places: Places = {}
        for command in list(self._commands):
            verb, _, rest = command.partition(" ")
            if verb.upper() not in RUNNING_CODE:
                places.setdefault(f"wrote {rest.partition(' ')[0]}", []).append(command)
        return places


def arguments_below(pid: int) -> Places:
    """The command lines of a process and all its descendants."""
    parents: dict[int, int] = {}
    lines: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            lines[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it has ended
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return {f"arguments of process {one}": [lines[one]] for one in family if one in lines}


def database_now(connection: Any) -> Places:
    """Every row of every table of ours."""
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {
        f"table {name}": [str(row) for row in connection.execute(f'SELECT t::text FROM "{name}" t')]  # noqa: S608 # of the catalogue
        for (name,) in tables
    }
