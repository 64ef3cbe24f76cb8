"""Keeps autocompletion quick after Redis was emptied: notes what is searched for often, and searches it anew then."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TypeAlias
from urllib.parse import unquote

import redis
import structlog

from apps.jobs.searches import searches_forget, searches_often, searches_seen
from project import settings
from project.wire import keys
from workers.adapters.suggestions import SEARCH_SECONDS, choices_of
from workers.background.desk.library_loading import AT_ONCE, load_tracks
from workers.background.desk.redis_client import client
from workers.background.job import job
from workers.player.facts import TracksFound

log = structlog.get_logger(__name__)

Load: TypeAlias = Callable[[str, Sequence[str]], list[TracksFound]]

EVERY_SECONDS = 300
"""As the schedule says: what was searched since the last look was kept for SEARCH_SECONDS and is seen once."""
MOST_SEEN = 5_000
MOST_WARMED = 48
"""Sources would take more for an attack."""
WARM_SECONDS = 6 * 3_600
SCANNED = 1_000


@job("searches.warm", time_limit_s=240)
def warm() -> str:
    """How many were noted and how many searched anew. Raises redis.RedisError while Redis is away."""
    seen = list(islice(_searched_lately(client()), MOST_SEEN))
    searches_seen(words=seen)
    searches_forget()
    warmed = fill(client(), load_tracks) if not client().exists(keys.SEARCHES_WARM) else 0
    return f"{len(seen)} noted, {warmed} warmed"


def fill(store: redis.Redis, load: Load) -> int:
    """Search what was asked for most, as far as it is not known; how many. Raises NodesAway if none can be searched."""
    often = searches_often(most=MOST_WARMED)
    unknown = [words for words in often if not store.exists(keys.search(settings.SEARCH_PREFIX, words))]
    warmed = 0
    for start in range(0, len(unknown), AT_ONCE):
        part = unknown[start : start + AT_ONCE]
        found = load("searches.warm", part)
        answered = [(words, one) for words, one in zip(part, found, strict=True) if one.failure is None]
        if not answered:
            raise NodesAway("no node searches just now")
        for words, one in answered:
            known = json.dumps([[choice.name, choice.value] for choice in choices_of(one.tracks)])
            store.set(keys.search(settings.SEARCH_PREFIX, words), known, ex=WARM_SECONDS)
        warmed += len(answered)
    store.set(keys.SEARCHES_WARM, "1", ex=WARM_SECONDS)
    return warmed


class NodesAway(Exception):
    """Tried again with the next run."""


def _searched_lately(store: redis.Redis) -> Iterator[str]:
    """Words whose search was kept since the last look. What this job has kept lives longer and is not counted."""
    beginning = keys.search(settings.SEARCH_PREFIX, "")
    found: list[str] = []
    for key in store.scan_iter(match=f"{beginning}*", count=SCANNED):
        found.append(key)
        if len(found) == SCANNED:
            yield from _fresh(store, found, beginning)
            found = []
    yield from _fresh(store, found, beginning)


def _fresh(store: redis.Redis, found: Sequence[str], beginning: str) -> Iterator[str]:
    with store.pipeline(transaction=False) as pipe:
        for key in found:
            pipe.ttl(key)
        for key, left in zip(found, pipe.execute(), strict=True):
            words = unquote(key.removeprefix(beginning))
            if SEARCH_SECONDS - EVERY_SECONDS < left <= SEARCH_SECONDS and "\0" not in words:  # PostgreSQL keeps none
                yield words
