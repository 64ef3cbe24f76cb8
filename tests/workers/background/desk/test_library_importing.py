"""Lines become a playlist part by part: shown as it grows, accounted for line by line, and never twice."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from apps.billing.models import Plan
from apps.library.models import Playlist
from apps.library.services import playlist_delete, playlist_rename
from project.task_queues import DESK_QUEUE
from project.wire import keys
from project.wire.library import CreatePlaylist, ImportPlaylist, ListPlaylists
from project.wire.messages import Command
from tests.workers.background.conftest import twice_at_once
from tests.workers.background.desk.conftest import ALICE, SLOTS, Desk
from tests.workers.background.desk.test_library import Visit, song, titles, words
from tests.workers.background.desk.test_library import visit as visit
from workers.background.desk.counter import Counter
from workers.background.desk.library_importing import PART_LINES
from workers.player.facts import TracksFound

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.usefixtures("store")]

LINES = [f"Song {number}" for number in range(PART_LINES + 3)]
ORDER = ImportPlaylist(name="Mix", text="\n".join(LINES))


def begin(visit: Visit, order: ImportPlaylist = ORDER) -> Command:
    """The member is told that it begins; that was a while ago."""
    command = visit.desk.publish("import", order, ALICE, late_ms=6_000)
    visit.desk.lose_message()
    visit.desk.counter.serve(command)
    return command


def test_the_member_is_told_at_once_and_with_each_part(visit: Visit) -> None:
    command = begin(visit)
    assert visit.nodes.asked == []
    for _ in range(2):
        visit.desk.redis.delete(keys.desk_told(command.id))  # a while later
        visit.desk.counter.serve(command)
    told = visit.desk.answers()
    assert [answer.get("progress", False) for answer in told] == [True, True, False]
    assert f"0 of {len(LINES)} lines" in words(told[0])
    assert f"{PART_LINES} of {len(LINES)} lines looked up, {PART_LINES} tracks so far" in words(told[1])
    assert f"of {len(LINES)} tracks" in words(told[2])
    assert titles("Mix") == LINES


def test_parts_that_are_done_quickly_are_not_all_told(visit: Visit) -> None:
    command = begin(visit)
    for _ in range(2):
        visit.desk.counter.serve(command)
    assert [answer.get("progress", False) for answer in visit.desk.answers()] == [True, False]


def test_between_two_parts_it_waits_behind_all_others(visit: Visit) -> None:
    begin(visit)
    assert visit.desk.redis.llen(DESK_QUEUE) == 1
    assert visit.desk.owed() == {"import"}


def test_what_came_later_does_not_wait_for_its_parts(visit: Visit) -> None:
    visit.desk.publish("import", ORDER, ALICE)
    assert "You have a playlist *Mix* already" in visit.denied(CreatePlaylist(name="Mix"))
    visit.says(ListPlaylists())
    visit.says(CreatePlaylist(name="Other"))
    assert visit.nodes.asked == []


def test_lines_without_an_answer_are_told_apart_from_unknown_ones(visit: Visit) -> None:
    said = visit.says(ImportPlaylist(name="Mix", text="Song A;unknown one;slow one;broken one;unknown two"))
    assert "of 1 track." in said
    assert "For 2 lines I found nothing." in said
    assert "2 lines could not be looked up" in said


def test_where_nobody_answers_the_rest_is_not_asked(visit: Visit) -> None:
    visit.nodes.away = True
    answer = visit.ask(ORDER)
    assert answer["error"]
    assert len(visit.nodes.asked) == PART_LINES
    assert not Playlist.objects.exists()


def test_the_plan_says_how_many_are_imported(visit: Visit) -> None:
    Plan.objects.filter(tier="FREE").update(import_size=5)
    said = visit.says(ORDER)
    assert "of 5 tracks" in said
    assert f"{len(LINES) - 5} more were left out" in said
    assert "/premium" in said


def test_albums_among_the_lines_count_by_their_tracks(visit: Visit) -> None:
    Plan.objects.filter(tier="FREE").update(import_size=5)
    said = visit.says(ImportPlaylist(name="Mix", text="album;album two;Song"))
    assert titles("Mix") == ["album 1", "album 2", "album 3", "album two 1", "album two 2"]
    assert "2 more were left out" in said


def test_a_playlist_that_its_owner_deletes_is_not_filled(visit: Visit) -> None:
    command = begin(visit)
    playlist_delete(owner_id=1, name="Mix")
    visit.desk.counter.serve(command)
    assert "was deleted while" in words(visit.desk.answers()[-1])
    assert visit.desk.owed() == set()


def test_a_playlist_that_its_owner_renames_is_filled_all_the_same(visit: Visit) -> None:
    command = begin(visit)
    playlist_rename(owner_id=1, name="Mix", new_name="Blend")
    for _ in range(2):
        visit.desk.counter.serve(command)
    assert titles("Blend") == LINES


def test_two_workers_at_once_add_a_part_once(visit: Visit) -> None:
    command = begin(visit)

    def load(command_id: str, queries: Sequence[str]) -> list[TracksFound]:
        return [TracksFound(command_id, (song(query),)) for query in queries]

    twice_at_once(lambda: Counter(visit.desk.redis, SLOTS, load).serve(command))
    while visit.desk.owed():
        visit.desk.counter.serve(command)
    assert titles("Mix") == LINES


def test_a_part_whose_worker_died_is_done_by_the_next(visit: Visit) -> None:
    command = begin(visit)
    visit.desk.lose_message()
    with visit.desk.journal.claimed(command):
        assert visit.desk.counter.serve(command) == "under way elsewhere"
        assert visit.desk.journal.ring_again() == 0
    assert visit.desk.journal.ring_again() == 1
    assert visit.desk.counter.serve(command) == "PlaylistImporting"


def test_asked_once_more_it_is_answered_as_it_ended(visit: Visit, desk: Desk) -> None:
    first = visit.ask(ImportPlaylist(name="Mix", text="Song"), command_id="twice")
    assert visit.ask(ImportPlaylist(name="Mix", text="Song"), command_id="twice") == first
    assert titles("Mix") == ["Song"]
