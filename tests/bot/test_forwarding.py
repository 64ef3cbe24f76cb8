"""From a member's command to the guild's queue, over real sockets."""

from __future__ import annotations

import json
from typing import Any

import pytest
import redis.asyncio

from bot import sentences
from bot.message_menu import MESSAGE_COMMANDS
from bot.redis_clients import text_of
from bot.slash.registry import by_name
from project.wire import keys
from project.wire.messages import Join, Play, ShowQueue, Skip
from simulator.discord_gateway.session import Session
from simulator.world.asking import Act, Who, act
from simulator.world.founding import NewGuild, found_guild
from simulator.world.interactions import InteractionType
from simulator.world.typed_commands import Typed, command_data
from tests.bot.sandbox import AudioEnd, Town, eventually

pytestmark = pytest.mark.usefixtures("gateway")


async def test_play_arrives_with_who_wants_it_and_from_where(town: Town, audio: AudioEnd) -> None:
    cast = town.cast
    await town.sit(cast.alice, cast.music)
    interaction = await town.type("play", options={"query": " some song ", "position": "next"})
    command = await audio.command()
    assert command.id == command.trace_id == interaction
    assert command.order == Play(query="some song", position="next")
    assert (command.guild_id, command.text_channel_id) == (cast.guild, cast.general)
    actor = command.actor
    assert (actor.kind, actor.user_id, actor.name) == ("member", cast.alice, "Alice")
    assert (actor.voice_channel_id, actor.locale) == (cast.music, "en-US")
    assert len(actor.role_ids) == 1
    assert actor.permissions > 0


async def test_a_member_outside_voice_is_said_to_be_in_no_channel(town: Town, audio: AudioEnd) -> None:
    await town.sit(town.cast.charlie, town.cast.music)
    await town.sit(town.cast.charlie, None)
    await town.type("join", town.cast.charlie)
    command = await audio.command()
    assert (command.order, command.actor.voice_channel_id) == (Join(), None)


async def test_commands_of_a_guild_keep_their_order(town: Town, audio: AudioEnd) -> None:
    sent = [await town.type("skip") for _ in range(8)]
    assert [(await audio.command()).id for _ in sent] == sent


async def test_a_read_is_not_journalled(town: Town, audio: AudioEnd, store: redis.asyncio.Redis) -> None:
    await town.type("queue", options={"page": 3})
    command = await audio.command()
    assert command.order == ShowQueue(page=3)
    assert [key async for key in store.scan_iter("slot:*:journal")] == []


async def test_no_token_is_in_queue_journal_or_tap(town: Town, audio: AudioEnd, store: redis.asyncio.Redis) -> None:
    async with store.pubsub() as taps:
        await taps.subscribe(keys.COMMANDS_TAP, keys.TO_AUDIO_TAP)
        interaction = await town.type("skip")
        raw = await audio.raw()
        token = town.site.world.interactions.get(interaction)
        assert token is not None
        heard = {}

        async def both_heard() -> bool:
            message = await taps.get_message(ignore_subscribe_messages=True, timeout=0.1)
            if message:
                heard[message["channel"].decode()] = message["data"].decode()
            return len(heard) == 2

        await eventually(both_heard)
    journal = [await store.hgetall(key) async for key in store.scan_iter("slot:*:journal")]
    for text in (raw, str(journal), *heard.values()):
        assert token.token not in text
    assert {json.loads(text)["id"] for text in heard.values()} == {interaction}
    assert token.token in text_of(await store.get(keys.interaction(interaction)) or b"")
    assert 0 < await store.ttl(keys.interaction(interaction)) <= 900


async def test_an_option_of_10_000_characters_is_refused_with_a_sentence(town: Town, audio: AudioEnd) -> None:
    interaction = await town.type("play", options={"query": "x" * 10_000})
    seen = await town.answered(interaction)
    assert (seen["content"], seen["ephemeral"]) == (sentences.too_long("query", 500).en, True)
    assert await audio.waiting() == 0


async def test_a_button_of_another_guild_is_refused(town: Town, audio: AudioEnd) -> None:
    seen = await town.answered(await town.press("segue:skip:175928847299117063:7"))
    assert (seen["content"], seen["ephemeral"]) == (sentences.FOREIGN_BUTTON.en, True)
    assert await audio.waiting() == 0


