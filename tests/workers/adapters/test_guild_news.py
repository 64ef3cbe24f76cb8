"""Words about changed guilds are heard, whoever says them, and a silence is never trusted."""

from __future__ import annotations

import asyncio
import json

import pytest

from project.spawned import ended
from project.wire import keys
from workers.adapters.guild_news import guild_of, listen
from workers.adapters.redis_connection import fail_fast_client


@pytest.mark.parametrize(
    ("raw", "guild"),
    [
        ('{"type":"settingsChanged","guildId":"81384788765712384"}', 81384788765712384),
        ('{"type":"subscriptionUpgraded","guildId":"5","tier":"PREMIUM"}', 5),
        ('{"guildId":5}', 5),
        ('{"type":"settingsChanged"}', None),
        ("[]", None),
        ("not JSON", None),
    ],
)
def test_an_event_names_its_guild_or_means_anybody(raw: str, guild: int | None) -> None:
    assert guild_of(raw) == guild


async def test_what_staff_wish_is_no_guilds_news(redis_server: str) -> None:
    client, speaker = fail_fast_client(redis_server), fail_fast_client(redis_server)
    news: asyncio.Queue[int | None] = asyncio.Queue()
    spoke = asyncio.Semaphore(0)
    listening = asyncio.create_task(listen(client, news.put_nowait, spoke.release))
    assert await heard(news) is None
    await asyncio.wait_for(spoke.acquire(), 10)
    await speaker.publish(keys.STAFF_CHANNEL, "nodes")
    await asyncio.wait_for(spoke.acquire(), 10)
    assert news.empty()
    await ended(listening)
    await client.aclose()
    await speaker.aclose()


async def heard(news: asyncio.Queue[int | None]) -> int | None:
    return await asyncio.wait_for(news.get(), 10)


async def test_words_are_heard_and_a_lost_connection_means_that_some_were_missed(redis_server: str) -> None:
    client, speaker = fail_fast_client(redis_server), fail_fast_client(redis_server)
    news: asyncio.Queue[int | None] = asyncio.Queue()
    listening = asyncio.create_task(listen(client, news.put_nowait, lambda: None))
    assert await heard(news) is None
    await speaker.publish(keys.EVENTS_CHANNEL, json.dumps({"type": "settingsChanged", "guildId": "7"}))
    assert await heard(news) == 7
    await speaker.client_kill_filter(_type="pubsub")
    assert await heard(news) is None
    await speaker.publish(keys.EVENTS_CHANNEL, json.dumps({"type": "settingsChanged", "guildId": "8"}))
    assert await heard(news) == 8
    await ended(listening)
    await client.aclose()
    await speaker.aclose()
