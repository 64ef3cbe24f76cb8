"""Slash commands about the bot itself."""

from __future__ import annotations

from bot.sentences import Text
from bot.slash.command import SlashCommand
from project.wire.messages import Ping

COMMANDS = (
    SlashCommand(
        "ping",
        Text("How quickly I can be reached", "Con qué rapidez respondo"),
        lambda _given: Ping(),  # what the gateway itself measures is added when the command is sent
        defers="ephemeral",
    ),
)