async def test_a_button_names_the_entry_it_means(town: Town, audio: AudioEnd) -> None:
    await town.press(f"segue:skip:{town.cast.guild}:42")
    assert (await audio.command()).order == Skip(entry=42)


async def test_an_expired_interaction_is_never_run(town: Town, audio: AudioEnd) -> None:
    await town.type("skip", id_age_ms=5_000)
    fresh = await town.type("pause")
    assert (await audio.command()).id == fresh
    assert await audio.waiting() == 0


async def test_a_doubled_interaction_is_queued_once(town: Town, audio: AudioEnd) -> None:
    await town.type("skip", repeat=2)
    last = await town.type("pause")
    await audio.command()
    assert (await audio.command()).id == last


async def test_more_than_ten_commands_in_five_seconds_are_slowed_down(town: Town, audio: AudioEnd) -> None:
    for _ in range(10):
        await town.type("skip")
    seen = await town.answered(await town.type("skip", locale="es-419"))
    assert (seen["content"], seen["ephemeral"]) == (sentences.SLOW_DOWN.es, True)
    for _ in range(10):
        await audio.command()
    assert await audio.waiting() == 0


async def test_a_guild_that_the_bot_has_left_gets_a_sentence(town: Town, audio: AudioEnd) -> None:
    guild = town.cast.guild
    await town.ask("DELETE", f"/guilds/{guild}")
    interaction = await town.type("skip")
    seen = await town.answered(interaction)
    assert (seen["content"], seen["ephemeral"]) == (sentences.NOT_IN_SERVER.en, True)
    assert await audio.waiting() == 0


async def test_the_commands_are_registered_once_and_complete(town: Town) -> None:
    async def registered() -> list[str]:
        return [command["name"] for command in await town.ask("GET", "/commands")]

    names = await eventually(registered)
    assert sorted(names) == sorted([*by_name(), *MESSAGE_COMMANDS])


async def test_a_command_that_is_not_known_any_more_gets_a_sentence(town: Town, audio: AudioEnd) -> None:
    scope = town.site.world.commands
    scope.upsert({"name": "dance", "description": "From an older release", "type": 1})
    seen = await town.answered(await town.type("dance"))
    assert (seen["content"], seen["ephemeral"]) == (sentences.UNKNOWN_COMMAND.en, True)
    assert await audio.waiting() == 0


async def test_a_direct_message_gets_a_sentence(town: Town, audio: AudioEnd, monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulator has no direct messages: it shows the bot a guild's interaction as one."""
    dispatch = Session.dispatch

    def as_direct(session: Session, name: str, data: dict[str, Any]) -> None:
        member = data.get("member")
        if name == "INTERACTION_CREATE" and member:
            data = {**data, "user": member["user"], "guild_id": None, "member": None}
        dispatch(session, name, data)

    monkeypatch.setattr(Session, "dispatch", as_direct)
    seen = await town.answered(await town.type("skip"))
    assert (seen["content"], seen["ephemeral"]) == (sentences.ONLY_IN_SERVERS.en, True)
    assert await audio.waiting() == 0


async def test_a_command_in_the_same_breath_as_the_invitation_is_taken(town: Town, store: redis.asyncio.Redis) -> None:
    world = town.site.world
    guild = found_guild(world, NewGuild(name="Just invited"))
    alice = next(member for member in guild.members.values() if member.user.username == "alice")
    general = next(channel for channel in guild.channels.values() if channel.name == "general")
    data = command_data(world, guild, Typed(line="skip", options={}))
    asked = act(world, Who(guild, general, alice), Act(InteractionType.COMMAND, data, command_type=1))
    assert (await AudioEnd(store, int(guild.id)).command()).id == asked.id


async def test_every_line_about_a_command_names_it_its_guild_and_its_shard(
    town: Town, audio: AudioEnd, capsys: pytest.CaptureFixture[str]
) -> None:
    interaction = await town.type("skip")
    await audio.answer((await audio.command()).id, "Skipped.")
    await town.answered(interaction)
    refused = await town.answered(await town.press("segue:skip:5:7"))
    shown = capsys.readouterr().out.splitlines()
    about = [line for line in shown if interaction in line or refused["interaction_id"] in line]
    for word in ("INTERACTION_CREATE", "Updating message", "A command was refused"):
        assert any(word in line for line in about)
    assert all(f"guild_id={town.cast.guild}" in line and "shard=0" in line for line in about)
