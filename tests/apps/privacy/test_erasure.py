"""After an erasure nobody finds the member anywhere: every column of every table, and Redis, is searched."""

from __future__ import annotations

from datetime import timedelta

import pytest
import redis
from django.utils import timezone

from apps.accounts.models import ApiToken
from apps.billing.models import BillingEvent, PayerCustomer, Subscription
from apps.library.models import HistoryEntry, Playlist
from apps.playback.models import Command, Player, QueueEntry
from apps.privacy.erasure import SETTLES, StillPaying, erasures_carry_out, member_erase
from apps.privacy.models import EraseRequest
from project.task_queues import BACKGROUND_QUEUE, slot_of, slot_queue
from project.wire import keys
from project.wire.envelope import argument_of
from project.wire.messages import Command as Message
from project.wire.messages import inbound_from_dict
from project.wire.orders import ForgetMember
from tests.apps.billing.conftest import Mailbox
from tests.apps.billing.stripe_fake import FakeStripe
from tests.apps.privacy.conftest import (
    ALICE,
    BOB,
    GUILD,
    NAME,
    keys_with,
    leave_redis_traces,
    leave_traces,
    pay,
    places_with,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

SLOTS = 8


def erase(user_id: int = ALICE) -> EraseRequest:
    """Both passes."""
    request = member_erase(user_id=user_id, asked_by="member")
    assert erasures_carry_out() == 0, "the second pass comes later"
    assert erasures_carry_out(now=timezone.now() + SETTLES) == 1
    request.refresh_from_db()
    return request


def told(store: redis.Redis) -> list[ForgetMember]:
    """What the guild's player was told."""
    raws = store.lrange(slot_queue(slot_of(GUILD, SLOTS)), 0, -1)
    messages = [inbound_from_dict(argument_of(str(raw))) for raw in raws]
    return [one.order for one in messages if isinstance(one, Message) and isinstance(one.order, ForgetMember)]


def test_no_table_and_no_key_names_the_member_any_more(store: redis.Redis) -> None:
    leave_traces()
    leave_redis_traces(store)
    known = places_with(str(ALICE), NAME)
    assert known >= {
        "api_tokens", "billing_events", "commands", "favourites", "history", "logins", "players", "playlists",
        "queue_entries",
    }  # fmt: skip
    erase()
    assert places_with(str(ALICE), NAME) == set()
    left = keys_with(store, str(ALICE), NAME)
    # What the player was told waits for it here, and a line for Discord that was not shown yet is not ours to lose.
    assert left == {slot_queue(slot_of(GUILD, SLOTS)), keys.journal(slot_of(GUILD, SLOTS)), keys.shard_out(0)}
    assert store.xlen(keys.shard_out(0)) == 1
    assert store.xlen(keys.guild_events(GUILD)) == 1


def test_everybody_else_keeps_everything(store: redis.Redis) -> None:
    leave_traces(BOB, "Bob")
    before = places_with(str(BOB), "Bob")
    leave_traces()
    erase()
    assert places_with(str(BOB), "Bob") == before - {"players"}  # the stage has one player, in which Alice voted last
    assert Player.objects.get().votes == [5]


def test_the_music_goes_on_as_nobodys(store: redis.Redis) -> None:
    leave_traces()
    erase()
    entry = QueueEntry.objects.get()
    assert (entry.requester_id, entry.requester_name, entry.track["title"]) == (0, "", "queued")
    assert told(store)[0] == ForgetMember(user_id=ALICE)


def test_a_command_stays_carried_out_and_a_token_stays_its_guilds(store: redis.Redis) -> None:
    leave_traces()
    erase()
    own = Command.objects.get(id="own-1")
    assert own.actor == {"kind": "member", "user_id": 0}
    assert own.outcome == {"type": "said", "key": "privacy.erased"}
    assert ApiToken.objects.get().revoked_at is None


def test_what_came_in_between_goes_with_the_second_pass(store: redis.Redis) -> None:
    request = member_erase(user_id=ALICE, asked_by="member")
    erasures_carry_out()
    HistoryEntry.objects.create(guild_id=GUILD, member_id=ALICE, member_name=NAME, track={})
    assert erasures_carry_out(now=timezone.now() + SETTLES) == 1
    assert not HistoryEntry.objects.exists()
    request.refresh_from_db()
    assert (request.user_id, request.guilds) == (None, [])
    assert request.done_at is not None


def test_asking_twice_is_one_request_and_a_worker_is_woken(store: redis.Redis) -> None:
    first = member_erase(user_id=ALICE, asked_by="member")
    assert member_erase(user_id=ALICE, asked_by="api") == first
    assert store.llen(BACKGROUND_QUEUE) == 2
    assert str(ALICE) not in str(store.lrange(BACKGROUND_QUEUE, 0, -1))


def test_erasing_again_later_is_harmless(store: redis.Redis) -> None:
    leave_traces()
    assert erase() != erase()
    assert EraseRequest.objects.filter(user_id=None).count() == 2


def test_who_pays_has_to_cancel_first(store: redis.Redis) -> None:
    leave_traces()
    pay("cus_1")
    Subscription.objects.create(guild_id=GUILD, stripe_customer_id="cus_1", stripe_status="ACTIVE")
    with pytest.raises(StillPaying) as refused:
        member_erase(user_id=ALICE, asked_by="member")
    assert refused.value.guilds == [GUILD]
    assert Playlist.objects.exists()


def test_a_payer_is_deleted_at_stripe_and_in_its_mirror(mailbox: Mailbox, stripe_fake: FakeStripe) -> None:
    stripe_fake.objects["/v1/customers/cus_1"]["metadata"] = {"discord_user_id": str(ALICE)}
    stripe_fake.objects["/v1/customers/cus_1"]["name"] = NAME
    pay("cus_1")
    mailbox.deliver("customer.subscription.created", stripe_fake.subscription(GUILD, status="canceled"))
    mailbox.deliver("invoice.paid", stripe_fake.invoice())
    assert {"djstripe_customer", "djstripe_subscription", "djstripe_invoice"} <= places_with("cus_1")
    customer = dict(stripe_fake.objects["/v1/customers/cus_1"])
    request = member_erase(user_id=ALICE, asked_by="staff:Sam")
    erasures_carry_out()
    assert ("DELETE", "/v1/customers/cus_1") in stripe_fake.asked
    mailbox.store.delete(BACKGROUND_QUEUE)
    mailbox.deliver("customer.deleted", customer)
    erasures_carry_out(now=timezone.now() + SETTLES)
    request.refresh_from_db()
    assert (request.done_at is not None, request.kept) == (True, "")
    assert places_with(str(ALICE), NAME, "payer@example.com") == set()
    assert places_with("cus_1") == {"subscriptions"}
    assert BillingEvent.objects.filter(guild_id=GUILD, action="sync").exists()


def test_a_plan_that_was_bought_meanwhile_keeps_its_payer(store: redis.Redis, stripe_fake: FakeStripe) -> None:
    pay("cus_1")
    stripe_fake.subscription(GUILD)
    request = erase()
    assert request.kept == "payer"
    assert PayerCustomer.objects.get().user_id == ALICE
    assert ("DELETE", "/v1/customers/cus_1") not in stripe_fake.asked


def test_while_stripe_is_away_all_else_goes_and_the_rest_is_tried_again(
    store: redis.Redis, stripe_fake: FakeStripe
) -> None:
    leave_traces()
    pay("cus_1")
    stripe_fake.fail_with = 500
    request = member_erase(user_id=ALICE, asked_by="member")
    assert erasures_carry_out() == 0
    assert places_with(NAME) == set()
    assert PayerCustomer.objects.exists()
    stripe_fake.fail_with = None
    later = timezone.now() + timedelta(minutes=2)
    assert (erasures_carry_out(now=later), erasures_carry_out(now=later)) == (0, 1)
    request.refresh_from_db()
    assert (request.user_id, PayerCustomer.objects.exists()) == (None, False)


def test_it_is_not_done_while_a_player_in_memory_cannot_be_told(store: redis.Redis) -> None:
    leave_traces()
    Player.objects.update(voice_channel_id=7)
    before = store.config_get("maxmemory")["maxmemory"] or "0"
    request = member_erase(user_id=ALICE, asked_by="member")
    store.delete(BACKGROUND_QUEUE)
    store.config_set("maxmemory", 1)  # full: it deletes, and takes no message
    later = timezone.now() + timedelta(hours=1)
    try:
        assert [erasures_carry_out(now=later) for _ in range(2)] == [0, 0]
    finally:
        store.config_set("maxmemory", before)
    assert places_with(NAME) == set()
    assert told(store) == []
    assert [erasures_carry_out(now=later) for _ in range(2)] == [0, 1]
    assert told(store) == [ForgetMember(user_id=ALICE)] * 2
    request.refresh_from_db()
    assert request.user_id is None


def test_one_that_fails_holds_up_no_other(store: redis.Redis) -> None:
    broken = member_erase(user_id=BOB, asked_by="member")
    EraseRequest.objects.filter(pk=broken.pk).update(guilds=["no number"])
    request = member_erase(user_id=ALICE, asked_by="member")
    for later in (timedelta(), SETTLES):
        with pytest.raises(ValueError, match="no number"):
            erasures_carry_out(now=timezone.now() + later)
    request.refresh_from_db()
    assert request.done_at is not None
