"""All gateway sessions: routes the world's events to their shards and ends what was abandoned."""

from typing import Any

from simulator.discord_gateway.identify_limits import IdentifyLimits
from simulator.discord_gateway.session import Session
from simulator.world.events import Dispatch
from simulator.world.voice_moves import end_session_voice
from simulator.world.world import World

_INVALIDATING = (1000, 1001)
"""Closed by the client with one of these, a session is over at once; on any other code it can be resumed."""


class Hub:
    def __init__(self, world: World) -> None:
        self.world = world
        self.sessions: dict[str, Session] = {}
        self.limits = IdentifyLimits(
            world.clock, max_concurrency=world.max_concurrency, window=world.rules.identify_window
        )
        world.on_dispatch(self.deliver)

    def deliver(self, event: Dispatch) -> None:
        for session in self.sessions.values():
            if event.intent & ~session.intents == 0 and session.covers(event.guild_id):
                session.dispatch(event.name, event.data)

    def listening(self, guild_id: str) -> int:
        """How many sessions, connected or to be resumed, hear of that guild."""
        self.drop_expired()
        return sum(session.covers(guild_id) for session in self.sessions.values())

    def open(self, session: Session) -> None:
        self.drop_expired()
        self.sessions[session.id] = session

    def leave(self, session: Session, code: int | None) -> None:
        """The client's socket is gone; `code` is what it closed with (None or 1006: it vanished)."""
        session.connection = None
        session.left_at = self.world.clock()
        if code in _INVALIDATING:
            self.end(session)

    def end(self, session: Session) -> None:
        self.sessions.pop(session.id, None)
        session.connection = None
        end_session_voice(self.world, session.id)

    def drop_expired(self) -> None:
        limit = self.world.clock() - self.world.rules.session_kept
        for session in list(self.sessions.values()):
            if session.connection is None and session.left_at is not None and session.left_at < limit:
                self.end(session)

    def describe(self) -> list[dict[str, Any]]:
        return [
            {
                "session_id": session.id,
                "shard": list(session.shard),
                "connected": session.connection is not None,
                "sequence": session.sequence,
                "intents": session.intents,
            }
            for session in self.sessions.values()
        ]
