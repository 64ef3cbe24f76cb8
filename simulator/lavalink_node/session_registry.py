"""All sessions of a node: the open ones, and those whose websocket is gone and may come back."""

import asyncio
import logging
from collections.abc import Iterator

from aiohttp import web

from simulator.lavalink_node.engine import Engine
from simulator.lavalink_node.errors import not_found
from simulator.lavalink_node.player import Player
from simulator.lavalink_node.session import Session

_LOG = logging.getLogger(__name__)


class SessionRegistry:
    """REST finds open sessions only, and stats count only theirs (recording 40)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._open: dict[str, Session] = {}
        self._resumable: dict[str, Session] = {}
        self._expiries: dict[str, asyncio.TimerHandle] = {}

    def get(self, session_id: str) -> Session:
        """Return an open session; 404 for one in its gap as for an unknown one."""
        if session_id not in self._open:
            raise not_found("Session")
        return self._open[session_id]

    def open_sessions(self) -> list[Session]:
        """Return those with a websocket."""
        return list(self._open.values())

    def resumable_sessions(self) -> list[Session]:
        """Return those in their gap."""
        return list(self._resumable.values())

    def players(self) -> Iterator[Player]:
        """Yield the players of open sessions and of those in their gap."""
        for session in [*self._open.values(), *self._resumable.values()]:
            yield from tuple(session.players.values())

    def claim(self, session_id: str | None) -> Session | None:
        """Take a session out of its gap; an open one, even half open, cannot be taken over."""
        session = self._resumable.pop(session_id, None) if session_id else None
        if session is not None:
            self._expiries.pop(session.id).cancel()
            self._open[session.id] = session
        return session

    def create(self, user_id: int, client_name: str | None) -> Session:
        """Return a new session."""
        session = Session(user_id, client_name, self._engine)
        self._open[session.id] = session
        return session

    def dropped(self, session: Session, socket: web.WebSocketResponse) -> None:
        """A websocket closed: keep the session for its time-out if it may resume, else end it."""
        if session.socket is socket:
            self.let_go(session)

    def let_go(self, session: Session) -> None:
        """An open session has no websocket any more, or did not get the one it was claimed for."""
        session.detach()
        self._open.pop(session.id, None)
        if not session.resuming:
            session.destroy()
            return
        self._resumable[session.id] = session
        loop = asyncio.get_running_loop()
        self._expiries[session.id] = loop.call_later(max(session.timeout, 0), self._expire, session)

    def close(self) -> None:
        """End everything."""
        for timer in self._expiries.values():
            timer.cancel()
        for session in [*self._open.values(), *self._resumable.values()]:
            session.detach()
            session.destroy()
        self._open.clear()
        self._resumable.clear()

    def _expire(self, session: Session) -> None:
        _LOG.info("session %s was not resumed in time", session.id)
        self._resumable.pop(session.id, None)
        self._expiries.pop(session.id, None)
        session.destroy()
