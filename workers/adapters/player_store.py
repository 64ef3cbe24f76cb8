"""Players in PostgreSQL: every change, its command and its fence are one hand-written statement.

One statement costs 0.13-0.17 ms of CPU where the ORM's transaction costs 1.4-1.6 ms (DESIGN §4). The schema belongs
to `apps.playback.models`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, LiteralString
from weakref import WeakKeyDictionary

import msgspec
import psycopg
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from project import tracing
from project.wire.messages import Command, to_dict
from workers.adapters import player_sql as sql
from workers.adapters.store_line import StoreLine
from workers.adapters.store_metrics import STORE_OPEN, STORE_SECONDS, STORE_SIZE, STORE_WAIT_SECONDS, name_of
from workers.player.effects import Save
from workers.player.outcomes import Conclusion, conclusion_from_json
from workers.player.track import Entry, EntryStatus, PlayerState
from workers.ports import Away, Fenced, NotStored, Recorded, SavedPlayer

PATIENCE_SECONDS = 1.0
"""No mailbox waits longer for PostgreSQL (DESIGN §2)."""


LOAD_SECONDS = 10.0
"""Loading a slot's players is no mailbox's wait."""
LOADED_AT_ONCE = 50
"""Players whose entries are fetched together; a thousand would hold up the loop, and its leases, for a second."""
LOST_PEER = {"tcp_user_timeout": 5_000, "keepalives_idle": 5, "keepalives_interval": 1, "keepalives_count": 3}
"""libpq's words for: a machine that is gone without a word holds our connections for 5 s and not for 15 minutes."""
RESTED_SECONDS = 0.5
"""A connection that rested so long is asked first whether it lives; always asking would double the round trips."""
PASSING_STATES = frozenset({"25", "40", "53", "55", "57", "58"})
"""SQLSTATE classes that pass: read-only after a failover, serialization, resources, locks, shutdown, system."""


