"""A guild's terms: read once, again when somebody says so, and never waited for in vain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import pytest
import redis.asyncio
from django.db import connection

from apps.billing.entitlements import SEEDED
from apps.billing.models import Subscription, Usage
from apps.guilds.models import GuildBlock, GuildSettings
from project.wire import keys
from project.wire.desk import taste_of
from workers.adapters import guild_terms
from workers.adapters.guild_terms import AGAIN_SECONDS, FRESH_SECONDS, PostgresGuildTerms, this_month
from workers.adapters.plan_terms import FREE_LIMITS, limits_of
from workers.adapters.player_store import PostgresPlayerStore
from workers.adapters.redis_connection import fail_fast_client
from workers.player.limits import GuildRules
from workers.ports import Away

GUILD, OTHER = 3 << 22, 4 << 22
DEFAULTS: dict[str, Any] = {
    "dj_role_id": None,
    "dj_only": False,
    "default_volume": None,
    "announce_channel_id": None,
    "player_channel_id": None,
    "language": None,
    "leave_after_s": 300,
    "pause_when_empty": False,
    "always_on": False,
    "ephemeral": False,
    "allowed_sources": None,
    "max_tracks_per_member": None,
    "blocklist": {},
    "voteskip_percent": 50,
}
"""In the order in which the statement reads them."""


PLAN = (None, None, None, None, None, None, None, 0, False)
"""A guild without a subscription, before plans were written: FREE as we know it; not blocked."""


@dataclass
class Table:
    """Answers for PostgreSQL; `during` happens while it is asked."""

    rows: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    asked: list[list[int]] = field(default_factory=list)
    away: bool = False
    during: Any = None

    async def __call__(self, _statement: str, params: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
        self.asked.append(params["guilds"])
        if self.during is not None:
            self.during()
        if self.away:
            raise Away("no PostgreSQL")
        return [(guild, *PLAN, *((guild, *row) if row else [None] * 15)) for guild, row in self._of(params["guilds"])]

    def _of(self, guilds: list[int]) -> list[tuple[int, tuple[Any, ...] | None]]:
        return [(guild, self.rows.get(guild)) for guild in guilds]

    def set(self, guild: int = GUILD, **changes: Any) -> None:
        """A row with the defaults but for the changes."""
        self.rows[guild] = tuple({**DEFAULTS, **changes}.values())


@dataclass
class Clock:
    """Seconds that a test turns."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(redis_server: str) -> AsyncIterator[redis.asyncio.Redis]:
    client = fail_fast_client(redis_server)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
async def terms(table: Table, clock: Clock, store: redis.asyncio.Redis) -> AsyncIterator[PostgresGuildTerms]:
    made = PostgresGuildTerms(table, store, clock=clock)
    yield made
    await made.close()


async def ui(store: redis.asyncio.Redis, guild: int = GUILD) -> dict[str, str]:
    await asyncio.sleep(0.05)  # it is written beside
    return cast(dict[str, str], await store.hgetall(keys.guild_ui(guild)))


async def test_a_guild_that_has_set_nothing_has_the_defaults(terms: PostgresGuildTerms) -> None:
    await terms.refresh(GUILD)
    assert terms.known(GUILD)[1] == GuildRules()


async def test_what_is_known_is_not_asked_again(terms: PostgresGuildTerms, table: Table) -> None:
    for _ in range(3):
        await terms.refresh(GUILD)
    assert table.asked == [[GUILD]]


async def test_after_a_word_the_next_use_sees_the_change(terms: PostgresGuildTerms, table: Table) -> None:
    await terms.load([GUILD, OTHER])
    table.set(dj_role_id=9)
    terms.drop(GUILD)
    assert terms.known(GUILD)[1].dj_role_id is None
    await terms.refresh(GUILD)
    await terms.refresh(OTHER)
    assert terms.known(GUILD)[1].dj_role_id == 9
    assert table.asked == [[GUILD, OTHER], [GUILD]]


async def test_a_change_while_reading_is_read_again(terms: PostgresGuildTerms, table: Table) -> None:
    table.during = lambda: terms.drop(GUILD)
    await terms.refresh(GUILD)
    table.during = None
    table.set(dj_only=True)
    await terms.refresh(GUILD)
    assert terms.known(GUILD)[1].dj_only


async def test_when_anything_may_have_been_missed_all_is_read_again(terms: PostgresGuildTerms, table: Table) -> None:
    await terms.load([GUILD, OTHER])
    terms.drop(None)
    await terms.refresh(GUILD)
    await terms.refresh(OTHER)
    assert table.asked[1:] == [[GUILD], [OTHER]]


async def test_old_terms_are_used_while_they_are_read_again_beside(
    terms: PostgresGuildTerms, table: Table, clock: Clock
) -> None:
    await terms.refresh(GUILD)
    table.set(dj_only=True)
    clock.now += FRESH_SECONDS
    await terms.refresh(GUILD)
    assert not terms.known(GUILD)[1].dj_only
    await asyncio.sleep(0.05)
    assert terms.known(GUILD)[1].dj_only


