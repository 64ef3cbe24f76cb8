"""Logins and keys end, and are forgotten then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import IdempotencyKey, Login
from apps.accounts.selectors import TokenRefused, caller_of
from apps.accounts.services import KEYS_KEPT, LOGIN_LASTS, KeyReused, idempotency_key_use, login_create
from workers.background.accounts import forget

pytestmark = pytest.mark.django_db

ALICE, GUILD = 1, 4 << 22


def test_a_login_reaches_the_guilds_it_was_made_with_until_it_ends() -> None:
    login, secret = login_create(user_id=ALICE, name="Alice", guilds={GUILD: "Music"})
    assert caller_of(secret).guilds == {GUILD: "Music"}
    with pytest.raises(TokenRefused, match="expired"):
        caller_of(secret, now=login.expires_at)


def test_who_signs_in_again_leaves_nothing_of_logins_that_are_over() -> None:
    login_create(user_id=ALICE, name="Alice", guilds={})
    Login.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    login_create(user_id=ALICE, name="Alice", guilds={})
    assert Login.objects.count() == 1


def test_a_key_stands_for_one_request() -> None:
    idempotency_key_use(command_id="c1", fingerprint="a")
    idempotency_key_use(command_id="c1", fingerprint="a")
    with pytest.raises(KeyReused):
        idempotency_key_use(command_id="c1", fingerprint="b")


def test_the_hourly_job_forgets_what_is_over_and_nothing_else() -> None:
    login_create(user_id=ALICE, name="Alice", guilds={})
    login_create(user_id=2, name="Bob", guilds={})
    Login.objects.filter(user_id=2).update(expires_at=timezone.now() - LOGIN_LASTS)
    for command_id in ("old", "new"):
        idempotency_key_use(command_id=command_id, fingerprint="a")
    IdempotencyKey.objects.filter(command_id="old").update(created_at=timezone.now() - 2 * KEYS_KEPT)
    assert forget() == "2 rows"
    assert forget() == "0 rows"
    assert list(IdempotencyKey.objects.values_list("command_id", flat=True)) == ["new"]
