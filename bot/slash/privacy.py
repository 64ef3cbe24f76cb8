"""The privacy family: what is held of the member who asks."""

from __future__ import annotations

from bot.sentences import Text
from bot.slash.command import SlashCommand
from project.wire.privacy import AskToErase, ExportMine

COMMANDS = (
    SlashCommand(
        "privacy",
        Text("Your own data", "Tus propios datos"),
        parts=(
            SlashCommand(
                "export",
                Text("Download everything I hold on you", "Descarga todo lo que guardo sobre ti"),
                lambda _given: ExportMine(),
                defers="ephemeral",
            ),
            SlashCommand(
                "erase",
                Text(
                    "Delete everything I hold on you; asks first", "Borra todo lo que guardo sobre ti; antes pregunta"
                ),
                lambda _given: AskToErase(),
                defers="ephemeral",
            ),
        ),
    ),
)
