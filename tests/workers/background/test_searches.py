"""What is searched for often is there again after Redis was emptied, and sources are asked no more than need be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
import redis
from django.utils import timezone

from apps.jobs import searches as kept
from apps.jobs.models import Search
from project import settings
from project.wire import keys
from tests.workers.background.conftest import twice_at_once
from workers.adapters.suggestions import SEARCH_SECONDS
from workers.background import searches
from workers.background.searches import MOST_WARMED, NodesAway, fill, warm
from workers.player.facts import TracksFound
from workers.player.track import Track

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


class Nodes:
    """Find a track named like the words, or fail."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.away = False

    def load(self, command_id: str, queries: Sequence[str]) -> list[TracksFound]:
        self.asked.extend(queries)
        if self.away:
            return [TracksFound(command_id, (), failure="node_away") for _ in queries]
        return [TracksFound(command_id, (_track(words),)) for words in queries]


def _track(title: str) -> Track:
    return Track(
        encoded="e",
        identifier=title,
        title=title,
        author="A",
        length_ms=1,
        uri=f"https://a.example/{title}",
        source="http",
    )


@pytest.fixture
def store(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        monkeypatch.setattr(searches, "client", lambda: client)
        yield client


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch) -> Nodes:
    made = Nodes()
    monkeypatch.setattr(searches, "load_tracks", made.load)
    return made


def key(words: str) -> str:
    return keys.search(settings.SEARCH_PREFIX, words)


def often(*words: str, times: int = 3) -> None:
    Search.objects.bulk_create(Search(words=one, times=times) for one in words)


def test_what_members_search_is_noted_once_each(store: redis.Redis, nodes: Nodes) -> None:
    store.set(key("greensleeves"), "[]", ex=SEARCH_SECONDS)
    store.set(key("older"), "[]", ex=SEARCH_SECONDS // 2 - 1)
    store.set(key("warmed"), "[]", ex=searches.WARM_SECONDS)
    warm()
    assert list(Search.objects.values_list("words", "times")) == [("greensleeves", 1)]


def test_words_are_noted_as_they_were_typed(store: redis.Redis, nodes: Nodes) -> None:
    store.set(key("it's 100% niña"), "[]", ex=SEARCH_SECONDS)
    warm()
    assert list(Search.objects.values_list("words", flat=True)) == ["it's 100% niña"]


def test_after_redis_was_emptied_it_is_searched_anew(store: redis.Redis, nodes: Nodes) -> None:
    often("greensleeves")
    warm()
    store.flushall()
    assert warm() == "0 noted, 1 warmed"
    assert json.loads(str(store.get(key("greensleeves")))) == [["greensleeves – A", "https://a.example/greensleeves"]]


def test_it_is_not_searched_again_while_redis_lives(store: redis.Redis, nodes: Nodes) -> None:
    often("greensleeves")
    warm()
    store.delete(key("greensleeves"))
    warm()
    assert nodes.asked == ["greensleeves"]


def test_what_is_known_is_not_searched(store: redis.Redis, nodes: Nodes) -> None:
    often("known")
    store.set(key("known"), "[]", ex=100)
    assert fill(store, nodes.load) == 0
    assert nodes.asked == []


def test_what_was_asked_once_is_not_offered_anew(store: redis.Redis, nodes: Nodes) -> None:
    often("my neighbour's name", times=1)
    assert fill(store, nodes.load) == 0


def test_only_so_many_are_searched(store: redis.Redis, nodes: Nodes) -> None:
    often(*(f"song {n}" for n in range(MOST_WARMED + 20)))
    assert fill(store, nodes.load) == MOST_WARMED


def test_while_no_node_answers_it_is_tried_again_later(store: redis.Redis, nodes: Nodes) -> None:
    often("greensleeves")
    nodes.away = True
    with pytest.raises(NodesAway):
        fill(store, nodes.load)
    nodes.away = False
    assert fill(store, nodes.load) == 1


def test_old_and_rare_words_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_KEPT", 2)
    often("a", "b", times=5)
    often("rare", times=1)
    Search.objects.create(words="old", times=9, seen_at=timezone.now() - timedelta(days=8))
    kept.searches_forget()
    assert set(Search.objects.values_list("words", flat=True)) == {"a", "b"}


def test_two_workers_at_once_do_no_harm(store: redis.Redis, nodes: Nodes) -> None:
    often("greensleeves")
    for n in range(200):
        store.set(key(f"song {n}"), "[]", ex=SEARCH_SECONDS)
    twice_at_once(warm)
    assert Search.objects.filter(words__startswith="song", times__lte=2).count() == 200
    assert store.exists(key("greensleeves"))
