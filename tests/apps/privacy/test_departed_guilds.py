"""A month after the bot was removed nothing of the guild is found but what is said to stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
import redis
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import ApiToken, Login
from apps.billing.models import BillingEvent, Subscription, Usage
from apps.billing.selectors import month_of
from apps.billing.services import as_billing, subscription_ensure
from apps.guilds import announcement
from apps.guilds.models import GuildBlock, GuildPresence, GuildSettings
from apps.guilds.presence import guilds_left, guilds_present
from apps.jobs.models import Notice
from apps.library import services as library
from apps.library.models import HistoryEntry, Playlist
from apps.library.services import playlist_create, playlist_share
from apps.playback import services as playback
from apps.playback.models import Command, PlaybackError, Player
from apps.privacy import departed_guilds
from apps.privacy.departed_guilds import DEPARTED_KEPT
from apps.support.audit import record
from project.wire import keys
from tests.apps.privacy.conftest import BOB, GUILD, keys_with, leave_traces, places_with
from tests.workers.background.conftest import twice_at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

STAYS = {"billing_events", "staff_audit", "guild_blocks", "playlists"}
"""As the module's docstring says; a playlist names the guild where it was made."""


@pytest.fixture(autouse=True)
def announced(store: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcement, "_client", store)


def depart(guild_id: int = GUILD, *, days: float = 31) -> None:
    now = timezone.now()
    guilds_present(guild_ids=[guild_id], at=now - timedelta(days=90))
    guilds_left(guild_ids=[guild_id], at=now - timedelta(days=days))


def forget() -> int:
    return departed_guilds.departed_guilds_forget(seconds=60)


def leave_guild_traces(store: redis.Redis) -> None:
    """In every table and key that knows guilds, beside what its members leave."""
    leave_traces()
    subscription_ensure(guild_ids=[GUILD])
    Usage.objects.create(guild_id=GUILD, month=month_of(timezone.now()), tracks=3)
    Notice.objects.create(guild_id=GUILD, kind="ended", period="2026-01")
    GuildSettings.objects.create(guild_id=GUILD, dj_role_id=5)
    GuildBlock.objects.create(guild_id=GUILD, by="Sam", reason="spam")
    PlaybackError.objects.create(guild_id=GUILD, kind="stuck")
    playlist_share(owner_id=700000000000000001, name="Mine", guild_id=GUILD, sharing="server", owner_name="Alice")
    record(actor="staff:sam", action="guild.block", guild_id=GUILD, reason="spam", before={}, after={})
    for key in (keys.features, keys.subscription, keys.guild_ui, keys.voice, keys.screen_place):
        store.hset(key(GUILD), "known", "1")
    store.xadd(keys.guild_events(GUILD), {"change": "{}"})
    store.sadd(keys.PLAYERS_ACTIVE, str(GUILD))


def test_nothing_is_found_but_what_is_said_to_stay(store: redis.Redis) -> None:
    leave_guild_traces(store)
    depart()
    assert tables_of_guilds() <= places_with(str(GUILD)), "a new table has to be forgotten as well"
    Login.objects.all().delete()  # it ends by itself within the hour
    assert forget() == 1
    assert places_with(str(GUILD)) == STAYS
    assert keys_with(store, str(GUILD)) == set()
    assert Playlist.objects.get().shared_guild_id is None
    assert BillingEvent.objects.filter(guild_id=GUILD).exists()


def test_another_guild_keeps_everything(store: redis.Redis) -> None:
    leave_guild_traces(store)
    before = places_with(str(GUILD))
    depart(GUILD + (1 << 22))
    assert forget() == 1
    assert places_with(str(GUILD)) == before


def test_who_came_back_within_the_month_finds_everything(store: redis.Redis) -> None:
    leave_guild_traces(store)
    depart()
    guilds_present(guild_ids=[GUILD], at=timezone.now())
    assert forget() == 0
    assert HistoryEntry.objects.exists()
    assert GuildSettings.objects.exists()


def test_a_month_is_waited(store: redis.Redis) -> None:
    depart(days=29)
    assert (forget(), GuildPresence.objects.count()) == (0, 1)


@pytest.mark.parametrize("status", ["ACTIVE", "PAST_DUE", "PAUSED"])
def test_while_stripe_is_paid_nothing_goes(store: redis.Redis, status: str) -> None:
    leave_guild_traces(store)
    note_stripe(status)
    depart()
    assert forget() == 0
    assert Player.objects.exists()


def test_who_once_paid_keeps_the_row_that_accounting_needs(store: redis.Redis) -> None:
    note_stripe("CANCELED")
    depart()
    assert forget() == 1
    assert Subscription.objects.get().stripe_customer_id == "cus_1"


def test_a_plan_that_is_paid_in_that_very_moment_keeps_the_rest(store: redis.Redis) -> None:
    leave_guild_traces(store)
    depart()
    note_stripe("ACTIVE")
    assert not departed_guilds.guild_forget(guild_id=GUILD, left_before=timezone.now() - DEPARTED_KEPT)
    assert ApiToken.objects.exists()


def test_two_workers_at_once_forget_each_guild_once(store: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playback, "AT_ONCE", 2)
    monkeypatch.setattr(library, "FORGET_AT_ONCE", 2)
    guilds = [number << 22 for number in range(20, 30)]
    for guild_id in guilds:
        depart(guild_id)
        for number in range(5):
            HistoryEntry.objects.create(guild_id=guild_id, member_id=BOB, track={})
            Command.objects.create(id=f"{guild_id}-{number}", guild_id=guild_id, kind="play", actor={}, outcome={})
    assert sum(int(str(answer)) for answer in twice_at_once(forget)) == len(guilds)
    assert not HistoryEntry.objects.exists()
    assert not Command.objects.exists()
    assert not GuildPresence.objects.exists()


def test_what_is_not_managed_in_time_is_done_in_the_next_round(store: redis.Redis) -> None:
    depart()
    assert departed_guilds.departed_guilds_forget(seconds=-1) == 0
    assert forget() == 1


def test_while_redis_is_away_the_guild_is_tried_again(store: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_guild_traces(store)
    depart()

    def away(_guild_id: int) -> int:
        raise redis.ConnectionError("no Redis")

    with monkeypatch.context() as patched:
        patched.setattr(departed_guilds, "guild_traces_forget", away)
        with pytest.raises(redis.ConnectionError):
            forget()
    assert GuildSettings.objects.exists()
    assert forget() == 1


def test_a_playlist_made_there_stays_its_owners(store: redis.Redis) -> None:
    playlist_create(owner_id=BOB, owner_name="Bob", guild_id=GUILD, name="Bobs", limit=lambda: None)
    depart()
    forget()
    assert Playlist.objects.get().owner_id == BOB


def note_stripe(status: str) -> None:
    with transaction.atomic(), as_billing():
        Subscription.objects.update_or_create(
            guild_id=GUILD,
            defaults={"stripe_customer_id": "cus_1", "stripe_subscription_id": "sub_1", "stripe_status": status},
        )


def tables_of_guilds() -> set[str]:
    """All that have a guild's column."""
    models = [model for model in apps.get_models() if model._meta.managed]
    return {
        model._meta.db_table
        for model in models
        if any(field.name in ("guild_id", "shared_guild_id") for field in model._meta.fields)
    }
