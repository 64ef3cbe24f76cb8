"""An order of staff's is in the audit log also where the process that gave it dies before it hears of the outcome."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from apps.support.models import AuditLine
from project import settings
from project.task_queues import slot_of
from project.wire import keys
from project.wire.messages import Ended, to_json
from tests.apps.support.conftest import SignedIn
from tests.apps.support.guild_pages.conftest import GUILD, Stage
from tests.apps.support.guild_pages.test_guild_actions import PAGE, WHY, send, shown

ROOT = Path(__file__).parents[4]
SENDER = "tests.apps.support.guild_pages.send_form"


def database_url() -> str:
    """Where this test process keeps its rows."""
    known = connection.settings_dict
    user = quote(known["USER"], safe="") + (f":{quote(known['PASSWORD'], safe='')}" if known["PASSWORD"] else "")
    return f"postgresql://{user}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


def lines() -> list[Any]:
    """What the audit log says of the guild."""
    return list(AuditLine.objects.filter(guild_id=GUILD).values_list("actor", "action", "reason", "after"))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_who_is_killed_when_the_order_is_out_has_left_the_line(
    signed_in: SignedIn, playing_guild: int, stage: Stage, redis_url: str
) -> None:
    browser, journal = signed_in("support"), keys.journal(slot_of(GUILD, settings.SLOTS))
    fields = {**shown(browser, "skip"), "reason": WHY}
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    environment = {**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": redis_url}
    command = [sys.executable, "-m", SENDER, f"{PAGE}skip/", session, json.dumps(fields)]
    api = subprocess.Popen(command, cwd=ROOT, env=environment)
    while not (given := [str(one) for one in stage.redis.hkeys(journal)]) and api.poll() is None:
        time.sleep(0.01)
    api.send_signal(signal.SIGKILL)
    assert api.wait() == -signal.SIGKILL, "it waits two seconds for an answer, and nobody gives one"
    (command_id,) = given
    before = ("staff:support-person", "skip", WHY)
    assert lines() == [(*before, {"command": command_id, "outcome": "not known"})]

    ended = Ended(command_id=command_id, guild_id=GUILD, outcome={"type": "skipped"}, error=False, sentence="Skipped.")
    stage.redis.rpush(keys.outcome(command_id), to_json(ended))
    assert send(browser, "skip", fields) == "Skipped."
    assert lines() == [(*before, {"command": command_id, "outcome": "skipped"})], "one story, told to its end"
