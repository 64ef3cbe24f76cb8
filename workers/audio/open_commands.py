"""Commands of one guild that have no outcome yet, and the way each of them gets exactly one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from project.spawned import Spawned
from project.wire.messages import Command, asked_by_program
from workers.audio.speaker import Speaker
from workers.player.effects import Progress, Reply
from workers.player.limits import GuildRules
from workers.player.outcomes import Conclusion, Refused
from workers.ports import Fenced

log = structlog.get_logger()

PROGRESS_MS = 2_000
"""Discord takes five edits of an answer in so long, and a guild's answers wait for one another."""


@dataclass
class OpenCommand:
    """A command and the future that its Celery task waits on."""

    command: Command
    done: asyncio.Future[str]
    told_ms: int = 0
    """When its member was told last how far it is."""


class OpenCommands:
    """By command id. `finish` hands the outcome to Discord's stream; only then does the task end."""

    def __init__(
        self, speaker: Speaker, background: Spawned, clock: Callable[[], int], rules: Callable[[], GuildRules]
    ) -> None:
        self._rules = rules
        self._speaker = speaker
        self._background = background
        self._clock = clock
        self._open: dict[str, OpenCommand] = {}

    def __len__(self) -> int:
        return len(self._open)

    @property
    def ids(self) -> set[str]:
        """Ids of what is open."""
        return set(self._open)

    def get(self, command_id: str | None) -> OpenCommand | None:
        """The open command of that id."""
        return self._open.get(command_id) if command_id is not None else None

    def add(self, command: Command) -> OpenCommand:
        """A command was accepted."""
        added = self._open[command.id] = OpenCommand(command, asyncio.get_running_loop().create_future())
        return added

    def finish(self, command: OpenCommand, conclusion: Conclusion, locale: str | None = None) -> None:
        """It ended so; from now on it is not open any more. Told in the guild's language unless `locale` says which."""
        self._open.pop(command.command.id, None)
        self._background.start(self.say(command, conclusion, locale), "say")

    def reply(self, guild_id: int, effect: Reply) -> OpenCommand | None:
        """Answer a command, which is returned then; or say a later word on one that was answered before."""
        command = None if effect.followup else self.get(effect.command_id)
        if command is not None:
            self.finish(command, effect.conclusion, effect.locale)
        elif effect.followup:
            self._background.start(self._follow_up(guild_id, effect), "say")  # behind the answer, if that is new
        return command

    async def _follow_up(self, guild_id: int, effect: Reply) -> None:
        words = (effect.command_id, guild_id, effect.conclusion, effect.locale)
        await self._speaker.reply(*words, now_ms=self._clock(), followup=True)

    def progress(self, guild_id: int, effect: Progress) -> None:
        """Show its member how far a command is that stays open, now and then; programs ask for outcomes only."""
        command, now_ms = self.get(effect.command_id), self._clock()
        if command is None or asked_by_program(effect.command_id) or now_ms - command.told_ms < PROGRESS_MS:
            return
        command.told_ms = now_ms
        words = (effect.command_id, guild_id, effect.conclusion, effect.locale)
        self._speaker.reply(*words, now_ms=now_ms, progress=True)

    async def say(self, command: OpenCommand, conclusion: Conclusion, locale: str | None = None) -> None:
        """Hand the outcome to Discord's stream, then let the task end."""
        locale = locale or self._rules().locale or command.command.actor.locale
        guild_id, command_id, now_ms = command.command.guild_id, command.command.id, self._clock()
        try:
            said = self._speaker.reply(command_id, guild_id, conclusion, locale, now_ms=now_ms)
        except Exception:
            log.exception("An outcome could not be put into words", command=command_id, guild=guild_id)
            said = self._speaker.reply(command_id, guild_id, Refused(reason="failed"), locale, now_ms=now_ms)
        await said
        if not command.done.done():
            command.done.set_result(type(conclusion).__name__)

    def give_back(self, error: Fenced) -> None:
        """What is open stays journalled for the next owner."""
        for command in self._open.values():
            if not command.done.done():
                command.done.set_exception(error)
        self._open.clear()
