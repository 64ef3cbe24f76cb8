"""A member with a trace in every table, and a search of everything for whoever must not be found any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import redis
from django.db import connection

from apps.accounts.scopes import Scope
from apps.accounts.services import api_token_create, login_create
from apps.billing import announcement as billing_news
from apps.billing import selectors, webhooks
from apps.billing.models import PayerCustomer
from apps.billing.services import audit
from apps.library import announcement as library_news
from apps.library.models import HistoryEntry
from apps.library.services import favourite_add, playlist_add, playlist_create, playlist_share
from apps.playback.models import Command, Player, QueueEntry
from apps.privacy import redis_traces
from project.wire import keys
from tests.apps.billing.conftest import mailbox, stripe_fake

__all__ = ["mailbox", "stripe_fake"]

ALICE, BOB = 700000000000000001, 700000000000000002
GUILD = 9 << 22
NAME = "Alice Example"


@pytest.fixture
def store(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    client: redis.Redis = redis.Redis.from_url(redis_url, decode_responses=True)
    for module in (billing_news, selectors, webhooks, redis_traces):
        monkeypatch.setattr(module, "client", client)
    monkeypatch.setattr(library_news, "_client", client)
    yield client
    client.close()


def song(title: str) -> dict[str, object]:
    return {"encoded": f"enc:{title}", "identifier": title, "title": title, "author": "The Band", "length_ms": 60_000}


def leave_traces(user_id: int = ALICE, name: str = NAME) -> None:
    """In every table that knows members."""
    playlist_create(owner_id=user_id, owner_name=name, guild_id=GUILD, name="Mine", limit=lambda: None)
    playlist_add(owner_id=user_id, name="Mine", tracks=[song("kept")])
    playlist_share(owner_id=user_id, name="Mine", guild_id=GUILD, sharing="code", owner_name=name)
    favourite_add(member_id=user_id, track=song("liked"))
    HistoryEntry.objects.create(guild_id=GUILD, member_id=user_id, member_name=name, track=song("heard"))
    entry = {"requester_id": user_id, "requester_name": name, "id": user_id % 1000, "rank": 1, "track": song("queued")}
    QueueEntry.objects.create(
        guild_id=GUILD, entry=user_id % 1000, rank=1, status="queued", track=song("queued"), requester_id=user_id,
        requester_name=name,
    )  # fmt: skip
    Player.objects.update_or_create(
        guild_id=GUILD, defaults={"votes": [user_id, 5], "voice_channel_id": 1, "current_entry": None}
    )
    actor = {"kind": "member", "user_id": user_id, "name": name, "role_ids": [3], "voice_channel_id": 1}
    outcome = {"type": "added", "entry": entry, "position": 1}
    Command.objects.create(id=f"own-{user_id % 1000}", guild_id=GUILD, kind="play", actor=actor, outcome=outcome)
    Command.objects.create(
        id=f"other-{user_id % 1000}", guild_id=GUILD, kind="skip", actor={"kind": "member", "user_id": 5},
        outcome={"type": "skipped", "entry": entry},
    )  # fmt: skip
    api_token_create(guild_id=GUILD, name="Robot", scopes=list(Scope), created_by=user_id)
    login_create(user_id=user_id, name=name, guilds={GUILD: "Guild"})
    audit(guild_id=GUILD, actor=f"member:{user_id}", action="checkout", reason="", session="cs_test_1")


def pay(customer_id: str, user_id: int = ALICE) -> None:
    PayerCustomer.objects.create(user_id=user_id, stripe_customer_id=customer_id)


def leave_redis_traces(store: redis.Redis, user_id: int = ALICE, name: str = NAME) -> None:
    store.set(keys.history(user_id), "[]")
    store.set(keys.playlists(user_id), "[]")
    store.xadd(keys.guild_events(GUILD), {"change": f'{{"requester_id": "{user_id}", "requester_name": "{name}"}}'})
    store.xadd(keys.guild_events(GUILD), {"change": '{"requester_id": "5"}'})
    stream = keys.shard_out(0)
    store.xgroup_create(stream, keys.OUT_GROUP, id="0", mkstream=True)
    for number in range(3):
        store.xadd(stream, {keys.OUT_FIELD: f"{name} said {number}"})
    answer: Any = store.xreadgroup(keys.OUT_GROUP, "gateway", {stream: ">"}, count=2)
    store.xack(stream, keys.OUT_GROUP, *[identity for identity, _ in answer[0][1]])


def places_with(*texts: str) -> set[str]:
    """Tables with a row in which one of the texts stands anywhere."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            for text in texts:
                cursor.execute(f"SELECT count(*) FROM {table} AS it WHERE it::text LIKE %s", [f"%{text}%"])  # noqa: S608
                (count,) = cursor.fetchone() or (0,)
                if count:
                    found.add(str(table))
    return found


def keys_with(store: redis.Redis, *texts: str) -> set[str]:
    """Keys of Redis whose name or value holds one of the texts."""
    found: set[str] = set()
    for key in map(str, store.scan_iter()):
        read: dict[str, Callable[[], Any]] = {
            "string": partial(store.get, key),
            "hash": partial(store.hgetall, key),
            "list": partial(store.lrange, key, 0, -1),
            "set": partial(store.smembers, key),
            "stream": partial(store.xrange, key),
        }
        if any(text in f"{key} {read[str(store.type(key))]()}" for text in texts):
            found.add(key)
    return found
