"""A member types, and is shown what may be meant: always answered, never journalled."""

from __future__ import annotations

import json
from typing import Any

import pytest
import redis.asyncio
from prometheus_client import REGISTRY

from bot.redis_clients import text_of
from project.task_queues import DESK_QUEUE, slot_of, slot_queue
from project.wire import keys
from project.wire.desk import taste_of
from project.wire.envelope import argument_of
from project.wire.library import SuggestPlaylists
from project.wire.messages import Choice, Play, Suggest, Suggestions
from tests.bot.sandbox import SLOTS, AudioEnd, Town, connected, deployment, eventually, running

ODE = ("Ode to Joy", "https://music.example/ode")
CANON = ("Canon in D", "https://music.example/canon")


async def remember(store: redis.asyncio.Redis, user_id: int, *titles: tuple[str, str]) -> None:
    """What a member played, newest first."""
    await store.rpush(keys.history(user_id), *(json.dumps(title) for title in titles))


async def cache(store: redis.asyncio.Redis, words: str, *titles: tuple[str, str]) -> None:
    """What a worker found lately."""
    await store.set(keys.search("scsearch", words), json.dumps(titles), ex=600)


async def choices(town: Town, interaction: str) -> list[tuple[str, str]]:
    """What the member is shown, once there is an answer."""
    seen = await town.sees(interaction, lambda seen: seen["callback_type"] is not None)
    assert (seen["callback_type"], seen["refused"]) == (8, [])
    return [(choice["name"], choice["value"]) for choice in seen["choices"]]


@pytest.mark.usefixtures("gateway")
async def test_before_anything_is_typed_the_members_own_titles_are_shown(
    town: Town, store: redis.asyncio.Redis
) -> None:
    await remember(store, town.cast.alice, ODE, CANON)
    assert await choices(town, await town.typing("play", options={"query": ""})) == [ODE, CANON]
    assert await choices(town, await town.typing("play", town.cast.bob, options={"query": ""})) == []


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("name", ["play", "playnext", "playnow"])
async def test_a_cached_search_is_shown_without_asking_anybody(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis, name: str
) -> None:
    await cache(store, "ode to", ODE)
    assert await choices(town, await town.typing(name, options={"query": " Ode  TO "})) == [ODE]
    assert await audio.waiting() == 0


@pytest.mark.usefixtures("gateway")
async def test_a_members_own_playlists_are_shown_and_no_tracks(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis
) -> None:
    await remember(store, town.cast.alice, ODE)
    await store.set(keys.playlists(town.cast.alice), json.dumps([["Mix", "Mix"], ["Road trip", "Road trip"]]))
    assert await choices(town, await town.typing("playlist play", options={"name": "ro"})) == [("Road trip",) * 2]
    assert await choices(town, await town.typing("playlist show", town.cast.bob, options={"name": ""})) == []
    assert await audio.waiting() == 0


@pytest.mark.usefixtures("gateway")
async def test_on_a_miss_the_desk_is_asked_for_playlists(town: Town, audio: AudioEnd) -> None:
    interaction = await town.typing("playlist play", options={"name": "ro"})
    command = await audio.desk_command()
    assert (command.id, command.order) == (interaction, SuggestPlaylists())
    assert command.actor.user_id == town.cast.alice
    found = tuple(Choice(name=name, value=name) for name in ("Mix", "Road trip"))
    await audio.say(Suggestions(command_id=command.id, guild_id=town.cast.guild, choices=found))
    assert await choices(town, interaction) == [("Road trip",) * 2]


@pytest.mark.usefixtures("gateway")
async def test_who_is_known_to_have_no_playlist_asks_nobody(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis
) -> None:
    await store.set(keys.playlists(town.cast.alice), "[]")
    assert await choices(town, await town.typing("playlist play", options={"name": "ro"})) == []
    asked = [argument_of(text_of(raw)) for raw in await store.lrange(DESK_QUEUE, 0, -1)]
    assert [one for one in asked if one.get("type") == "command"] == []


@pytest.mark.usefixtures("gateway")
async def test_on_a_miss_a_worker_is_asked(town: Town, audio: AudioEnd, store: redis.asyncio.Redis) -> None:
    await remember(store, town.cast.alice, ("Old Canon", "old"), ODE)
    interaction = await town.typing("play", options={"query": "Canon"})
    command = await audio.command()
    assert (command.id, command.order) == (interaction, Suggest(words="Canon"))
    assert command.actor.user_id == town.cast.alice
    found = (Choice(name=CANON[0], value=CANON[1]),)
    await audio.say(Suggestions(command_id=command.id, guild_id=town.cast.guild, choices=found))
    assert await choices(town, interaction) == [("Old Canon", "old"), CANON]


