"""An import whose worker dies is not lost: it is rung for again, made once, and its member is told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import redis

from apps.library import announcement
from apps.library.models import Playlist, PlaylistTrack
from project.task_queues import DESK_QUEUE
from project.wire.library import ImportPlaylist
from project.wire.messages import Command
from tests.workers.background.desk.conftest import SLOTS, Desk
from tests.workers.background.desk.conftest import desk as desk
from workers.background.desk import counter as counters
from workers.background.desk.counter import Counter
from workers.background.desk.replies import reply
from workers.player.facts import TracksFound
from workers.player.track import Track
from workers.screen.desk_endings import DeskEnding

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ORDER = ImportPlaylist(name="Mix", text="One; Two; Three")
LATE_MS = 6_000
"""Longer than the desk lets a command be owed before it rings again."""


class Killed(BaseException):
    """What a task's time limit, or the kernel, does to a worker: nothing of ours catches it."""


def load(command_id: str, queries: Sequence[str]) -> list[TracksFound]:
    return [
        TracksFound(command_id, (Track(encoded="e", identifier=q, title=q, author="A", length_ms=1, source="http"),))
        for q in queries
    ]


def die(*_: object) -> list[TracksFound]:
    raise Killed


@pytest.fixture
def owed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Command:
    """An import that a worker has just taken from the queue."""
    monkeypatch.setattr(announcement, "_client", desk.redis)
    command = desk.publish("import", ORDER, late_ms=LATE_MS)
    desk.lose_message()
    return command


def assert_done_by_the_next_worker(desk: Desk, command: Command) -> None:
    assert desk.owed() == {"import"}
    assert desk.journal.ring_again() == 1
    assert desk.redis.llen(DESK_QUEUE) == 1
    while desk.owed():
        Counter(desk.redis, SLOTS, load).serve(command)
    assert list(Playlist.objects.values_list("name", flat=True)) == ["Mix"]
    assert PlaylistTrack.objects.count() == 3
    assert [one["payload"]["content"] for one in desk.answers() if not one.get("progress")] == [
        "Made the playlist *Mix* of 3 tracks."
    ]
    assert desk.owed() == set()


def test_a_worker_dies_while_it_searches(desk: Desk, owed: Command) -> None:
    Counter(desk.redis, SLOTS, die).serve(owed)
    desk.lose_message()
    with pytest.raises(Killed):
        Counter(desk.redis, SLOTS, die).serve(owed)
    assert_done_by_the_next_worker(desk, owed)


def test_a_worker_dies_after_the_last_part_before_it_tells(
    desk: Desk, owed: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter(desk.redis, SLOTS, load)
    counter.serve(owed)
    desk.lose_message()
    monkeypatch.setattr(counters, "reply", die)
    with pytest.raises(Killed):
        counter.serve(owed)
    monkeypatch.setattr(counters, "reply", reply)
    assert_done_by_the_next_worker(desk, owed)


def test_a_worker_dies_between_making_the_playlist_and_telling(
    desk: Desk, owed: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die_before(_client: redis.Redis, _command: Command, _ending: DeskEnding, _locale: str) -> None:
        raise Killed

    monkeypatch.setattr(counters, "reply", die_before)
    with pytest.raises(Killed):
        Counter(desk.redis, SLOTS, load).serve(owed)
    assert Playlist.objects.exists()
    monkeypatch.setattr(counters, "reply", reply)
    assert_done_by_the_next_worker(desk, owed)
