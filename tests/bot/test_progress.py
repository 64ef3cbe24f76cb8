"""A command that goes on says how far it is; its outcome takes the place of that."""

from __future__ import annotations

import pytest
import redis.asyncio

from project.wire.messages import Outcome
from tests.bot.sandbox import AudioEnd, Town, connected, deployment, running
from tests.bot.test_redis_trouble import OwnRedis
from tests.bot.test_redis_trouble import client as client
from tests.bot.test_redis_trouble import own_redis as own_redis


def word(town: Town, command_id: str, content: str, *, progress: bool = True) -> Outcome:
    """What a worker says of a command."""
    payload = {"content": content}
    return Outcome(command_id=command_id, guild_id=town.cast.guild, payload=payload, progress=progress)


@pytest.mark.usefixtures("gateway")
async def test_the_outcome_takes_the_place_of_how_far_it_was(town: Town, audio: AudioEnd) -> None:
    interaction = await town.type("pause")
    command = await audio.command()
    for content, progress in (("4 of 8", True), ("8 of 8", True), ("Done.", False)):
        await audio.say(word(town, command.id, content, progress=progress))
    seen = await town.sees(interaction, lambda seen: seen["content"] == "Done.")
    assert seen["followups"] == []


async def test_what_is_under_way_is_published_again_after_redis_was_emptied(
    town: Town, own_redis: OwnRedis, client: redis.asyncio.Redis
) -> None:
    audio = AudioEnd(client, town.cast.guild)
    await audio.activate()
    async with running(deployment(town.site, own_redis.url)):
        await connected(town.site)
        interaction = await town.type("pause")
        command = await audio.command()
        await audio.say(word(town, command.id, "4 of 8"))
        await town.sees(interaction, lambda seen: seen["content"] == "4 of 8")
        await client.flushall()
        assert (await audio.command()).id == command.id
