"""The out-stream: announcements, what a former process left, what nobody can read."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import redis.asyncio

from project.wire import keys
from project.wire.messages import Announcement, AnnouncementRefused, MoveVoice, Outcome, VoiceStateChanged, to_json
from simulator.world.permissions import Permission
from tests.bot.sandbox import AudioEnd, Town, connected, deployment, eventually, running


async def messages(town: Town) -> list[str]:
    """What stands in the general channel, newest first."""
    shown: list[dict[str, Any]] = await town.ask("GET", f"/messages/{town.cast.general}")
    return [message["content"] for message in shown]


def announcement(town: Town, content: str, nonce: str) -> Announcement:
    """A message for the general channel."""
    cast = town.cast
    return Announcement(guild_id=cast.guild, channel_id=cast.general, payload={"content": content}, nonce=nonce)


@pytest.mark.usefixtures("gateway")
async def test_announcements_are_posted_in_order_and_once_per_nonce(town: Town, audio: AudioEnd) -> None:
    for content, nonce in (("one", "a"), ("one again", "a"), ("two", "b")):
        await audio.say(announcement(town, content, nonce))

    async def posted() -> bool:
        return (await messages(town))[:1] == ["two"]

    await eventually(posted)
    assert await messages(town) == ["two", "one"]


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("denied", [Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES])
async def test_what_a_channel_does_not_take_is_said_elsewhere_and_the_worker_hears_why(
    town: Town, audio: AudioEnd, denied: Permission
) -> None:
    body = {"guild_id": str(town.cast.guild), "name": "news", "type": "text", "deny": [denied.name]}
    news = int((await town.ask("POST", "/channels", **body))["id"])
    message = announcement(town, "payment failed", "a")
    await audio.say(msgspec.structs.replace(message, channel_id=news, otherwise_id=town.cast.general))
    refused = await audio.event(AnnouncementRefused)
    assert (refused.channel_id, refused.missing) == (news, (str(denied.name).lower(),))

    async def said() -> bool:
        return await messages(town) == ["payment failed"]

    await eventually(said)


@pytest.mark.usefixtures("gateway")
async def test_what_was_for_a_channel_that_is_gone_is_said_elsewhere(town: Town, audio: AudioEnd) -> None:
    message = announcement(town, "payment failed", "a")
    await audio.say(msgspec.structs.replace(message, channel_id=1, otherwise_id=town.cast.general))

    async def said() -> bool:
        return await messages(town) == ["payment failed"] and await audio.unread() == 0

    await eventually(said)
    assert await audio.waiting() == 0, "a deleted channel is heard of by itself"


@pytest.mark.usefixtures("gateway")
async def test_what_cannot_be_read_or_done_does_not_hold_up_the_rest(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis
) -> None:
    await store.xadd(keys.shard_out(0), {keys.OUT_FIELD: '{"type": "novelty"}'})
    await store.xadd(keys.shard_out(0), {"other": "field"})
    await audio.say(Announcement(guild_id=town.cast.guild, channel_id=1, payload={"content": "nowhere"}, nonce="n"))
    await audio.say(announcement(town, "after all", "x"))

    async def done() -> bool:
        return await messages(town) == ["after all"] and await audio.unread() == 0

    await eventually(done)


async def test_what_a_former_process_had_read_but_not_done_comes_first(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis, redis_url: str
) -> None:
    stream = keys.shard_out(0)
    await audio.say(announcement(town, "left over", "a"))
    await store.xgroup_create(stream, keys.OUT_GROUP, id="0")
    await store.xreadgroup(keys.OUT_GROUP, "gateway", {stream: ">"})
    await audio.say(announcement(town, "new", "b"))
    async with running(deployment(town.site, redis_url)):

        async def done() -> bool:
            return await messages(town) == ["new", "left over"] and await audio.unread() == 0

        await eventually(done)


@pytest.mark.usefixtures("gateway")
async def test_the_stream_is_read_again_after_redis_was_emptied(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis
) -> None:
    await store.flushall()
    await audio.say(announcement(town, "after the flood", "a"))

    async def done() -> bool:
        return await messages(town) == ["after the flood"]

    await eventually(done)


async def test_a_new_process_answers_what_the_former_one_accepted(town: Town, audio: AudioEnd, redis_url: str) -> None:
    where = deployment(town.site, redis_url)
    async with running(where):
        await connected(town.site)
        interaction = await town.type("play", options={"query": "song"})
        command = await audio.command()
        await town.sees(interaction, lambda seen: seen["callback_type"] == 5)
    async with running(where):
        await connected(town.site)
        outcome = Outcome(command_id=command.id, guild_id=town.cast.guild, payload={"content": "Added."})
        await audio.client.xadd(keys.shard_out(0), {keys.OUT_FIELD: to_json(outcome)})
        seen = await town.answered(interaction)
    assert (seen["content"], seen["followups"]) == ("Added.", [])


async def test_a_move_that_waits_for_the_socket_at_a_hand_over_is_left_to_the_next_process(
    town: Town, audio: AudioEnd, redis_url: str
) -> None:
    cast, where = town.cast, deployment(town.site, redis_url)
    await audio.activate()
    async with running(where):
        await connected(town.site)
        await town.ask("POST", "/faults", target="gateway", kind="delay", ms=600_000)
        await town.ask("POST", "/faults", target="gateway", kind="drop")
        await eventually(lambda: disconnected(town))
        await audio.say(MoveVoice(guild_id=cast.guild, channel_id=cast.music, rev=1))
        await eventually(lambda: is_under_way(audio))
    await town.ask("DELETE", "/faults")
    async with running(where):
        assert (await audio.event(VoiceStateChanged)).bot_channel_id == cast.music


async def test_what_discord_could_not_take_before_a_hand_over_is_left_to_the_next_process(
    town: Town, audio: AudioEnd, redis_url: str
) -> None:
    where = deployment(town.site, redis_url)
    async with running(where):
        await connected(town.site)
        await town.ask("POST", "/faults", target="rest", kind="status", status=503, path="/messages")
        await audio.say(announcement(town, "at last", "a"))
        await eventually(lambda: is_under_way(audio))
    assert await audio.unread() == 1
    await town.ask("DELETE", "/faults")
    async with running(where):

        async def posted() -> bool:
            return await messages(town) == ["at last"] and await audio.unread() == 0

        await eventually(posted)


@pytest.mark.usefixtures("gateway")
async def test_an_outcome_is_shown_when_discord_is_back_however_many_attempts_failed(
    town: Town, audio: AudioEnd
) -> None:
    interaction = await town.type("play", options={"query": "song"})
    command = await audio.command()
    await town.sees(interaction, lambda seen: seen["callback_type"] == 5)
    await town.ask("POST", "/faults", target="rest", kind="status", status=503, path="/webhooks")
    await town.ask("POST", "/faults", target="rest", kind="status", status=503, path="/messages")
    outcome = Outcome(command_id=command.id, guild_id=town.cast.guild, payload={"content": "Added."})
    await audio.client.xadd(keys.shard_out(0), {keys.OUT_FIELD: to_json(outcome)})
    await audio.say(announcement(town, "given up", "a"))
    await eventually(lambda: given_up(audio))
    await town.ask("DELETE", "/faults")
    seen = await town.answered(interaction)
    assert (seen["content"], seen["followups"]) == ("Added.", [])
    assert await messages(town) == ["Added."]


async def given_up(audio: AudioEnd) -> bool:
    """Whether all but the outcome was."""
    return await audio.unread() == 1


async def disconnected(town: Town) -> bool:
    """Whether no shard listens."""
    return not any(session["connected"] for session in town.site.gateway.hub.describe())


async def is_under_way(audio: AudioEnd) -> bool:
    """Whether the gateway has read an entry that it has not acknowledged."""
    return await audio.unread() == 1
