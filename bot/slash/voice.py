"""Slash commands that bring the bot into a voice channel and out of it."""

from __future__ import annotations

from bot.sentences import Text
from bot.slash.command import SlashCommand
from project.wire.messages import Join, Leave

COMMANDS = (
    SlashCommand("join", Text("Come to your voice channel", "Ven a tu canal de voz"), lambda _given: Join()),
    SlashCommand("leave", Text("Leave and keep the queue", "Sal del canal y guarda la cola"), lambda _given: Leave()),
)
