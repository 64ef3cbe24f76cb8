"""What one guild's player shows and waits for, beside its mailbox: nothing here ever holds a letter up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog

from project.spawned import Spawned
from workers.audio.speaker import Speaker
from workers.player.effects import Announce, RemoveScreen, ShowPlayer, WakeAt
from workers.player.facts import Fact, WakeReason, Woken

log = structlog.get_logger()


class Display:
    """The guild's player message: while one version is on its way, only the newest of the later ones is kept."""

    def __init__(self, guild_id: int, speaker: Speaker, background: Spawned) -> None:
        self._guild_id = guild_id
        self._speaker = speaker
        self._background = background
        self._newest: ShowPlayer | None = None
        self._showing = False

    def show(self, effect: ShowPlayer) -> None:
        """Have it look like this."""
        waiting = self._newest
        if waiting is not None and waiting.channel_id == effect.channel_id:
            effect = replace(effect, fresh=effect.fresh or waiting.fresh)
        self._newest = effect
        if not self._showing:
            self._showing = True
            self._background.start(self._show(), "show player")

    def remove(self, effect: RemoveScreen) -> None:
        """Delete it where it was; what waited to be shown there is out of date."""
        if self._newest is not None and self._newest.channel_id == effect.channel_id:
            self._newest = None
        self._speaker.remove_screen(self._guild_id, effect)

    async def _show(self) -> None:
        try:
            while (effect := self._newest) is not None:
                self._newest = None
                try:
                    await self._speaker.show_player(self._guild_id, effect)
                except Exception:
                    log.exception("The player could not be shown", guild=self._guild_id)
        finally:
            self._showing = False


OUTWARD = (Announce, ShowPlayer, RemoveScreen, WakeAt)
"""The effects that a Surface performs."""


class Surface:
    """Performs what is neither for the node nor an answer."""

    def __init__(
        self,
        guild_id: int,
        speaker: Speaker,
        background: Spawned,
        report: Callable[[Fact], None],
        clock: Callable[[], int],
    ) -> None:
        self._guild_id = guild_id
        self._speaker = speaker
        self._display = Display(guild_id, speaker, background)
        self._alarms = Alarms(report, clock)

    def perform(self, effect: Announce | ShowPlayer | RemoveScreen | WakeAt) -> None:
        """Carry it out, or have it carried out; never waits."""
        match effect:
            case Announce():
                self._speaker.announce(self._guild_id, effect)
            case ShowPlayer():
                self._display.show(effect)
            case RemoveScreen():
                self._display.remove(effect)
            case WakeAt():
                self._alarms.set(effect)

    def close(self) -> None:
        """Nobody is to be woken any more."""
        self._alarms.close()


class Alarms:
    """At most one timer for each thing that the player may be woken for."""

    def __init__(self, report: Callable[[Fact], None], clock: Callable[[], int]) -> None:
        self._report = report
        self._clock = clock
        self._timers: dict[WakeReason, asyncio.TimerHandle] = {}

    def set(self, effect: WakeAt) -> None:
        """Wake the player at that moment instead of the one named before."""
        earlier = self._timers.pop(effect.what, None)
        if earlier is not None:
            earlier.cancel()
        if effect.at_ms is not None:
            delay = max(0, effect.at_ms - self._clock()) / 1_000
            self._timers[effect.what] = asyncio.get_running_loop().call_later(delay, self._ring, effect.what)

    def close(self) -> None:
        """Nobody is to be woken any more."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _ring(self, what: WakeReason) -> None:
        self._timers.pop(what, None)
        self._report(Woken(what, self._clock()))
