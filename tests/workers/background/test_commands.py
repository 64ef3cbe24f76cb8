"""Old commands and errors go; what may come again is still known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.services import KEYS_KEPT
from apps.playback.models import Command, PlaybackError
from tests.workers.background.conftest import twice_at_once
from workers.background.commands import KEPT, forget
from workers.background.desk.journal import GIVEN_UP_MS

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

GUILD = 7 << 22


def given(identity: str, age: timedelta) -> None:
    Command.objects.create(
        id=identity, guild_id=GUILD, kind="play", actor={}, outcome={"type": "said"}, at=timezone.now() - age
    )


def test_commands_and_errors_are_kept_for_thirty_days() -> None:
    for days in (29, 31, 400):
        given(str(days), timedelta(days=days))
        PlaybackError.objects.create(guild_id=GUILD, kind="stuck", at=timezone.now() - timedelta(days=days))
    assert forget() == "2 rows, errors 2 rows"
    assert Command.objects.get().id == "29"
    assert PlaybackError.objects.count() == 1


def test_two_workers_at_once_forget_each_once() -> None:
    for n in range(50):
        given(str(n), timedelta(days=31))
    answers = twice_at_once(forget)
    assert sum(int(str(answer).split()[0]) for answer in answers) == 50
    assert not Command.objects.exists()


def test_a_command_is_known_longer_than_it_can_come_again() -> None:
    assert 7 * max(KEYS_KEPT, timedelta(milliseconds=GIVEN_UP_MS)) < KEPT
