"""Slash commands that steer the current track."""

from __future__ import annotations

from bot.sentences import Text
from bot.slash.command import SlashCommand
from project.wire.messages import Pause, Resume, Skip, Stop

COMMANDS = (
    SlashCommand("pause", Text("Pause the music", "Pausa la música"), lambda _given: Pause()),
    SlashCommand("resume", Text("Go on with the music", "Continúa la música"), lambda _given: Resume()),
    SlashCommand("skip", Text("Skip the current track", "Salta la pista actual"), lambda _given: Skip()),
    SlashCommand("stop", Text("Clear the queue and leave", "Vacía la cola y sal"), lambda _given: Stop()),
)
