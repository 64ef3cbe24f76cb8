"""Redis hung, away or emptied while members send commands."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import redis.asyncio

from bot.patience import Patience
from bot.redis_clients import quick, text_of
from bot.sentences import TRY_AGAIN
from bot.voice_map import Seat
from bot.voice_mirror import VoiceMirror
from project.wire import keys
from project.wire.messages import MoveVoice, VoiceStateChanged
from project.wire.publish import ATTEMPT_SECONDS
from simulator.world.founding import NewGuild, found_guild
from tests.bot.gateway_process import gateway_process
from tests.bot.sandbox import AudioEnd, Town, connected, deployment, running, season
from tests.ports import free_port
from tests.redis_server import start_redis


class OwnRedis:
    """A Redis that a test may freeze and kill."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process = start_redis(self.port, folder)

    def freeze(self) -> None:
        """It holds its sockets and answers nobody."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it stopped."""
        self._process.send_signal(signal.SIGCONT)

    async def restart(self) -> None:
        """A new, empty one on the same port."""
        self.end()
        self._process = await asyncio.to_thread(start_redis, self.port, self._folder)

    def end(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()


@pytest.fixture
async def own_redis(tmp_path: Path) -> AsyncIterator[OwnRedis]:
    """Started for one test; gives up nothing at its end."""
    server = await asyncio.to_thread(OwnRedis, tmp_path)
    yield server
    server.thaw()
    server.end()


@pytest.fixture
async def client(own_redis: OwnRedis) -> AsyncIterator[redis.asyncio.Redis]:
    """The test's own connection."""
    connection = redis.asyncio.Redis.from_url(own_redis.url, socket_timeout=None)
    await season(connection)
    yield connection
    await connection.aclose()


@pytest.fixture
def audio(client: redis.asyncio.Redis, town: Town) -> AudioEnd:
    """The audio worker's end of the first guild."""
    return AudioEnd(client, town.cast.guild)


async def test_on_a_hung_redis_the_member_is_told_to_try_again_and_nothing_runs_after_the_thaw(
    town: Town, own_redis: OwnRedis, audio: AudioEnd
) -> None:
    patience = Patience(defer=0.3, join=0.5)
    async with running(deployment(town.site, own_redis.url, patience=patience)):
        await connected(town.site)
        own_redis.freeze()
        refused = [await town.type("skip") for _ in range(3)]
        for interaction in refused:
            seen = await town.answered(interaction)
            word = seen["followups"][0] if seen["followups"] else seen
            assert (word["content"], word["ephemeral"]) == (TRY_AGAIN.en, True)
        own_redis.thaw()
        obeyed = await town.type("pause")
        assert (await audio.command()).id == obeyed
        assert await audio.waiting() == 0
    assert len(town.site.gateway.hub.describe()) == 1, "the gateway session was kept"


async def test_a_command_behind_an_event_that_waits_for_redis_is_refused_in_time_too(
    town: Town, own_redis: OwnRedis, audio: AudioEnd
) -> None:
    async with running(deployment(town.site, own_redis.url)):
        await connected(town.site)
        own_redis.freeze()
        guild = found_guild(town.site.world, NewGuild(name="New"))  # its GUILD_CREATE needs what Redis may know
        alice = next(member for member in guild.members.values() if member.user.username == "alice")
        channel = next(channel for channel in guild.channels.values() if channel.name == "general")
        refused = await town.type("skip", int(alice.user.id), guild_id=guild.id, channel_id=channel.id)
        seen = await town.sees(refused, lambda seen: bool(seen["followups"]))
        assert seen["followups"][0]["content"] == TRY_AGAIN.en
        own_redis.thaw()
        obeyed = await town.type("pause", int(alice.user.id), guild_id=guild.id, channel_id=channel.id)
        assert (await AudioEnd(audio.client, int(guild.id)).command()).id == obeyed


async def test_a_short_hang_delays_a_command_and_loses_nothing(
    town: Town, own_redis: OwnRedis, audio: AudioEnd
) -> None:
    async with running(deployment(town.site, own_redis.url)):
        await connected(town.site)
        own_redis.freeze()
        sent = [await town.type("skip") for _ in range(3)]
        await asyncio.sleep(0.7)
        own_redis.thaw()
        assert [(await audio.command()).id for _ in sent] == sent
        assert await audio.waiting() == 0


async def test_voice_news_of_a_hang_are_told_afterwards(
    town: Town, own_redis: OwnRedis, audio: AudioEnd, client: redis.asyncio.Redis
) -> None:
    cast = town.cast
    async with running(deployment(town.site, own_redis.url)):
        await connected(town.site)
        await audio.activate()
        await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.music, rev=1))
        await audio.event(VoiceStateChanged)
        own_redis.freeze()
        await town.sit(cast.bob, cast.music)
        await asyncio.sleep(2.6)
        own_redis.thaw()
        told = await audio.event(VoiceStateChanged)
        while told.user_id != cast.bob:  # our own arrival may be told once more before it
            told = await audio.event(VoiceStateChanged)
        assert told.listeners == 1
        mirror = await client.hgetall(keys.voice(cast.guild))
        fields = {text_of(name): text_of(value) for name, value in mirror.items()}
        assert fields[f"member:{cast.bob}"] == fields["channel_id"] == str(cast.music)


async def test_a_voice_map_that_cannot_be_read_is_waited_for_and_not_taken_for_empty(
    own_redis: OwnRedis, client: redis.asyncio.Redis
) -> None:
    await client.hset(keys.voice(1), "member:5", "6")
    own_redis.freeze()
    store = quick(own_redis.url)
    mirrored = VoiceMirror(store, lambda _guild: True)
    reading = [asyncio.create_task(mirrored.read(guild)) for guild in (1, 1, 2)]
    _, waiting = await asyncio.wait(reading, timeout=ATTEMPT_SECONDS * 1.5)
    assert waiting == set(reading), "one attempt has failed by now"
    own_redis.thaw()
    first, same, other = await asyncio.gather(*reading)
    assert first.seats == {5: Seat(6)}
    assert same is first, "who asks meanwhile must change the same map"
    assert other.seats == {}
    await mirrored.close()
    await store.aclose()


async def test_sigterm_ends_the_process_also_on_a_hung_redis(town: Town, own_redis: OwnRedis, client: object) -> None:
    async with gateway_process(town.site, own_redis.url) as process:
        await connected(town.site)
        own_redis.freeze()
        await town.type("skip")
        process.process.send_signal(signal.SIGTERM)
        assert await process.ended() == 0, "it does not wait for Redis, which stays hung"
    assert len(process.logged("Ending: shards are handed over")) == 1
    assert process.stderr == ""


@pytest.mark.parametrize("trouble", ["hung", "gone"])
async def test_a_member_who_types_while_redis_is_away_is_answered_with_nothing(
    town: Town, own_redis: OwnRedis, audio: AudioEnd, trouble: str
) -> None:
    async with running(deployment(town.site, own_redis.url)):
        await connected(town.site)
        own_redis.freeze() if trouble == "hung" else own_redis.end()
        interaction = await town.typing("play", options={"query": "song"})
        seen = await town.sees(interaction, lambda seen: seen["callback_type"] is not None)
        assert (seen["callback_type"], seen["choices"], seen["refused"]) == (8, [], [])
