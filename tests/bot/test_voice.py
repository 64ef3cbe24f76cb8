"""Voice as the gateway hears and steers it, over real sockets."""

from __future__ import annotations

import pytest
import redis.asyncio

from bot.redis_clients import text_of
from project.wire import keys
from project.wire.messages import (
    ChannelDeleted,
    GuildLeft,
    JoinRefused,
    MoveVoice,
    VoiceServerChanged,
    VoiceStateChanged,
)
from tests.bot.sandbox import AudioEnd, Town, eventually

pytestmark = pytest.mark.usefixtures("gateway")


async def mirror(store: redis.asyncio.Redis, guild_id: int) -> dict[str, str]:
    """What `voice:<guild>` holds."""
    return {text_of(name): text_of(value) for name, value in (await store.hgetall(keys.voice(guild_id))).items()}


async def in_music(town: Town, audio: AudioEnd, rev: int = 1) -> VoiceStateChanged:
    """The bot sits in the music channel."""
    await audio.activate()
    await audio.say(MoveVoice(guild_id=town.cast.guild, channel_id=town.cast.music, rev=rev))
    return await audio.event(VoiceStateChanged)


async def test_op_4_brings_the_bot_in_and_its_credentials_into_the_mirror_alone(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    cast = town.cast
    await town.sit(cast.alice, cast.music)
    state = await in_music(town, audio)
    assert (state.bot_channel_id, state.listeners, state.user_id) == (cast.music, 1, cast.bot)
    await audio.event(VoiceServerChanged)
    fields = await mirror(store, cast.guild)
    assert fields["channel_id"] == fields[f"member:{cast.alice}"] == str(cast.music)
    assert fields["move_rev"] == "1"
    assert {"session_id", "token", "endpoint"} <= fields.keys()
    journal = str([await store.hgetall(key) async for key in store.scan_iter("slot:*:journal")])
    assert fields["token"] not in journal
    shown = capsys.readouterr().out
    assert "VOICE_SERVER_UPDATE" in shown
    assert fields["token"] not in shown


async def test_operators_see_the_voice_server_come_and_not_its_token(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis
) -> None:
    async with store.pubsub() as tap:
        await tap.subscribe(keys.TO_AUDIO_TAP)
        await in_music(town, audio)
        await audio.event(VoiceServerChanged)
        heard: list[str] = []

        async def told() -> bool:
            message = await tap.get_message(ignore_subscribe_messages=True, timeout=0.1)
            heard.extend([text_of(message["data"])] if message else [])
            return any('"type":"voice_server"' in text for text in heard)

        await eventually(told)
    assert (await mirror(store, town.cast.guild))["token"] not in "".join(heard)


async def test_only_who_enters_or_leaves_the_bots_channel_is_news(town: Town, audio: AudioEnd) -> None:
    cast = town.cast
    await in_music(town, audio)
    await audio.event(VoiceServerChanged)
    await town.sit(cast.charlie, cast.lounge)
    await town.sit(cast.bob, cast.music)
    came = await audio.event(VoiceStateChanged)
    assert (came.user_id, came.listeners) == (cast.bob, 1)
    await town.sit(cast.bob, cast.lounge)
    left = await audio.event(VoiceStateChanged)
    assert (left.user_id, left.listeners) == (cast.bob, 0)


async def test_of_a_guild_without_a_player_only_that_the_bot_is_there_is_published(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis
) -> None:
    cast = town.cast
    await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.music, rev=1))

    async def mirrored() -> bool:
        return "token" in await mirror(store, cast.guild)

    await eventually(mirrored)
    assert (await audio.event(VoiceStateChanged)).bot_channel_id == cast.music, "somebody has to leave"
    await town.sit(cast.bob, cast.music)
    await town.sit(cast.bot, None)

    async def gone() -> bool:
        return "channel_id" not in await mirror(store, cast.guild)

    await eventually(gone)
    assert await audio.waiting() == 0


async def test_an_older_move_is_dropped(town: Town, audio: AudioEnd) -> None:
    cast = town.cast
    await in_music(town, audio, rev=5)
    await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.lounge, rev=4))
    await audio.say(MoveVoice(guild_id=cast.guild, channel_id=None, rev=6))
    assert (await audio.event(VoiceStateChanged)).bot_channel_id is None