@pytest.mark.usefixtures("gateway")
async def test_a_guild_that_does_not_want_everything_is_offered_what_was_found_for_it(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis
) -> None:
    taste = taste_of(None, {"word": ["joy"]})
    await store.hset(keys.guild_ui(town.cast.guild), "taste", taste)
    await cache(store, "in d", ODE, CANON)
    await choices(town, await town.typing("play", options={"query": "in d"}))
    assert (await audio.command()).order == Suggest(words="in d")
    await store.set(keys.search("scsearch", "in d", taste), json.dumps([CANON]))
    assert await choices(town, await town.typing("play", options={"query": "in d"})) == [CANON]
    assert await audio.waiting() == 0


@pytest.mark.usefixtures("gateway")
async def test_when_no_worker_answers_what_is_known_is_shown(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis
) -> None:
    await remember(store, town.cast.alice, CANON)
    interaction = await town.typing("play", options={"query": "canon"})
    assert await choices(town, interaction) == [CANON]
    assert (await audio.command()).id == interaction
    late = Suggestions(command_id=interaction, guild_id=town.cast.guild, choices=(Choice(name="late", value="late"),))
    await audio.say(late)
    assert await choices(town, await town.typing("play", options={"query": ""})) == [CANON]


@pytest.mark.usefixtures("gateway")
async def test_only_the_newest_keystroke_is_waited_for(town: Town, audio: AudioEnd) -> None:
    older = await town.typing("play", options={"query": "can"})
    assert (await audio.command()).id == older
    newer = await town.typing("play", options={"query": "cano"})
    command = await audio.command()
    assert await choices(town, older) == []
    found = (Choice(name=CANON[0], value=CANON[1]),)
    await audio.say(Suggestions(command_id=command.id, guild_id=town.cast.guild, choices=found))
    assert (command.id, await choices(town, newer)) == (newer, [CANON])


@pytest.mark.usefixtures("gateway")
async def test_keystrokes_are_neither_journalled_nor_counted_as_commands(
    town: Town, audio: AudioEnd, store: redis.asyncio.Redis
) -> None:
    for number in range(15):
        await choices(town, await town.typing("play", options={"query": f"word {number}"}))
    assert [key async for key in store.scan_iter("slot:*:journal")] == []
    await store.delete(slot_queue(slot_of(town.cast.guild, SLOTS)))
    await town.type("play", options={"query": "word"})
    assert (await audio.command()).order == Play(query="word")


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize(
    "typed", [{"query": "https://music.example/a?b=c"}, {"query": "x"}], ids=["an address", "one letter"]
)
async def test_what_is_no_search_asks_nobody(town: Town, audio: AudioEnd, typed: dict[str, str]) -> None:
    assert await choices(town, await town.typing("play", options=typed)) == []
    assert await audio.waiting() == 0


@pytest.mark.usefixtures("gateway")
async def test_what_was_not_offered_is_answered_with_nothing(town: Town) -> None:
    assert await choices(town, await town.typing("seek", options={"position": "1"})) == []


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize("stored", [b"nonsense", b'{"a": 1}', b"[1]"])
async def test_what_nobody_can_read_is_no_reason_to_be_silent(
    town: Town, store: redis.asyncio.Redis, stored: bytes
) -> None:
    await store.set(keys.search("scsearch", "ode"), stored)
    assert await choices(town, await town.typing("play", options={"query": "ode"})) == []


@pytest.mark.usefixtures("gateway")
async def test_a_fault_of_discord_does_not_leave_it_unanswered(town: Town, store: redis.asyncio.Redis) -> None:
    await cache(store, "ode", ODE)
    await town.ask("POST", "/faults", target="rest", path="/callback", kind="status", status=500, count=2)
    assert await choices(town, await town.typing("play", options={"query": "ode"})) == [ODE]


async def test_an_old_keystroke_is_dropped(town: Town, store: redis.asyncio.Redis, redis_url: str) -> None:
    await remember(store, town.cast.alice, ODE)
    async with running(deployment(town.site, redis_url)):
        await connected(town.site)
        old = await town.typing("play", options={"query": ""}, id_age_ms=5_000)
        assert await choices(town, await town.typing("play", options={"query": ""})) == [ODE]
        seen: dict[str, Any] = await town.shown(old)
    assert (seen["callback_type"], seen["refused"]) == (None, [])


async def test_a_process_that_ends_answers_whoever_types(
    town: Town, store: redis.asyncio.Redis, redis_url: str
) -> None:
    await remember(store, town.cast.alice, ODE)
    async with running(deployment(town.site, redis_url)):
        await connected(town.site)
        await town.ask("POST", "/faults", target="rest", path="/callback", kind="delay", ms=200)
        before = taken()
        interaction = await town.typing("play", options={"query": ""})

        async def received() -> bool:
            return taken() > before

        await eventually(received)
    assert await choices(town, interaction) == [ODE]


def taken() -> float:
    """How many keystrokes the gateway has received."""
    return REGISTRY.get_sample_value("gateway_interactions_total", {"kind": "autocomplete"}) or 0.0
