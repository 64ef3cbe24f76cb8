"""Server-sent events: where a client goes on, and when it has to be given the present state."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest

from apps.api import event_stream
from apps.api.event_stream import start_of
from apps.api.stream_room import MOST_OF_CALLER, MOST_OF_GUILD, ROOM
from project.wire import keys
from project.wire.guild_events import QueueChanged, change_json
from tests.apps.api.conftest import ALICE, GUILD, Api

pytestmark = pytest.mark.django_db


def told(api: Api, rev: int, **options: Any) -> str:
    """What a worker writes; the entry's id."""
    change = QueueChanged(rev=rev, length=0, up_next=())
    return str(api.redis.xadd(keys.guild_events(GUILD), {"queue": change_json(change)}, **options))


def test_who_comes_first_gets_the_present_state_and_what_comes_then(api: Api) -> None:
    newest = told(api, 1)
    start = start_of(GUILD, None)
    assert (start.after, [type(change).__name__ for change in start.first]) == (
        newest,
        ["PlayerChanged", "QueueChanged"],
    )


def test_who_comes_back_goes_on_where_they_were(api: Api) -> None:
    first = told(api, 1)
    told(api, 2)
    assert start_of(GUILD, first) == event_stream.Start(first, ())
    assert start_of(GUILD, "1-0").first == (), "nothing was cut off yet"


def test_who_was_away_for_longer_than_the_stream_reaches_gets_the_present_state(api: Api) -> None:
    first = told(api, 1)
    newest = [told(api, rev, maxlen=2, approximate=False) for rev in range(2, 6)][-1]
    start = start_of(GUILD, first)
    assert (start.after, len(start.first)) == (newest, 2)


def test_after_redis_was_emptied_the_present_state_comes_first(api: Api) -> None:
    last = told(api, 1)
    api.redis.flushall()
    assert (start_of(GUILD, last).after, len(start_of(GUILD, last).first)) == ("0-0", 2)
    told(api, 2, id="5-0")
    assert (start_of(GUILD, last).after, len(start_of(GUILD, last).first)) == ("5-0", 2)


@pytest.mark.parametrize("last_id", ["", "1", "$", "1-2-3", "١-١", "9" * 30 + "-0"])
def test_an_id_that_is_none_of_ours_is_refused(api: Api, last_id: str) -> None:
    answer, problem = api.guild("GET", "events", api.token(), Last_Event_ID=last_id)
    assert (answer.status_code, problem["reason"]) == (422, "event_id")


def test_a_guild_has_so_many_streams_and_not_more(api: Api) -> None:
    with ExitStack() as open_streams:
        for _ in range(MOST_OF_GUILD):
            open_streams.enter_context(ROOM.taken(GUILD, "another"))
        answer, problem = api.guild("GET", "events", api.token())
    assert (answer.status_code, problem["reason"]) == (429, "too_many_streams")


def test_who_manages_many_guilds_has_no_more_streams_for_it(api: Api) -> None:
    with ExitStack() as open_streams:
        for guild_id in range(MOST_OF_CALLER):
            open_streams.enter_context(ROOM.taken(guild_id, f"user:{ALICE}"))
        for secret in (api.token(), api.login(GUILD)):
            answer, problem = api.guild("GET", "events", secret)
            assert (answer.status_code, problem["reason"]) == (429, "too_many_streams")