async def test_a_new_owner_is_obeyed_though_a_restored_database_counts_from_below(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis
) -> None:
    cast = town.cast
    await audio.activate()
    await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.music, rev=50, epoch=1_000))
    assert (await audio.event(VoiceStateChanged)).bot_channel_id == cast.music
    await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.lounge, rev=7, epoch=2_000))
    assert (await audio.event(VoiceStateChanged)).bot_channel_id == cast.lounge
    await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.music, rev=51, epoch=1_000))
    await audio.say(MoveVoice(guild_id=cast.guild, channel_id=None, rev=8, epoch=2_000))
    assert (await audio.event(VoiceStateChanged)).bot_channel_id is None, "the former owner is not obeyed any more"
    fields = await mirror(store, cast.guild)
    assert (fields["move_rev"], fields["move_epoch"]) == ("8", "2000")


async def test_a_channel_that_the_bot_may_not_join_is_told_as_refused(town: Town, audio: AudioEnd) -> None:
    cast = town.cast
    channel = await town.ask(
        "POST", "/channels", guild_id=str(cast.guild), name="staff", type="voice", deny=["CONNECT"]
    )
    await audio.activate()
    await audio.say(MoveVoice(guild_id=cast.guild, channel_id=int(channel["id"]), rev=3, command_id="77"))
    refused = await audio.event(JoinRefused)
    assert (refused.channel_id, refused.rev, refused.command_id) == (int(channel["id"]), 3, "77")


async def test_leaving_and_joining_at_once_is_not_refused(town: Town, audio: AudioEnd) -> None:
    cast = town.cast
    await in_music(town, audio)
    await audio.say(MoveVoice(guild_id=cast.guild, channel_id=None, rev=2))
    await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.music, rev=3))
    left = await audio.event(VoiceStateChanged)
    back = await audio.event(VoiceStateChanged)
    assert (left.bot_channel_id, back.bot_channel_id) == (None, cast.music)


async def test_a_join_to_where_the_bot_sits_is_confirmed_all_the_same(town: Town, audio: AudioEnd) -> None:
    await in_music(town, audio)
    await audio.event(VoiceServerChanged)
    await audio.say(MoveVoice(guild_id=town.cast.guild, channel_id=town.cast.music, rev=2))
    assert (await audio.event(VoiceStateChanged)).bot_channel_id == town.cast.music


async def test_moved_and_kicked_by_a_member(town: Town, audio: AudioEnd) -> None:
    cast = town.cast
    await in_music(town, audio)
    await town.sit(cast.bot, cast.lounge)
    assert (await audio.event(VoiceStateChanged)).bot_channel_id == cast.lounge
    await town.sit(cast.bot, None)
    assert (await audio.event(VoiceStateChanged)).bot_channel_id is None


async def test_a_deleted_channel_is_told(town: Town, audio: AudioEnd) -> None:
    await audio.activate()
    await town.ask("DELETE", f"/channels/{town.cast.lounge}")
    assert (await audio.event(ChannelDeleted)).channel_id == town.cast.lounge


async def test_a_left_guild_is_told_and_its_mirror_removed(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis
) -> None:
    await audio.activate()
    await town.sit(town.cast.alice, town.cast.music)
    await town.ask("DELETE", f"/guilds/{town.cast.guild}")
    await audio.event(GuildLeft)
    assert await mirror(store, town.cast.guild) == {}


async def test_whether_the_bot_is_heard_goes_with_every_state_and_into_the_mirror(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis
) -> None:
    cast = town.cast
    silent = await town.ask("POST", "/channels", guild_id=str(cast.guild), name="silent", type="voice", deny=["SPEAK"])
    await audio.activate()
    await audio.say(MoveVoice(guild_id=cast.guild, channel_id=int(silent["id"]), rev=1))
    suppressed = await audio.event(VoiceStateChanged)
    assert (suppressed.suppressed, suppressed.muted, suppressed.own) == (True, False, True)
    assert (await mirror(store, cast.guild))["suppressed"] == "1"
    await town.sit(cast.bob, int(silent["id"]))
    company = await audio.event(VoiceStateChanged)
    assert (company.suppressed, company.own) == (True, False)
    await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.music, rev=2))
    assert not (await audio.event(VoiceStateChanged)).suppressed
    await town.ask("POST", "/voice-mute", guild_id=str(cast.guild), user_id=str(cast.bot))
    assert (await audio.event(VoiceStateChanged)).muted
    fields = await mirror(store, cast.guild)
    assert fields["muted"] == "1"
    assert "suppressed" not in fields