async def test_without_postgresql_the_last_known_holds_and_is_asked_for_only_now_and_then(
    terms: PostgresGuildTerms, table: Table, clock: Clock
) -> None:
    table.set(dj_role_id=9)
    await terms.refresh(GUILD)
    table.away = True
    terms.drop(None)
    for _ in range(5):
        await terms.refresh(GUILD)
        await terms.refresh(OTHER)
    assert terms.known(GUILD)[1].dj_role_id == 9
    assert terms.known(OTHER)[1] == GuildRules()
    assert len(table.asked) == 2
    table.away = False
    clock.now += AGAIN_SECONDS
    table.set(dj_role_id=10)
    await terms.refresh(GUILD)
    assert terms.known(GUILD)[1].dj_role_id == 10


async def test_the_gateway_knows_that_a_guild_is_choosy(
    terms: PostgresGuildTerms, table: Table, store: redis.asyncio.Redis
) -> None:
    table.set(allowed_sources=["soundcloud"], blocklist={"word": ["shark"]})
    await terms.refresh(GUILD)
    assert await ui(store) == {"taste": taste_of(["soundcloud"], {"word": ["shark"]})}


async def test_a_track_that_began_counts_at_once(terms: PostgresGuildTerms) -> None:
    await terms.refresh(GUILD)
    terms.counted(GUILD, FREE_LIMITS.tracks_per_month or 0)
    assert terms.known(GUILD)[0].month_used_up
    assert not terms.known(OTHER)[0].month_used_up


async def test_a_new_month_begins_with_nothing(terms: PostgresGuildTerms, monkeypatch: pytest.MonkeyPatch) -> None:
    terms.counted(GUILD, 5)
    monkeypatch.setattr(guild_terms, "this_month", lambda: date(2199, 1, 1))
    assert terms.known(GUILD)[0].tracks_used == 0


async def test_what_is_forgotten_is_read_anew(terms: PostgresGuildTerms, table: Table) -> None:
    table.set(dj_role_id=9)
    await terms.refresh(GUILD)
    terms.forget(GUILD)
    assert terms.known(GUILD)[1] == GuildRules()
    await terms.refresh(GUILD)
    assert terms.known(GUILD)[1].dj_role_id == 9


async def test_the_gateway_is_told_and_told_again_after_an_emptied_redis(
    terms: PostgresGuildTerms, table: Table, store: redis.asyncio.Redis
) -> None:
    table.set(language="es", ephemeral=True)
    await terms.load([GUILD, OTHER])
    assert await ui(store) == {"locale": "es", "ephemeral": "1"}
    assert await ui(store, OTHER) == {}
    await store.flushall()
    await terms.redis_emptied()
    assert await ui(store) == {"locale": "es", "ephemeral": "1"}


async def test_what_was_put_back_is_not_told_any_more(
    terms: PostgresGuildTerms, table: Table, store: redis.asyncio.Redis
) -> None:
    table.set(language="es")
    await terms.refresh(GUILD)
    assert await ui(store) == {"locale": "es"}
    table.set()
    terms.drop(GUILD)
    await terms.refresh(GUILD)
    assert await ui(store) == {}


@pytest.fixture
def rows(django_db_serialized_rollback: None, transactional_db: None) -> None:
    """One guild that has set everything, and one that has a row and nothing in it."""
    GuildSettings.objects.create(
        guild_id=GUILD,
        dj_role_id=5,
        dj_only=True,
        voteskip_percent=70,
        default_volume=40,
        announce_channel_id=6,
        player_channel_id=8,
        language="es",
        leave_after_s=60,
        pause_when_empty=True,
        always_on=True,
        allowed_sources=["soundcloud"],
        max_tracks_per_member=7,
        blocklist={"word": ["shark"], "artist": ["nobody"], "url": ["evil.com"]},
    )
    GuildSettings.objects.create(guild_id=OTHER)
    GuildBlock.objects.create(guild_id=GUILD, by="Sam", reason="abuse")
    Subscription.objects.create(guild_id=GUILD, tier="PREMIUM", source="grant")
    Usage.objects.create(guild_id=GUILD, month=this_month(), tracks=12)


async def test_the_statement_reads_what_the_services_write(rows: None, store: redis.asyncio.Redis) -> None:
    options = connection.settings_dict
    url = f"postgresql://{options['USER']}:{options['PASSWORD']}@{options['HOST']}:{options['PORT']}/{options['NAME']}"
    players = PostgresPlayerStore(url)
    await players.open()
    terms = PostgresGuildTerms(players.rows, store)
    await terms.load([GUILD, OTHER])
    assert terms.known(GUILD)[1] == GuildRules(
        blocked=True,
        dj_role_id=5,
        dj_only=True,
        voteskip_percent=70,
        locale="es",
        leave_after_ms=60_000,
        pause_when_empty=True,
        always_on=True,
        default_volume=40,
        announce_channel_id=6,
        player_channel_id=8,
        max_tracks_per_member=7,
        allowed_sources=frozenset({"soundcloud"}),
        blocked_words=("shark",),
        blocked_artists=("nobody",),
        blocked_urls=("evil.com",),
    )
    assert terms.known(OTHER)[1] == GuildRules(), "the defaults are the same in the database and in the core"
    assert terms.known(OTHER)[0] == FREE_LIMITS
    assert terms.known(GUILD)[0] == limits_of(SEEDED[2], tracks_used=12)
    await terms.close()
    await players.close()
