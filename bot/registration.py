"""Registers the slash commands at Discord when they differ from what it has."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from bot.discord_rest import DiscordAway, DiscordRefused, DiscordRest
from bot.message_menu import MESSAGE_COMMANDS
from bot.slash.command import SlashCommand
from bot.slash.registry import differ, registrations

log = structlog.get_logger(__name__)

RETRY_SECONDS = 5.0


async def register(rest: DiscordRest, commands: Mapping[str, SlashCommand]) -> None:
    """Bulk overwrite of the global commands if needed; tries until Discord answers."""
    wanted = registrations(commands.values()) + [command.registration() for command in MESSAGE_COMMANDS.values()]
    while True:
        try:
            if differ(wanted, await rest.commands()):
                await rest.replace_commands(wanted)
                log.info("Slash commands registered", count=len(wanted))
            return
        except DiscordRefused as error:
            log.error("Discord refuses the slash commands", reason=str(error))
            return
        except DiscordAway as error:
            log.warning("Slash commands are not registered yet", reason=str(error))
            await asyncio.sleep(RETRY_SECONDS)
