"""A gateway that dies, is replaced or shares its shards: no interaction is lost or answered twice."""

from __future__ import annotations

import signal

import redis.asyncio
from prometheus_client import REGISTRY

from bot.patience import Patience
from project.wire import keys
from project.wire.messages import MoveVoice, Skip, VoiceStateChanged
from simulator.world.founding import NewGuild, found_guild
from tests.bot.gateway_process import gateway_process
from tests.bot.sandbox import AudioEnd, Town, connected, deployment, eventually, running


async def test_interactions_sent_while_the_gateway_is_away_are_run_by_the_next_one(
    town: Town, audio: AudioEnd, redis_url: str
) -> None:
    async with gateway_process(town.site, redis_url) as first:
        await connected(town.site)
        before = await town.type("skip")
        assert (await audio.command()).id == before
        first.process.send_signal(signal.SIGKILL)
        await first.ended()
    missed = [await town.type("skip") for _ in range(5)]
    async with running(deployment(town.site, redis_url)):
        assert [(await audio.command()).id for _ in missed] == missed
        for interaction in missed:
            await audio.answer(interaction, "Skipped.")
        for interaction in missed:
            assert (await town.answered(interaction))["content"] == "Skipped."
    assert len(town.site.gateway.hub.describe()) == 1, "the session was resumed, not opened anew"


async def test_an_accepted_command_is_acknowledged_by_the_next_process(
    town: Town, audio: AudioEnd, redis_url: str
) -> None:
    async with gateway_process(town.site, redis_url) as first:
        await connected(town.site)
        interaction = await town.type("play", options={"query": "song"})
        command = await audio.command()
        first.process.send_signal(signal.SIGKILL)
        await first.ended()
    async with running(deployment(town.site, redis_url)):
        seen = await town.sees(interaction, lambda seen: seen["callback_type"] is not None)
        assert seen["callback_type"] == 5
        await audio.answer(command.id, "Added.")
        assert (await town.answered(interaction))["content"] == "Added."


async def test_a_process_that_ends_asks_members_whose_commands_still_run_to_wait(
    town: Town, audio: AudioEnd, redis_url: str
) -> None:
    async with running(deployment(town.site, redis_url)):
        await connected(town.site)
        interaction = await town.type("play", options={"query": "song"})
        command = await audio.command()
    seen = await town.sees(interaction, lambda seen: True)
    assert seen["callback_type"] == 5
    async with running(deployment(town.site, redis_url)):
        await audio.answer(command.id, "Added.")
        assert (await town.answered(interaction))["content"] == "Added."


async def test_the_voice_map_outlives_the_process(town: Town, audio: AudioEnd, redis_url: str) -> None:
    cast = town.cast
    async with running(deployment(town.site, redis_url)):
        await connected(town.site)
        await town.sit(cast.alice, cast.music)
        await audio.activate()
        await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.music, rev=1))
        await audio.event(VoiceStateChanged)
    await town.sit(cast.bob, cast.music)
    async with running(deployment(town.site, redis_url)):
        came = await audio.event(VoiceStateChanged)
        assert (came.user_id, came.bot_channel_id, came.listeners) == (cast.bob, cast.music, 2)
        await town.type("skip", cast.alice)
        command = await audio.command()
        assert (command.order, command.actor.voice_channel_id) == (Skip(), cast.music)


async def test_the_voice_maps_of_many_guilds_that_come_at_once_are_all_taken_over(
    town: Town, store: redis.asyncio.Redis, redis_url: str
) -> None:
    guilds = [int(found_guild(town.site.world, NewGuild(f"Guild {number}", members=())).id) for number in range(400)]
    for guild in guilds:
        await store.hset(keys.voice(guild), mapping={"move_rev": "7", "member:5": "6"})
    async with running(deployment(town.site, redis_url)):
        await eventually(lambda: all_told(store, guilds))
    lost = [guild for guild in guilds if await store.hget(keys.voice(guild), "move_rev") != b"7"]
    assert lost == []


async def all_told(store: redis.asyncio.Redis, guilds: list[int]) -> bool:
    """Whether GUILD_CREATE has replaced the map of every guild."""
    async with store.pipeline(transaction=False) as pipe:
        for guild in guilds:
            pipe.hget(keys.voice(guild), "complete")
        return await pipe.execute() == [b"1"] * len(guilds)


async def test_discord_is_asked_where_a_member_sits_when_the_map_has_holes(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis, redis_url: str
) -> None:
    async with running(deployment(town.site, redis_url)):
        await connected(town.site)
        await town.sit(town.cast.alice, town.cast.music)
        await town.type("skip")
        await audio.command()
    await store.delete(f"voice:{town.cast.guild}")
    async with running(deployment(town.site, redis_url)):
        await connected(town.site)
        await town.type("skip", town.cast.alice)
        assert (await audio.command()).actor.voice_channel_id == town.cast.music
        await town.type("skip", town.cast.bob)
        assert (await audio.command()).actor.voice_channel_id is None


