"""A fake Discord of each test's own, on a free port, whose answers must all fit Discord's description."""

import os
from collections.abc import AsyncIterator

import pytest

from simulator.openapi import Description, load_description
from simulator.process.discord_site import DiscordSite
from tests.simulator.discord_client import RestClient


@pytest.fixture(scope="session")
def discord_description() -> Description | None:
    """None where DISCORD_OPENAPI names no file; the tests about it say so."""
    return load_description(os.environ.get("DISCORD_OPENAPI"))


@pytest.fixture
async def discord_site(discord_description: Description | None) -> AsyncIterator[DiscordSite]:
    site = DiscordSite(description=discord_description)
    await site.start()
    yield site
    await site.stop()
    assert [one for one in site.violations.all() if one["side"] == "answer"] == []


@pytest.fixture
async def rest(discord_site: DiscordSite) -> AsyncIterator[RestClient]:
    async with RestClient(discord_site) as client:
        yield client
