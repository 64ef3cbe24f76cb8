"""A shard's Discord session as the next process will need it: id, resume address, and the last event that is done."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from bot.redis_clients import text_of
from project.wire import keys


@dataclass(frozen=True, slots=True)
class Resumable:
    """What a RESUME needs (gateway docs, Resuming)."""

    session_id: str
    sequence: int
    resume_url: str


class GatewaySession:
    """Counts events in and out, so that a saved sequence never passes one that could still be lost with us."""

    def __init__(self, shard: int) -> None:
        self._shard = shard
        self._session_id = ""
        self._resume_url = ""
        self._newest = 0
        self._under_way: dict[int, int] = {}
        self._tickets = 0

    def opened(self, session_id: str, resume_url: str) -> None:
        """A session began, or goes on; a new one counts from 1."""
        if session_id != self._session_id:
            self._newest, self._under_way = 0, {}
        self._session_id, self._resume_url = session_id, resume_url

    def forget(self) -> None:
        """Discord does not know the session any more."""
        self._session_id, self._resume_url, self._newest, self._under_way = "", "", 0, {}

    def seen(self, sequence: int | None) -> None:
        """Discord has counted this far."""
        self._newest = max(self._newest, sequence or 0)

    def begin(self, sequence: int) -> int:
        """An event must not be forgotten before `done` is called with the ticket that this returns."""
        self._tickets += 1
        self._under_way[self._tickets] = sequence
        self.seen(sequence)
        return self._tickets

    def done(self, ticket: int) -> None:
        """An event's effect is safe elsewhere, or it is to have none."""
        self._under_way.pop(ticket, None)

    @contextmanager
    def handling(self, ticket: int) -> Iterator[None]:
        """Around the work on an event: it is done however the work ends, unless it was given up at a hand-over."""
        try:
            yield
        except asyncio.CancelledError:
            raise  # the next process gets the event again
        except BaseException:
            self.done(ticket)
            raise
        self.done(ticket)

    def restore(self, point: Resumable) -> None:
        """Go on where a former process of this shard had come to."""
        self.opened(point.session_id, point.resume_url)
        self.seen(point.sequence)

    def newest(self) -> Resumable | None:
        """Where this process itself resumes: what it has under way, it will finish."""
        return Resumable(self._session_id, self._newest, self._resume_url) if self._session_id else None

    def resumable(self, finishing: int | None = None) -> Resumable | None:
        """Where another process should resume, as if the ticket `finishing` were done; None without a session."""
        if not self._session_id:
            return None
        pending = [sequence for ticket, sequence in self._under_way.items() if ticket != finishing]
        return Resumable(self._session_id, min(pending) - 1 if pending else self._newest, self._resume_url)

    def writes(self, finishing: int | None = None) -> tuple[tuple[str, str, str], ...]:
        """HSETs (key, field, value) that save it, to be written together with the command of ticket `finishing`."""
        point = self.resumable(finishing)
        if point is None:
            return ()
        key = keys.shard_session(self._shard)
        return (
            (key, "session_id", point.session_id),
            (key, "sequence", str(point.sequence)),
            (key, "resume_url", point.resume_url),
        )


def resumable_of(fields: Mapping[bytes | str, bytes | str]) -> Resumable | None:
    """What `shard:<id>:session` holds; None if there is nothing to resume."""
    read = {text_of(name): text_of(value) for name, value in fields.items()}
    try:
        return Resumable(read["session_id"], int(read["sequence"]), read["resume_url"])
    except (KeyError, ValueError):
        return None
