"""Hands outcomes and moves to the out-stream in order, and repeats while Redis is away, without holding a mailbox."""

from __future__ import annotations

import asyncio
from collections import deque

import msgspec
import structlog

from project.spawned import ended
from project.wire import messages as wire
from project.wire.messages import (
    Announcement,
    Choice,
    Ended,
    MoveVoice,
    Outbound,
    Outcome,
    Screen,
    Suggestions,
    asked_by_program,
)
from project.wire.nonces import PLAYER_MESSAGE, message_nonce
from workers.adapters.store_metrics import OUT_GIVEN_UP
from workers.player.effects import Announce, MoveTo, RemoveScreen, ShowPlayer
from workers.player.outcomes import Conclusion
from workers.ports import Away, OutStream
from workers.screen import render_conclusion, render_notice, render_player

log = structlog.get_logger()

REPEAT_SECONDS = 0.2
WAITING_MAX = 10_000
"""Beyond that the oldest word is given up: nobody waits for it any more."""


class Speaker:
    """One FIFO per process: XADDs of one guild never overtake each other."""

    def __init__(self, out: OutStream) -> None:
        self._out = out
        self._waiting: deque[tuple[Outbound | Ended, asyncio.Future[None]]] = deque()
        self._flushing: asyncio.Task[None] | None = None

    def reply(
        self,
        command_id: str,
        guild_id: int,
        conclusion: Conclusion,
        locale: str,
        *,
        now_ms: int,
        followup: bool = False,
        progress: bool = False,
    ) -> asyncio.Future[None]:
        """The outcome of a command, in words; done when it is in the stream."""
        screen = render_conclusion(conclusion, locale, now_ms)
        log.info("Publishing UI update", command=command_id, guild=guild_id, outcome=type(conclusion).__name__)
        if asked_by_program(command_id):
            ended = Ended(
                command_id=command_id,
                guild_id=guild_id,
                outcome=msgspec.to_builtins(conclusion),
                error=screen.error,
                sentence=screen.payload["content"],
            )
            return self._say(ended)
        outcome = Outcome(
            command_id=command_id,
            guild_id=guild_id,
            payload=screen.payload,
            ephemeral=screen.ephemeral,
            error=screen.error,
            followup=followup,
            progress=progress,
            files=screen.files,
        )
        return self._say(outcome)

    def announce(self, guild_id: int, effect: Announce) -> asyncio.Future[None]:
        """A word that answers no command."""
        screen = render_notice(effect.notice, effect.locale)
        log.info("Publishing UI update", guild=guild_id, notice=type(effect.notice).__name__)
        message = Announcement(
            guild_id=guild_id,
            channel_id=effect.channel_id,
            payload=screen.payload,
            nonce=effect.nonce,
            otherwise_id=effect.otherwise_id,
        )
        return self._say(message)

    def move(self, guild_id: int, effect: MoveTo, epoch: int = 0) -> asyncio.Future[None]:
        """Ask the gateway to join, move or leave."""
        message = MoveVoice(
            guild_id=guild_id,
            channel_id=effect.channel_id,
            rev=effect.rev,
            epoch=epoch,
            command_id=effect.command_id,
        )
        return self._say(message)

    def show_player(self, guild_id: int, effect: ShowPlayer) -> asyncio.Future[None]:
        """The guild's player message as it should look now; done when it is in the stream."""
        log.info("Publishing UI update", guild=guild_id, rev=effect.rev, screen=effect.message_id)
        message = Screen(
            guild_id=guild_id,
            channel_id=effect.channel_id,
            message_id=effect.message_id,
            payload=render_player(effect.shown, effect.locale),
            rev=effect.rev,
            nonce=message_nonce(effect.channel_id, PLAYER_MESSAGE, effect.rev),
            fresh=effect.fresh,
        )
        return self._say(message)

    def remove_screen(self, guild_id: int, effect: RemoveScreen) -> asyncio.Future[None]:
        """Delete a player message."""
        return self._say(
            wire.RemoveScreen(guild_id=guild_id, channel_id=effect.channel_id, message_id=effect.message_id)
        )

    def suggest(self, guild_id: int, command_id: str, choices: tuple[Choice, ...]) -> asyncio.Future[None]:
        """The answer to a Suggest."""
        if asked_by_program(command_id):
            found = {"type": "suggestions", "choices": msgspec.to_builtins(choices)}
            return self._say(Ended(command_id=command_id, guild_id=guild_id, outcome=found))
        return self._say(Suggestions(command_id=command_id, guild_id=guild_id, choices=choices))

    async def close(self) -> None:
        """Say what waits, as far as Redis answers within a second."""
        if self._flushing is not None:
            await asyncio.wait({self._flushing}, timeout=1)
            await ended(self._flushing)

    def _say(self, message: Outbound | Ended) -> asyncio.Future[None]:
        said: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if len(self._waiting) >= WAITING_MAX:
            _old, given_up = self._waiting.popleft()
            OUT_GIVEN_UP.inc()
            log.error("Redis is away for too long; an answer was given up", waiting=WAITING_MAX)
            _settle(given_up)
        self._waiting.append((message, said))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        return said

    async def _flush(self) -> None:
        while self._waiting:
            message, said = self._waiting[0]
            try:
                await self._out.send(message)
            except Away as error:
                log.warning("The out-stream is away; repeating", error=str(error), waiting=len(self._waiting))
                await asyncio.sleep(REPEAT_SECONDS)
                continue
            except Exception:
                log.exception("A word could not be said and is dropped", guild=message.guild_id)
            if self._waiting and self._waiting[0][1] is said:
                self._waiting.popleft()
            _settle(said)


def _settle(said: asyncio.Future[None]) -> None:
    if not said.done():
        said.set_result(None)
