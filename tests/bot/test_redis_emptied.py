"""After an emptied Redis the gateway writes again what only it knows, and what it was given goes on."""

from __future__ import annotations

import pytest
import redis.asyncio

from bot.redis_clients import quick, text_of
from bot.voice_map import GuildVoice, Seat
from bot.voice_mirror import VoiceMirror
from project.task_queues import slot_of
from project.wire import keys
from project.wire.messages import MoveVoice, VoiceServerChanged, VoiceStateChanged
from tests.bot.sandbox import SLOTS, AudioEnd, Town, connected, deployment, eventually, running
from tests.bot.test_redis_trouble import OwnRedis
from tests.bot.test_redis_trouble import audio as audio
from tests.bot.test_redis_trouble import client as client
from tests.bot.test_redis_trouble import own_redis as own_redis


@pytest.mark.parametrize("how", ["flushed", "restarted"])
async def test_after_an_emptied_redis_what_only_the_gateway_knows_is_written_again(
    how: str, town: Town, own_redis: OwnRedis, audio: AudioEnd, client: redis.asyncio.Redis
) -> None:
    cast = town.cast
    async with running(deployment(town.site, own_redis.url)):
        await connected(town.site)
        await town.sit(cast.alice, cast.music)
        await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.music, rev=1))

        async def in_voice() -> bool:
            return bool(await client.hexists(keys.voice(cast.guild), "token"))

        await eventually(in_voice)
        before = await client.hgetall(keys.voice(cast.guild))
        accepted = [await town.type("skip", cast.alice) for _ in range(3)]

        async def published() -> bool:  # not only as many messages: the bot's own voice state is one, too
            return {text_of(raw) for raw in await client.hkeys(keys.shard_open(0))} == set(accepted)

        await eventually(published)
        if how == "flushed":
            await client.flushall()
        else:
            await own_redis.restart()
        again = AudioEnd(redis.asyncio.Redis.from_url(own_redis.url, socket_timeout=None), cast.guild)
        assert [(await again.command()).id for _ in accepted] == accepted
        for interaction in accepted:
            await again.answer(interaction, "Skipped.")
            await town.answered(interaction)

        async def mirrored() -> bool:
            return await again.client.hgetall(keys.voice(cast.guild)) == before

        await eventually(mirrored)
        await again.client.aclose()
    assert len(town.site.gateway.hub.describe()) == 1, "the gateway session was kept"


async def test_an_accepted_command_is_published_again_however_long_redis_goes_on_failing(
    town: Town, own_redis: OwnRedis, audio: AudioEnd, client: redis.asyncio.Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    slot = slot_of(town.cast.guild, SLOTS)
    shown = ""

    async def one_deadline_has_passed() -> bool:
        nonlocal shown
        shown += capsys.readouterr().out
        return "A kept command" in shown

    async with running(deployment(town.site, own_redis.url)):
        await connected(town.site)
        accepted = await town.type("skip")
        assert (await audio.command()).id == accepted
        async with client.pipeline(transaction=True) as pipe:
            pipe.flushall()
            pipe.hset(keys.sequence(slot), "not", "a number")  # nothing can be published to the slot
            await pipe.execute()
        await eventually(one_deadline_has_passed)
        await client.delete(keys.sequence(slot))
        assert (await audio.command()).id == accepted


async def test_after_a_flush_the_worker_is_told_where_the_bot_is_though_no_player_is_known_any_more(
    town: Town, own_redis: OwnRedis, audio: AudioEnd, client: redis.asyncio.Redis
) -> None:
    cast = town.cast
    async with running(deployment(town.site, own_redis.url)):
        await connected(town.site)
        await audio.activate()
        await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.music, rev=1))
        await audio.event(VoiceServerChanged)
        await client.flushall()
        assert (await audio.event(VoiceStateChanged)).bot_channel_id == cast.music
        await audio.event(VoiceServerChanged)
        assert await client.exists(keys.PLAYERS_ACTIVE) == 0


async def test_a_flush_before_a_guilds_first_event_loses_no_voice_credentials(
    town: Town, own_redis: OwnRedis, audio: AudioEnd, client: redis.asyncio.Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    cast = town.cast
    key = keys.voice(cast.guild)
    async with running(deployment(town.site, own_redis.url)):
        await connected(town.site)
        await audio.activate()
        await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.music, rev=1))
        await audio.event(VoiceServerChanged)
    before = await client.hgetall(key)
    capsys.readouterr()
    shown = ""

    async def loaded() -> bool:
        nonlocal shown
        shown += capsys.readouterr().out
        return "The voice map is loaded" in shown

    async with running(deployment(town.site, own_redis.url)):
        await connected(town.site)
        await eventually(loaded)
        await client.flushall()

        async def written_again() -> bool:
            return await client.hgetall(key) == before

        await eventually(written_again)


async def test_only_maps_of_the_shards_own_guilds_are_loaded(own_redis: OwnRedis, client: redis.asyncio.Redis) -> None:
    for guild in range(1, 1_001):
        await client.hset(keys.voice(guild), "member:5", str(guild))
    await client.set("voice:statistics", "no map")
    store = quick(own_redis.url)
    mirrored = VoiceMirror(store, lambda guild: guild % 2 == 1)
    found: dict[int, GuildVoice] = {}
    await mirrored.find(found.__setitem__)
    assert sorted(found) == list(range(1, 1_001, 2))
    assert all(voice.seats == {5: Seat(guild)} for guild, voice in found.items())
    await store.aclose()
