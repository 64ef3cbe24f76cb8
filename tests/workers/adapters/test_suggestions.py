"""What members are offered while they type, as the gateway reads it from Redis."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import msgspec
import pytest
import redis.asyncio

from project.wire import keys
from project.wire.desk import taste_of
from project.wire.messages import Choice
from tests.workers.audio.fakes import track
from workers.adapters.suggestions import AT_ONCE, CHOICES_MAX, RedisSuggestions, choices_of
from workers.player.facts import TracksFound
from workers.player.limits import GuildRules
from workers.player.track import Track

ALICE = 1


class Finder:
    """Implements TrackFinder: knows these tracks."""

    def __init__(self, *tracks: Track) -> None:
        self.tracks = tracks
        self.asked: list[str] = []
        self.answers = asyncio.Event()
        self.answers.set()

    async def find(self, command_id: str, query: str, source: str | None = None) -> TracksFound:
        self.asked.append(query)
        await self.answers.wait()
        return TracksFound(command_id, self.tracks)


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    opened = redis.asyncio.Redis.from_url(redis_url, decode_responses=True)
    yield opened
    await opened.aclose()


def linked(title: str, uri: str) -> Track:
    return msgspec.structs.replace(track(title), uri=uri)


async def test_of_those_who_type_at_once_only_some_are_looked_for(client: redis.asyncio.Redis) -> None:
    finder = Finder(track("Song"))
    finder.answers.clear()
    suggestions = RedisSuggestions(client, finder, search_prefix="scsearch")
    typing = [asyncio.create_task(suggestions.find(f"c{n}", f"song {n}", GuildRules())) for n in range(AT_ONCE)]
    await asyncio.sleep(0)
    assert await suggestions.find("more", "song", GuildRules()) is None
    finder.answers.set()
    assert all(found is not None and len(found) == 1 for found in await asyncio.gather(*typing))
    assert await suggestions.find("more", "song", GuildRules()) == choices_of([track("Song")])


async def test_a_slow_source_is_not_waited_for(client: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.adapters.suggestions.WITHIN_SECONDS", 0.05)
    finder = Finder(track("Song"))
    finder.answers.clear()
    suggestions = RedisSuggestions(client, finder, search_prefix="scsearch")
    assert await suggestions.find("c1", "song", GuildRules()) is None
    finder.answers.set()
    assert await suggestions.find("c2", "song", GuildRules()) is not None


async def test_a_search_is_answered_and_kept_for_the_next(client: redis.asyncio.Redis) -> None:
    finder = Finder(linked("Song", "https://x.example/1"), track("Other"))
    suggestions = RedisSuggestions(client, finder, search_prefix="scsearch")
    found = await suggestions.find("c1", " So LONG ", GuildRules())
    assert found == (
        Choice(name="Song – Someone", value="https://x.example/1"),
        Choice(name="Other – Someone", value="Other – Someone"),
    )
    kept = await client.get(keys.search("scsearch", "so long"))
    assert kept is not None
    assert json.loads(kept) == [[choice.name, choice.value] for choice in found]
    assert 0 < await client.ttl(keys.search("scsearch", "so long")) <= 600


async def test_what_a_guild_does_not_want_is_not_offered_there_and_offered_elsewhere(
    client: redis.asyncio.Redis,
) -> None:
    suggestions = RedisSuggestions(client, Finder(track("Whale"), track("Shark")), search_prefix="scsearch")
    strict = GuildRules(blocked_words=("shark",))
    assert [choice.value for choice in await suggestions.find("c1", "sea", strict) or ()] == ["Whale – Someone"]
    assert not await client.exists(keys.search("scsearch", "sea")), "others are not kept from anything"
    own = await client.get(keys.search("scsearch", "sea", taste_of(None, {"word": ["shark"]})))
    assert own is not None
    assert [value for _, value in json.loads(own)] == ["Whale – Someone"]
    assert len(await suggestions.find("c2", "sea", GuildRules()) or ()) == 2


@pytest.mark.parametrize("words", ["", "  ", "https://x.example/1", "<HTTP://x.example>", "/etc/passwd"])
async def test_what_is_no_search_finds_and_keeps_nothing(client: redis.asyncio.Redis, words: str) -> None:
    finder = Finder(track())
    suggestions = RedisSuggestions(client, finder, search_prefix="scsearch")
    assert await suggestions.find("c1", words, GuildRules()) == ()
    await suggestions.searched(words, finder.tracks)
    assert finder.asked == []
    assert await client.keys("*") == []


def test_choices_fit_into_what_discord_takes() -> None:
    long = "x" * 300
    choices = choices_of([linked(long, f"https://x.example/{long}"), *(track(str(number)) for number in range(40))])
    assert len(choices) == CHOICES_MAX
    assert all(0 < len(choice.name) <= 100 and 0 < len(choice.value) <= 100 for choice in choices)


def test_the_same_track_is_offered_once() -> None:
    assert len(choices_of([linked("A", "https://x.example"), linked("A (live)", "https://x.example"), track("")])) == 2


async def test_history_is_newest_first_without_doubles_and_short(client: redis.asyncio.Redis) -> None:
    suggestions = RedisSuggestions(client, Finder(), search_prefix="scsearch")
    for number in range(30):
        await suggestions.played(ALICE, f"Song {number}", f"https://x.example/{number}")
    await suggestions.played(ALICE, "Song 20", "https://x.example/20")
    kept = [json.loads(item) for item in await client.lrange(keys.history(ALICE), 0, -1)]
    assert len(kept) == CHOICES_MAX
    assert kept[:2] == [["Song 20", "https://x.example/20"], ["Song 29", "https://x.example/29"]]
    assert len({value for _, value in kept}) == len(kept)


async def test_what_discord_would_cut_is_not_offered(client: redis.asyncio.Redis) -> None:
    suggestions = RedisSuggestions(client, Finder(), search_prefix="scsearch")
    await suggestions.played(ALICE, "Long", "https://x.example/" + "x" * 100)
    assert await client.exists(keys.history(ALICE)) == 0


async def test_without_redis_members_still_get_what_was_found() -> None:
    away = redis.asyncio.Redis(port=1, socket_timeout=0.2)
    suggestions = RedisSuggestions(away, Finder(track("Song")), search_prefix="scsearch")
    assert [choice.name for choice in await suggestions.find("c1", "song", GuildRules()) or ()] == ["Song – Someone"]
    await suggestions.played(ALICE, "Song", "song")


def test_a_title_cannot_turn_a_choice_round() -> None:
    (choice,) = choices_of([msgspec.structs.replace(track("x"), title="A \u202edrawkcab\n song", author="")])
    assert choice.name == "A drawkcab song"
