"""Whether the bot is in a guild is known rightly, in whatever order the gateways' words arrive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from apps.guilds.models import GuildPresence
from apps.guilds.presence import guilds_left, guilds_listed, guilds_present

pytestmark = pytest.mark.django_db

GUILD, OTHER = 4 << 22, 5 << 22
"""Of shard 0 and 1 of two."""
START = datetime(2026, 1, 1, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def left_at(guild_id: int = GUILD) -> datetime | None:
    return GuildPresence.objects.get(guild_id=guild_id).left_at


def test_a_return_takes_the_departure_back() -> None:
    guilds_present(guild_ids=[GUILD], at=at(0))
    guilds_left(guild_ids=[GUILD], at=at(1))
    assert left_at() == at(1)
    guilds_present(guild_ids=[GUILD], at=at(2))
    assert left_at() is None


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_who_came_back_is_there_in_whatever_order_it_is_told(order: tuple[int, ...]) -> None:
    words = [
        lambda: guilds_present(guild_ids=[GUILD], at=at(0)),
        lambda: guilds_left(guild_ids=[GUILD], at=at(1)),
        lambda: guilds_present(guild_ids=[GUILD], at=at(2)),
    ]
    for index in order:
        words[index]()
    assert left_at() is None


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_who_left_again_is_gone_in_whatever_order_it_is_told(order: tuple[int, ...]) -> None:
    words = [
        lambda: guilds_left(guild_ids=[GUILD], at=at(1)),
        lambda: guilds_present(guild_ids=[GUILD], at=at(2)),
        lambda: guilds_left(guild_ids=[GUILD], at=at(3)),
    ]
    for index in order:
        words[index]()
    assert left_at() == at(3)


def test_a_whole_list_tells_who_left_while_nobody_listened() -> None:
    guilds_present(guild_ids=[GUILD, OTHER], at=at(0))
    assert guilds_listed(shard=0, shards=2, at=at(5)) == 1
    assert (left_at(), left_at(OTHER)) == (at(5), None)


def test_who_is_on_the_list_is_there_also_when_that_is_told_last() -> None:
    guilds_present(guild_ids=[GUILD], at=at(0))
    guilds_listed(shard=0, shards=2, at=at(5))
    guilds_present(guild_ids=[GUILD], at=at(5))
    assert left_at() is None


def test_a_later_list_does_not_make_a_departure_younger() -> None:
    guilds_present(guild_ids=[GUILD], at=at(0))
    guilds_left(guild_ids=[GUILD], at=at(1))
    assert guilds_listed(shard=0, shards=2, at=at(9)) == 0
    assert left_at() == at(1)
