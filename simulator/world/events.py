"""What the world tells its listeners: gateway events by guild, and voice connections that must end."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntFlag
from typing import Any


class Intent(IntFlag):
    """The gateway intents that gate an event of this world."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_VOICE_STATES = 1 << 7
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    MESSAGE_CONTENT = 1 << 15


ALL_INTENTS = sum(1 << bit for bit in (*range(17), 20, 21, 24, 25))
PRIVILEGED_INTENTS = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One gateway event for the shard of that guild; `intent` 0 means every session gets it."""

    guild_id: str
    name: str
    data: dict[str, Any]
    intent: int = 0


Listener = Callable[[Dispatch], None]
VoiceCloser = Callable[[str, int], None]
"""(guild id, close code): the bot's voice connection of that guild must be closed with that code."""
