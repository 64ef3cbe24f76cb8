"""A guild is told once, where and in the language it wants, and not what is no longer so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.db import transaction
from django.utils import timezone

from apps.billing.entitlements import GRACE, Tier
from apps.billing.models import Plan, Subscription
from apps.billing.services import as_billing
from apps.guilds.models import GuildSettings
from apps.jobs.models import Notice
from apps.playback.models import Player
from project.wire import keys
from tests.workers.background.conftest import twice_at_once
from workers.background import notices
from workers.background.notices import KEPT, NoticesLeft, tell

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

GUILD = 9 << 22
TALKED_IN, ANNOUNCES_IN = 11, 12


@pytest.fixture
def stream(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        monkeypatch.setattr(notices, "client", lambda: client)
        yield client


def past_due(guild_id: int = GUILD) -> None:
    with transaction.atomic(), as_billing():
        Subscription.objects.create(
            guild_id=guild_id, source="stripe", tier="PREMIUM", status="PAST_DUE", past_due_since=timezone.now()
        )


def change(**columns: Any) -> None:
    with transaction.atomic(), as_billing():
        Subscription.objects.update(**columns)


def talked(guild_id: int = GUILD, locale: str = "en-US") -> None:
    Player.objects.create(guild_id=guild_id, text_channel_id=TALKED_IN, locale=locale)


def told(client: redis.Redis) -> list[dict[str, Any]]:
    entries: Any = client.xrange(keys.shard_out(0))
    return [json.loads(fields[keys.OUT_FIELD]) for _, fields in entries]


def test_a_guild_is_told_once_where_it_talked(stream: redis.Redis) -> None:
    past_due()
    talked()
    assert [tell(), tell()] == ["1 told", "0 told"]
    (message,) = told(stream)
    assert (message["type"], message["channel_id"], message["guild_id"]) == ("announcement", TALKED_IN, GUILD)
    assert message["payload"]["content"].startswith("The payment for this server's Premium plan failed.")
    assert message["payload"]["allowed_mentions"] == {"parse": []}
    assert Notice.objects.get().sent_at is not None


def test_a_guilds_own_channel_and_language_come_first(stream: redis.Redis) -> None:
    past_due()
    talked()
    GuildSettings.objects.create(guild_id=GUILD, announce_channel_id=ANNOUNCES_IN, language="es")
    tell()
    (message,) = told(stream)
    assert (message["channel_id"], message["otherwise_id"]) == (ANNOUNCES_IN, TALKED_IN)
    assert message["payload"]["content"].startswith("Falló el pago")


def test_two_workers_at_once_tell_each_guild_once(stream: redis.Redis) -> None:
    guilds = [n << 22 for n in range(1, 21)]
    for guild_id in guilds:
        past_due(guild_id)
        talked(guild_id)
    twice_at_once(tell)
    assert sorted(message["guild_id"] for message in told(stream)) == guilds


def test_a_guild_without_a_channel_is_told_when_it_has_one(stream: redis.Redis) -> None:
    past_due()
    assert tell() == "0 told"
    talked()
    assert tell() == "1 told"


def test_what_is_no_longer_so_is_not_told(stream: redis.Redis) -> None:
    past_due()
    tell()
    change(status="ACTIVE", past_due_since=None)
    talked()
    assert tell() == "0 told"
    assert Notice.objects.get().given_up
    assert not told(stream)


def test_while_redis_is_away_nothing_is_noted_as_told(stream: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    past_due()
    talked()
    away = redis.Redis(port=1)
    with monkeypatch.context() as patch:
        patch.setattr(notices, "client", lambda: away)
        with pytest.raises(redis.RedisError):
            tell()
    assert tell() == "1 told"


def test_a_guild_that_is_told_does_not_wait_behind_one_that_cannot_be(stream: redis.Redis) -> None:
    past_due(1 << 22)
    past_due(2 << 22)
    talked(2 << 22)
    assert tell() == "1 told"


def test_one_that_cannot_be_put_into_words_keeps_nobody_behind_it_waiting(stream: redis.Redis) -> None:
    past_due(1 << 22)
    past_due(2 << 22)
    talked(1 << 22)
    talked(2 << 22)
    period = timezone.now().date().isoformat()
    Notice.objects.create(guild_id=1 << 22, kind="payment_failed.0", period=period, values={})
    with pytest.raises(NoticesLeft, match="1 notices"):
        tell()
    assert [message["guild_id"] for message in told(stream)] == [2 << 22]
    change(status="ACTIVE", past_due_since=None)
    assert tell() == "0 told"
    assert Notice.objects.get(guild_id=1 << 22).given_up


def test_what_could_not_be_found_out_is_neither_told_nor_given_up_and_all_else_is_told(stream: redis.Redis) -> None:
    past_due()
    change(past_due_since=timezone.now() - GRACE - timedelta(hours=1))
    noted = Notice.objects.create(guild_id=2 << 22, kind="plan_ended", period="sub_1")
    waiting = Notice.objects.create(guild_id=3 << 22, kind="grace_ended", period="2026-01-01")
    talked()
    Plan.objects.filter(tier=Tier.FREE).delete()
    with pytest.raises(NoticesLeft):
        tell()
    noted.refresh_from_db()
    waiting.refresh_from_db()
    assert (noted.given_up, waiting.given_up) == (True, False)


def test_the_payment_that_failed_is_told_again_after_days(stream: redis.Redis) -> None:
    past_due()
    talked()
    tell()
    change(past_due_since=timezone.now() - timedelta(days=3, minutes=1))
    assert tell() == "1 told"
    assert len(told(stream)) == 2


def test_what_was_told_long_ago_is_forgotten(stream: redis.Redis) -> None:
    past_due()
    talked()
    tell()
    Notice.objects.create(guild_id=GUILD, kind="plan_ended", period="sub_0", created_at=timezone.now() - KEPT * 1.1)
    tell()
    assert Notice.objects.get().kind == "payment_failed.0"
