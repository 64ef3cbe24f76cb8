"""Notes for support what kept a guild from being heard: beside all else, and written down many at a time."""

from __future__ import annotations

import asyncio
from collections import deque

import structlog

from project.spawned import ended
from workers.audio.commits import Letter
from workers.player.facts import TrackEnded, TrackFailed, TrackStuck, Unheard, VoiceClosed, VoiceCredentialsMissing
from workers.player.guild_player import GuildPlayer
from workers.ports import PortFailed
from workers.staff_ports import Trouble, TroubleBook

log = structlog.get_logger()

WRITE_SECONDS = 1.0
"""What happens within this is written in one statement."""
BATCH = 500
WAITING_MAX = 2_000
"""Beyond that the oldest are given up: support looks at the newest."""
RUNGS = {1: "gave the voice credentials again", 2: "left and joined", 3: "moved to another node", 4: "went on"}


class TroubleNotes:
    """One per process. While PostgreSQL is away notes are lost: the log has them as well."""

    def __init__(self, book: TroubleBook) -> None:
        self._book = book
        self._waiting: deque[Trouble] = deque(maxlen=WAITING_MAX)
        self._writing: asyncio.Task[None] | None = None

    def look(self, letter: Letter, player: GuildPlayer, node: str) -> None:
        """Have written down what the letter says went wrong, before the player deals with it; never waits."""
        trouble = trouble_of(letter, player, node)
        if trouble is None:
            return
        self._waiting.append(trouble)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Write what waits, if PostgreSQL answers, and no more."""
        if self._writing is not None:
            await ended(self._writing)
        await self._write_some()

    async def _write(self) -> None:
        while self._waiting:
            await asyncio.sleep(WRITE_SECONDS)
            await self._write_some()

    async def _write_some(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        if not batch:
            return
        try:
            await self._book.keep(batch)
        except PortFailed as error:
            log.warning("Errors are not written down for support", errors=len(batch), error=str(error))


def trouble_of(letter: Letter, player: GuildPlayer, node: str) -> Trouble | None:
    """What the letter says went wrong, as long as the player has not dealt with it yet; None: nothing did.

    What names another entry than the current one is late, and what a guild does on purpose is no trouble.
    """
    told = _told(letter, player)
    if told is None:
        return None
    kind, detail, code = told
    track = player.current.track if player.current is not None else None
    return Trouble(
        guild_id=player.state.guild_id,
        at_ms=letter.at_ms,  # type: ignore[union-attr] # every fact of trouble has it
        kind=kind,
        title=track.title if track is not None else "",
        uri=track.uri if track is not None else None,
        detail=detail,
        close_code=code,
        node=node,
    )


def _told(letter: Letter, player: GuildPlayer) -> tuple[str, str, int | None] | None:
    """Kind, detail and close code."""
    current = player.current.id if player.current is not None else None
    match letter:
        case TrackFailed(entry, message) if entry == current:
            return "track failed", message, None
        case TrackStuck(entry) if entry == current:
            return "track stuck", "the node sent no frames for 10 s", None
        case TrackEnded(entry, "loadFailed") if entry == current:
            return "track refused", "the node could not load it", None
        case TrackEnded(entry, "cleanup") if entry == current:
            return "voice lost", "the node heard nothing of the voice connection for a minute", None
    if player.state.voice_channel_id is None:
        return None
    match letter:
        case VoiceClosed(code, reason, True):
            return "voice closed", reason, code
        case VoiceCredentialsMissing():
            return "voice closed", "the gateway has no voice credentials", None
        case Unheard(rung) if player.playing:
            return "not heard", RUNGS[rung], None
    return None
