"""`/privacy` at the desk: who may have what, and what is said before anything is deleted."""

from __future__ import annotations

from typing import Any

import pytest
import redis

from apps.billing.models import PayerCustomer, Subscription
from apps.playback.models import Command as RecordedCommand
from apps.privacy import redis_traces
from apps.privacy.models import EraseRequest
from bot.components import pressed
from project import settings
from project.wire.messages import Actor, Order
from project.wire.privacy import AskToErase, EraseMine, ExportMine
from tests.workers.background.desk.conftest import ALICE, BOB, GUILD, Desk

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("store"),
]


@pytest.fixture(autouse=True)
def own_redis(store: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_traces, "client", store)


def asked(desk: Desk, order: Order, actor: Actor = ALICE) -> dict[str, Any]:
    """The answer's payload; it is for the asking member alone."""
    desk.counter.serve(desk.publish(f"c{len(desk.answers())}", order, actor))
    answer = desk.answers()[-1]
    assert answer["ephemeral"]
    payload: dict[str, Any] = answer["payload"]
    return payload


def button(payload: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = payload["components"][0]["components"][0]
    return found


def test_an_export_is_where_one_signs_in_whose_secret_the_worker_does_not_know(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DISCORD_CLIENT_SECRET", "")
    assert button(asked(desk, ExportMine()))["url"] == f"{settings.PUBLIC_URL}/api/v1/login?then=export"


def test_an_erasure_says_what_goes_and_asks(desk: Desk) -> None:
    payload = asked(desk, AskToErase(), BOB)
    assert "no se puede deshacer" in payload["content"]
    assert not EraseRequest.objects.exists()
    assert pressed(button(payload)["custom_id"], GUILD).order == EraseMine()


def test_the_button_begins_it_once(desk: Desk) -> None:
    assert "I am deleting" in asked(desk, EraseMine())["content"]
    assert "I am deleting" in asked(desk, EraseMine())["content"]
    assert EraseRequest.objects.get().user_id == ALICE.user_id
    assert RecordedCommand.objects.count() == 2


@pytest.mark.parametrize("order", [AskToErase(), EraseMine()])
def test_who_pays_is_told_to_cancel_first(desk: Desk, order: Order) -> None:
    PayerCustomer.objects.create(user_id=ALICE.user_id, stripe_customer_id="cus_1")
    Subscription.objects.create(guild_id=GUILD, stripe_customer_id="cus_1", stripe_status="ACTIVE")
    assert "Cancel it with `/premium manage`" in asked(desk, order)["content"]
    assert not EraseRequest.objects.exists()
