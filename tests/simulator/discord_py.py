"""discord.py as a client in tests; its import of audioop warns, which is not ours to mend."""

import warnings

import pytest
import yarl

from simulator.process.discord_site import DiscordSite

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

__all__ = ["DiscordWebSocket", "discord", "point_at"]


def point_at(site: DiscordSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets discord.py find the fake instead of Discord, for one test."""
    monkeypatch.setattr(Route, "BASE", site.rest_url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(site.world.gateway_url))