class PostgresPlayerStore:
    """Implements workers.ports.PlayerStore."""

    def __init__(self, database_url: str, *, size: int = 8) -> None:
        self._line = StoreLine(size)
        STORE_SIZE.set(size)
        self._pool = AsyncConnectionPool(
            database_url,
            min_size=1,
            max_size=size,
            open=False,
            timeout=PATIENCE_SECONDS,
            reconnect_timeout=float("inf"),
            kwargs={"autocommit": True, "connect_timeout": 2, "application_name": "segue-audio", **LOST_PEER},
        )

    async def open(self) -> None:
        """Start connecting in the background; returns at once."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Give all connections back."""
        await self._pool.close(timeout=2)

    async def slot_count(self) -> int:
        """How many slots the first migration wrote; raises Away, also while the table is missing."""
        row = await self._one(sql.SLOT_COUNT, {})
        return int(row[0]) if row else 0

    async def take_slot(self, slot: int, epoch: int, owner: str) -> bool:
        """See ports.PlayerStore."""
        return await self._one(sql.TAKE_SLOT, {"slot": slot, "epoch": epoch, "owner": owner}) is not None

    async def load_slot(self, slot: int, epoch: int) -> Sequence[SavedPlayer]:
        """See ports.PlayerStore."""
        params = {"slot": slot, "slots": await self.slot_count()}
        states = [_state(row) for row in await self._all(sql.SLOT_PLAYERS, params, LOAD_SECONDS)]
        players: list[SavedPlayer] = []
        for start in range(0, len(states), LOADED_AT_ONCE):
            players += await self._with_entries_of_many(states[start : start + LOADED_AT_ONCE])
        return players

    async def _with_entries_of_many(self, states: Sequence[PlayerState]) -> list[SavedPlayer]:
        guilds = {"guilds": [state.guild_id for state in states]}
        by_guild: dict[int, list[tuple[Entry, EntryStatus]]] = {state.guild_id: [] for state in states}
        for number, (guild_id, *row) in enumerate(await self._all(sql.ENTRIES_OF_MANY, guilds, LOAD_SECONDS)):
            by_guild[guild_id].append((_entry(row), row[0]))
            if number % 200 == 0:
                await asyncio.sleep(0)  # the leases of other slots are renewed on this loop
        return [_saved(state, by_guild[state.guild_id]) for state in states]

    async def load_player(self, guild_id: int) -> SavedPlayer | None:
        """See ports.PlayerStore."""
        row = await self._one(sql.PLAYER, {"guild": guild_id})
        return await self._with_entries(_state(row)) if row else None

    async def commit(
        self, slot: int, epoch: int, save: Save | None, command: Command | None, conclusion: Conclusion | None
    ) -> Recorded:
        """See ports.PlayerStore."""
        params: dict[str, Any] = {"slot": slot, "epoch": epoch, **_command_params(command, conclusion)}
        if save is None:
            row = await self._one(sql.RECORD_COMMAND, {**params, "guild_id": None, "rev": None})
        else:
            row = await self._one(sql.COMMIT_CHANGE, {**params, **_save_params(save)})
        held, fresh, recorded, tracks = row or (0, 0, 0, None)
        if not held:
            raise Fenced(f"slot {slot} belongs to a newer epoch than {epoch}")
        if not fresh:
            raise Away("a change that was given up came through late; the player is saved whole next")
        if command is not None and not recorded:
            return Recorded(already=await self.outcome(command.id))
        return Recorded(tracks=tracks)

    async def outcome(self, command_id: str) -> Conclusion | None:
        """See ports.PlayerStore."""
        row = await self._one(sql.OUTCOME, {"command": command_id})
        return conclusion_from_json(row[0]) if row else None

    async def save_positions(self, slot: int, epoch: int, clocks: Sequence[tuple[int, int, int]]) -> None:
        """See ports.PlayerStore."""
        guilds, positions, moments = ([clock[part] for clock in clocks] for part in range(3))
        params = {"slot": slot, "epoch": epoch, "guilds": guilds, "positions": positions, "moments": moments}
        await self._none(sql.SAVE_POSITIONS, params)

    async def sessions(self, slot: int) -> dict[str, str]:
        """See ports.PlayerStore."""
        return {str(node): str(session_id) for node, session_id in await self._all(sql.SESSIONS, {"slot": slot})}

    async def drop_session(self, slot: int, epoch: int, node: str, session_id: str) -> None:
        """See ports.PlayerStore."""
        await self._none(sql.DROP_SESSION, {"slot": slot, "epoch": epoch, "node": node, "session": session_id})

    async def save_session(self, slot: int, epoch: int, node: str, session_id: str) -> None:
        """See ports.PlayerStore."""
        params = {"slot": slot, "epoch": epoch, "node": node, "session": session_id}
        if await self._one(sql.SAVE_SESSION, params) is None:
            raise Fenced(f"slot {slot} belongs to a newer epoch than {epoch}")

    async def rows(self, statement: LiteralString, params: dict[str, Any]) -> list[tuple[Any, ...]]:
        """For adapters that share this pool; raises Away within a second, NotStored."""
        return await self._all(statement, params)

    async def _with_entries(self, state: PlayerState) -> SavedPlayer:
        rows = await self._all(sql.ENTRIES, {"guild": state.guild_id})
        return _saved(state, [(_entry(row), row[0]) for row in rows])

    async def _one(self, statement: LiteralString, params: dict[str, Any]) -> tuple[Any, ...] | None:
        rows = await self._all(statement, params)
        return rows[0] if rows else None

    async def _none(self, statement: LiteralString, params: dict[str, Any]) -> None:
        await self._all(statement, params)

    async def _all(
        self, statement: LiteralString, params: dict[str, Any], patience: float = PATIENCE_SECONDS
    ) -> list[tuple[Any, ...]]:
        """Run one statement; raises Away when PostgreSQL does not answer in time, NotStored when it never will.

        A hung server would also hang psycopg's polite cancel, so the statement runs in a task of its own that is
        left behind; its connection is closed by the pool's check when it comes back broken.
        """
        with STORE_WAIT_SECONDS.time():
            await self._line.turn()
        asked_at = time.monotonic()
        running = asyncio.ensure_future(self._run(statement, params, name_of(statement)))
        STORE_OPEN.inc()
        running.add_done_callback(partial(self._over, name_of(statement), asked_at))
        done, _ = await asyncio.wait({running}, timeout=patience)
        if not done:
            running.cancel()
            self._line.unanswered(asked_at)
            raise Away(f"PostgreSQL did not answer within {patience:g} s")
        try:
            return running.result()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege) as error:
            # The rights are given when the last table is there (apps.playback.audio_role).
            raise Away("PostgreSQL has no tables for us yet; run `python manage.py migrate`") from error
        except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
            raise Away(f"PostgreSQL is away: {type(error).__name__}") from error
        except psycopg.Error as error:
            if (error.sqlstate or "")[:2] in PASSING_STATES:
                raise Away(f"PostgreSQL cannot do it now: {type(error).__name__}") from error
            raise NotStored(f"PostgreSQL refuses: {type(error).__name__}") from error

    async def _run(self, statement: LiteralString, params: dict[str, Any], name: str) -> list[tuple[Any, ...]]:
        with tracing.step("store", statement=name):
            return await self._ran(statement, params)

    async def _ran(self, statement: LiteralString, params: dict[str, Any]) -> list[tuple[Any, ...]]:
        async with self._living() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            await cursor.execute(statement, params)
            _used[connection] = time.monotonic()
            return await cursor.fetchall() if cursor.description else []

    @asynccontextmanager
    async def _living(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """A connection that answers; the pool replaces those that do not.

        The pool's own check sleeps between two dead ones: after a restart of PostgreSQL the next commands were refused.
        """
        while True:
            async with self._pool.connection() as connection:
                if await _lives(connection):
                    yield connection
                    return

    def _over(self, name: str, asked_at: float, running: asyncio.Future[Any]) -> None:
        """Also when its caller was told `Away` long ago: an error that nobody reads asyncio would report."""
        error = None if running.cancelled() else running.exception()
        answer = "gave up" if running.cancelled() else "ok" if error is None else type(error).__name__
        STORE_OPEN.dec()
        STORE_SECONDS.labels(name, answer).observe(time.monotonic() - asked_at)
        if not running.cancelled() and (error is None or getattr(error, "sqlstate", None)):
            self._line.answered()
        self._line.leave()


_used: WeakKeyDictionary[psycopg.AsyncConnection[Any], float] = WeakKeyDictionary()


async def _lives(connection: psycopg.AsyncConnection[Any]) -> bool:
    """Asked only of a connection that rested."""
    if time.monotonic() - _used.get(connection, 0.0) <= RESTED_SECONDS:
        return True
    try:
        await AsyncConnectionPool.check_connection(connection)
    except psycopg.OperationalError:
        return False
    return True


def _in(entries: list[tuple[Entry, EntryStatus]], wanted: EntryStatus) -> tuple[Entry, ...]:
    return tuple(entry for entry, status in entries if status == wanted)


def _saved(state: PlayerState, entries: list[tuple[Entry, EntryStatus]]) -> SavedPlayer:
    current = next((entry for entry, status in entries if status == "current"), None)
    return SavedPlayer(state, current, _in(entries, "queued"), _in(entries, "played"))


def _entry(row: Sequence[Any]) -> Entry:
    _status, entry, rank, track, requester_id, requester_name, added_ms = row
    return msgspec.convert(
        {
            "id": entry,
            "rank": rank,
            "track": track,
            "requester_id": requester_id,
            "requester_name": requester_name,
            "added_ms": added_ms,
        },
        Entry,
    )


def _state(row: tuple[Any, ...]) -> PlayerState:
    return msgspec.convert(dict(zip(sql.PLAYER_COLUMNS, row, strict=True)), PlayerState)


def _command_params(command: Command | None, conclusion: Conclusion | None) -> dict[str, Any]:
    if command is None:
        return {"command": None, "guild": None, "kind": None, "actor": None, "outcome": None, "took_ms": None}
    return {
        "command": command.id,
        "guild": command.guild_id,
        "kind": command.order.__struct_config__.tag,
        "actor": Jsonb(to_dict(command.actor)),
        "outcome": Jsonb(msgspec.to_builtins(conclusion)),
        "took_ms": command.took_ms(time.time_ns() // 1_000_000),
    }


def _save_params(save: Save) -> dict[str, Any]:
    state = msgspec.structs.asdict(save.state)
    entries = [
        {
            "entry": entry.id,
            "rank": entry.rank,
            "status": status,
            "track": msgspec.to_builtins(entry.track),
            "requester_id": entry.requester_id,
            "requester_name": entry.requester_name,
            "added_ms": entry.added_ms,
        }
        for entry, status in save.put
    ]
    return {
        **state,
        "filters": Jsonb(state["filters"]),
        "votes": Jsonb(list(state["votes"])),
        "guild": save.state.guild_id,
        "put": Jsonb(entries),
        "removed": list(save.removed),
        "whole": save.whole,
        "began": save.began,
        "kept": [entry.id for entry, _status in save.put] if save.whole else [],
    }