async def test_two_processes_share_the_shards_and_one_takes_over(town: Town, audio: AudioEnd, redis_url: str) -> None:
    site = town.site
    where = deployment(site, redis_url, shards=2)
    async with running(where):
        await connected(site, shards=2)
        async with running(where):
            interaction = await town.type("skip")
            command = await audio.command()
            assert command.id == interaction
            await audio.answer(command.id, "Skipped.")
            await town.answered(interaction)

        async def both_again() -> bool:
            await connected(site, shards=2)
            return True

        await eventually(both_again)
    assert site.gateway.hub.limits.violations == []


async def test_a_lost_gateway_session_brings_the_bot_back_into_voice(
    town: Town, audio: AudioEnd, redis_url: str
) -> None:
    cast = town.cast
    async with running(deployment(town.site, redis_url)):
        await connected(town.site)
        await audio.activate()
        await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.music, rev=1))
        assert (await audio.event(VoiceStateChanged)).bot_channel_id == cast.music
        await town.ask("POST", "/faults", target="gateway", kind="invalidate")
        again = await audio.event(VoiceStateChanged)
        assert again.bot_channel_id == cast.music


async def test_a_leave_that_the_lost_gateway_session_did_not_confirm_is_not_undone(
    town: Town, audio: AudioEnd, redis_url: str
) -> None:
    cast = town.cast
    async with running(deployment(town.site, redis_url)):
        await connected(town.site)
        await audio.activate()
        await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.music, rev=1))
        assert (await audio.event(VoiceStateChanged)).bot_channel_id == cast.music
        await slow_gateway(town)
        await audio.say(MoveVoice(guild_id=cast.guild, channel_id=None, rev=2))
        await eventually(lambda: bot_is_in(town, None))
        await eventually(lambda: nothing_to_do(audio))
        forget_sessions(town)
        await town.ask("DELETE", "/faults")
        await town.ask("POST", "/faults", target="gateway", kind="drop")
        assert (await audio.event(VoiceStateChanged)).bot_channel_id is None
        await town.type("skip")
        await audio.command()  # published after all that GUILD_CREATE brought about
        assert bot_place(town) is None


async def test_a_lost_gateway_session_brings_the_bot_to_where_it_was_last_sent(
    town: Town, audio: AudioEnd, redis_url: str
) -> None:
    cast, where = town.cast, deployment(town.site, redis_url, patience=Patience(defer=0.3, join=60))
    async with running(where):
        await connected(town.site)
        await audio.activate()
        await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.music, rev=1))
        assert (await audio.event(VoiceStateChanged)).bot_channel_id == cast.music
        await slow_gateway(town)
        await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.lounge, rev=2))
        await eventually(lambda: bot_is_in(town, cast.lounge))
        await eventually(lambda: nothing_to_do(audio))
    forget_sessions(town)
    await town.ask("DELETE", "/faults")
    async with running(where):
        assert (await audio.event(VoiceStateChanged)).bot_channel_id == cast.lounge


async def slow_gateway(town: Town) -> None:
    """From now on no event arrives."""
    await town.ask("POST", "/faults", target="gateway", kind="delay", ms=600_000)


def forget_sessions(town: Town) -> None:
    """Whoever wants to RESUME is told to begin anew."""
    for session in list(town.site.gateway.hub.sessions.values()):
        town.site.gateway.hub.end(session)


def bot_place(town: Town) -> int | None:
    """The voice channel that the bot is in, as Discord has it."""
    state = town.site.world.voice.get(town.site.guild.id, str(town.cast.bot))
    return int(state.channel_id) if state is not None and state.channel_id else None


async def bot_is_in(town: Town, channel_id: int | None) -> bool:
    """Whether Discord has the bot in that channel."""
    return bot_place(town) == channel_id


async def nothing_to_do(audio: AudioEnd) -> bool:
    """Whether the gateway has done all that was wanted of it."""
    return await audio.unread() == 0


async def test_a_reconnect_asked_for_by_discord_loses_nothing(town: Town, audio: AudioEnd, redis_url: str) -> None:
    async with running(deployment(town.site, redis_url)):
        await connected(town.site)
        await town.type("skip")
        await audio.command()
        await town.ask("POST", "/faults", target="gateway", kind="reconnect")
        sent = [await town.type("pause") for _ in range(3)]
        assert [(await audio.command()).id for _ in sent] == sent
        await connected(town.site)
    assert len(town.site.gateway.hub.describe()) == 1


async def test_interactions_that_waited_too_long_for_a_gateway_are_counted_and_not_run(
    town: Town, audio: AudioEnd, redis_url: str
) -> None:
    where = deployment(town.site, redis_url)
    async with running(where):
        await connected(town.site)
        await town.type("skip")
        await audio.command()
    missed = await town.type("skip", id_age_ms=10_000)
    before = REGISTRY.get_sample_value("gateway_interactions_expired_total") or 0
    async with running(where):
        await connected(town.site)
        fresh = await town.type("pause")
        assert (await audio.command()).id == fresh
    assert REGISTRY.get_sample_value("gateway_interactions_expired_total") == before + 1
    assert (await town.shown(missed))["callback_type"] is None
