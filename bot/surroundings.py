"""What all shards of a gateway process share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import discord
from celery import Celery

from bot.cdn import Cdn
from bot.discord_clock import DiscordClock
from bot.discord_rest import DiscordRest
from bot.pace import BotPace
from bot.patience import Patience
from bot.slash.command import SlashCommand


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Built once, at the start of the process."""

    app: Celery
    client: discord.Client
    rest: DiscordRest
    clock: DiscordClock
    commands: Mapping[str, SlashCommand]
    redis_url: str
    slots: int
    shards: int
    search_prefix: str
    cdn: Cdn
    patience: Patience
    pace: BotPace
