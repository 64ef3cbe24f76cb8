"""The queue's routes."""

from __future__ import annotations

from typing import Any

import pytest

from apps.accounts.scopes import Scope
from apps.playback.models import QueueEntry
from project.wire.orders import Clear, MoveTrack, Play, Remove
from tests.apps.api.conftest import GUILD, OTHER, Api

pytestmark = pytest.mark.django_db

TITLES = [f"T{number}" for number in range(7)]


@pytest.fixture
def waiting(api: Api) -> list[QueueEntry]:
    """Seven entries whose ranks are not their ids; another guild's are none of ours."""
    rows = [
        QueueEntry(
            guild_id=guild_id,
            entry=100 - rank,
            rank=rank // 2,
            status="queued",
            track={"encoded": "x", "identifier": title, "title": title, "author": "Someone"},
            requester_id=1,
        )
        for guild_id in (OTHER, GUILD)
        for rank, title in enumerate(TITLES)
    ]
    return QueueEntry.objects.bulk_create(rows)


def pages(api: Api, token: str, limit: int) -> list[dict[str, Any]]:
    """All items, by following the cursor."""
    found: list[dict[str, Any]] = []
    path: str | None = f"queue?limit={limit}"
    while path is not None:
        _, page = api.guild("GET", path, token)
        found += page["items"]
        path = f"queue?limit={limit}&cursor={page['next']}" if page["next"] else None
    return found


def test_pages_show_each_entry_once_in_order(api: Api, waiting: list[QueueEntry]) -> None:
    found = pages(api, api.token(Scope.PLAYER_READ), 3)
    assert [item["position"] for item in found] == [1, 2, 3, 4, 5, 6, 7]
    # Of one rank the lower entry comes first.
    assert [item["title"] for item in found] == ["T1", "T0", "T3", "T2", "T5", "T4", "T6"]


def test_a_page_goes_on_where_the_last_one_ended_whatever_was_skipped(api: Api, waiting: list[QueueEntry]) -> None:
    token = api.token()
    _, first = api.guild("GET", "queue?limit=2", token)
    QueueEntry.objects.filter(guild_id=GUILD, entry__in=[item["id"] for item in first["items"]]).delete()
    _, second = api.guild("GET", f"queue?limit=2&cursor={first['next']}", token)
    assert [(item["position"], item["title"]) for item in second["items"]] == [(1, "T3"), (2, "T2")]


@pytest.mark.parametrize(
    "query",
    ["cursor=!", "cursor=MQ", "cursor=WzEsMl0x", "limit=0", "limit=101", "limit=x", "cursor=W3RydWUsIDFd"],
)
def test_what_is_no_page_is_refused(api: Api, query: str) -> None:
    answer, _ = api.guild("GET", f"queue?{query}", api.token())
    assert answer.status_code == 422


def test_one_position_is_shown(api: Api, waiting: list[QueueEntry]) -> None:
    token = api.token()
    assert api.guild("GET", "queue/3", token)[1]["title"] == "T3"
    for nowhere in ("0", "8", "99999999999999999999"):
        assert api.guild("GET", f"queue/{nowhere}", token)[0].status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "order"),
    [
        ("POST", "queue", {"query": "440"}, Play(query="440")),
        ("POST", "queue", {"query": "440", "position": "now"}, Play(query="440", position="now")),
        ("PATCH", "queue", {"position": 3, "target": 1}, MoveTrack(source=3, target=1)),
        ("DELETE", "queue", None, Clear()),
        ("DELETE", "queue/2", None, Remove(first=2)),
    ],
)
def test_changes_are_orders(api: Api, method: str, path: str, body: Any, order: Any) -> None:
    answer, _ = api.guild(method, path, api.token(Scope.QUEUE_WRITE), body)
    assert (answer.status_code, [command.order for command in api.queued()]) == (202, [order])


def test_a_token_says_where_the_bot_should_play(api: Api) -> None:
    api.guild("POST", "queue", api.token(), {"query": "a", "voice_channel_id": "77"})
    assert api.queued()[0].actor.voice_channel_id == 77


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"query": ""},
        {"query": "   "},
        {"query": 5},
        {"query": "a\x00b"},
        {"query": "a" * 1_001},
        {"query": "a", "position": "first"},
        {"query": "a", "voice_channel_id": 77},
        {"query": "a", "voice_channel_id": str(2**63)},
        {"query": "a", "voice_channel_id": "٣"},
        '{"query": "\\ud800"}',
    ],
)
def test_what_cannot_be_played_is_refused_at_once(api: Api, body: Any) -> None:
    answer, problem = api.guild("POST", "queue", api.token(), body)
    assert (answer.status_code, problem["reason"], api.queued()) == (422, "invalid", [])


def test_who_names_the_entry_hits_no_other(api: Api, waiting: list[QueueEntry]) -> None:
    outcome = {"type": "denied", "key": "position.another", "values": {"title": "T2", "position": 2}}
    for tag in ("remove", "move"):
        api.will_answer(tag, outcome, "Another waits there.", error=True)
    token = api.token(Scope.QUEUE_WRITE)
    answer, problem = api.guild("DELETE", "queue/2?entry=99", token)
    assert (answer.status_code, problem["reason"]) == (409, "position.another")
    answer, problem = api.guild("PATCH", "queue", token, {"position": 2, "target": 1, "entry": 99})
    assert (answer.status_code, problem["detail"]) == (409, "Another waits there.")
    assert api.carried_out == [Remove(first=2, entry=99), MoveTrack(source=2, target=1, entry=99)]


@pytest.mark.parametrize("query", ["entry=0", "entry=-1", "entry=x", "entry=", "entry=" + "9" * 30, "entri=99"])
def test_what_names_no_entry_is_refused(api: Api, query: str) -> None:
    assert api.guild("DELETE", f"queue/2?{query}", api.token())[0].status_code == 422
    assert api.queued() == []


def test_another_entry_is_another_request_under_the_same_key(api: Api) -> None:
    token = api.token(Scope.QUEUE_WRITE)
    api.guild("DELETE", "queue/2?entry=98", token, Idempotency_Key="k1")
    answer, problem = api.guild("DELETE", "queue/2?entry=97", token, Idempotency_Key="k1")
    assert (answer.status_code, problem["reason"]) == (422, "idempotency_key_reused")
