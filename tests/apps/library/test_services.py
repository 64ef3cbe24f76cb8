"""What members keep, on a real PostgreSQL: limits and order hold, and all of a member can be shown and erased."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from apps.library.models import Favourite, HistoryEntry, Playlist, PlaylistTrack
from apps.library.selectors import (
    favourite_has,
    favourites_page,
    history_of,
    member_library,
    playlist_own,
    playlist_playable,
    playlist_tracks,
    playlists_seen,
)
from apps.library.services import (
    CODE_LENGTH,
    Track,
    favourite_add,
    favourite_remove,
    favourite_toggle,
    history_forget,
    member_erase,
    playlist_add,
    playlist_create,
    playlist_delete,
    playlist_remove,
    playlist_rename,
    playlist_share,
)
from apps.library.validation import LibraryRefused
from project.wire.library import FAVOURITES_MAX, NAME_LENGTH, PLAYLIST_TRACKS_MAX

pytestmark = pytest.mark.django_db

ALICE, BOB = 1, 2
GUILD, ELSEWHERE = 7 << 22, 8 << 22


def track(title: str, source: str = "http") -> Track:
    return {"encoded": "e", "identifier": title, "title": title, "author": "A", "length_ms": 1000, "source": source}


def create(name: str, owner: int = ALICE, limit: int | None = None, guild_id: int = GUILD) -> Playlist:
    return playlist_create(owner_id=owner, owner_name="Alice", guild_id=guild_id, name=name, limit=lambda: limit)


def add(name: str, *titles: str, owner: int = ALICE) -> None:
    playlist_add(owner_id=owner, name=name, tracks=[track(title) for title in titles])


def titles(name: str, owner: int = ALICE) -> list[str]:
    playlist = playlist_own(owner_id=owner, name=name)
    assert playlist is not None
    return [one["title"] for one in playlist_tracks(playlist=playlist)]


def problem(refused: pytest.ExceptionInfo[LibraryRefused]) -> str:
    return refused.value.problem


def test_a_name_is_taken_once_per_member_in_any_case() -> None:
    create("Road  Trip")
    assert playlist_own(owner_id=ALICE, name="ROAD trip") is not None
    with pytest.raises(LibraryRefused) as refused:
        create("road TRIP")
    assert problem(refused) == "name_taken"
    create("Road Trip", owner=BOB)


@pytest.mark.parametrize("name", ["", "   ", "x" * (NAME_LENGTH + 1), "a\x07b"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(LibraryRefused) as refused:
        create(name)
    assert problem(refused) == "name_form"


def test_the_plan_says_how_many_playlists_a_member_has() -> None:
    create("One", limit=2)
    create("Two", limit=2)
    create("Three", owner=BOB, limit=2)
    with pytest.raises(LibraryRefused) as refused:
        create("Three", limit=2)
    assert (problem(refused), refused.value.limit) == ("too_many", 2)
    create("Three", limit=None)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_limit_holds_when_two_are_made_at_once() -> None:
    outcomes: list[str] = []
    together = threading.Barrier(4)

    def make(number: int) -> None:
        together.wait()
        try:
            create(f"List {number}", limit=1)
            outcomes.append("made")
        except LibraryRefused as refused:
            outcomes.append(refused.problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=make, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "too_many", "too_many", "too_many"]


def test_tracks_keep_their_order_while_some_are_taken_out_and_others_added() -> None:
    create("Mix")
    add("Mix", "A", "B", "C", "D", "E")
    _, gone = playlist_remove(owner_id=ALICE, name="mix", first=4, last=2)
    assert [one["title"] for one in gone] == ["B", "C", "D"]
    add("Mix", "F")
    assert titles("Mix") == ["A", "E", "F"]


@pytest.mark.parametrize(("first", "last"), [(0, 1), (1, 3), (3, 3), (-1, -1)])
def test_a_place_that_does_not_exist_takes_nothing_out(first: int, last: int) -> None:
    create("Mix")
    add("Mix", "A", "B")
    with pytest.raises(LibraryRefused) as refused:
        playlist_remove(owner_id=ALICE, name="Mix", first=first, last=last)
    assert (problem(refused), refused.value.limit) == ("position", 2)
    assert titles("Mix") == ["A", "B"]


def test_a_full_playlist_takes_what_fits() -> None:
    create("Mix")
    many = [track(str(number)) for number in range(PLAYLIST_TRACKS_MAX - 1)]
    playlist_add(owner_id=ALICE, name="Mix", tracks=many)
    _, count = playlist_add(owner_id=ALICE, name="Mix", tracks=[track("x"), track("y")])
    assert count == 1
    with pytest.raises(LibraryRefused) as refused:
        add("Mix", "z")
    assert problem(refused) == "full"


def test_a_playlist_is_its_owners_alone_to_change() -> None:
    create("Mix")
    add("Mix", "A")
    playlist_share(owner_id=ALICE, owner_name="Alice", guild_id=GUILD, name="Mix", sharing="server")
    for change in (
        lambda: playlist_delete(owner_id=BOB, name="Mix"),
        lambda: playlist_rename(owner_id=BOB, name="Mix", new_name="Mine"),
        lambda: playlist_add(owner_id=BOB, name="Mix", tracks=[track("B")]),
        lambda: playlist_remove(owner_id=BOB, name="Mix", first=1, last=1),
        lambda: playlist_share(owner_id=BOB, owner_name="Bob", guild_id=GUILD, name="Mix", sharing="private"),
    ):
        with pytest.raises(LibraryRefused) as refused:
            change()
        assert problem(refused) == "unknown"
    assert titles("Mix") == ["A"]


def test_it_may_be_renamed_in_case_only_but_not_to_another_ones_name() -> None:
    create("mix")
    create("Other")
    assert playlist_rename(owner_id=ALICE, name="mix", new_name="MIX").name == "MIX"
    with pytest.raises(LibraryRefused) as refused:
        playlist_rename(owner_id=ALICE, name="MIX", new_name="other")
    assert problem(refused) == "name_taken"


def test_one_is_found_by_ones_own_name_then_the_servers_then_by_a_code() -> None:
    shared = create("Party", owner=ALICE)
    playlist_share(owner_id=ALICE, owner_name="Alice", guild_id=GUILD, name="Party", sharing="server")
    code = playlist_share(owner_id=ALICE, owner_name="Alice", guild_id=GUILD, name="Party", sharing="code").share_code
    assert code is not None
    assert len(code) == CODE_LENGTH

    def meant(name: str, guild_id: int = GUILD) -> int | None:
        found = playlist_playable(member_id=BOB, guild_id=guild_id, name=name)
        return None if found is None else found.pk

    assert (meant("party"), meant("party", ELSEWHERE), meant(code, ELSEWHERE)) == (shared.pk, None, shared.pk)
    assert meant(code.swapcase(), ELSEWHERE) is None, "a code is exact"
    own = create("Party", owner=BOB)
    assert meant("PARTY") == own.pk
    assert [one.pk for one in playlists_seen(member_id=BOB, guild_id=GUILD)] == [own.pk, shared.pk]
    playlist_share(owner_id=ALICE, owner_name="Alice", guild_id=GUILD, name="Party", sharing="private")
    assert meant(code, ELSEWHERE) is None
    assert [one.pk for one in playlists_seen(member_id=BOB, guild_id=GUILD)] == [own.pk]


def test_an_ended_code_never_works_again() -> None:
    create("Party")

    def share(sharing: str) -> str | None:
        return playlist_share(
            owner_id=ALICE,
            owner_name="Alice",
            guild_id=GUILD,
            name="Party",
            sharing=sharing,  # type: ignore[arg-type] # a literal below
        ).share_code

    first = share("code")
    assert share("code") == first, "whoever has it already may go on using it"
    share("private")
    assert share("code") != first


def test_a_favourite_is_kept_once_by_what_it_is() -> None:
    assert favourite_add(member_id=ALICE, track=track("A"))
    assert not favourite_add(member_id=ALICE, track={**track("A"), "encoded": "other", "title": "A (live)"})
    assert favourite_add(member_id=ALICE, track=track("A", source="soundcloud"))
    assert not favourite_has(member_id=BOB, track=track("A"))


def test_the_button_keeps_and_lets_go() -> None:
    assert favourite_toggle(member_id=ALICE, track=track("A"))
    assert favourite_has(member_id=ALICE, track=track("A"))
    assert not favourite_toggle(member_id=ALICE, track=track("A"))
    assert not favourite_has(member_id=ALICE, track=track("A"))


def test_favourites_are_in_the_order_in_which_they_were_added() -> None:
    for title in ("A", "B", "C"):
        favourite_add(member_id=ALICE, track=track(title))
    assert favourite_remove(member_id=ALICE, position=2)["title"] == "B"
    favourite_add(member_id=ALICE, track=track("D"))
    assert [one["title"] for one in favourites_page(member_id=ALICE, first=0, count=10)] == ["A", "C", "D"]
    for position in (0, 4):
        with pytest.raises(LibraryRefused) as refused:
            favourite_remove(member_id=ALICE, position=position)
        assert (problem(refused), refused.value.limit) == ("no_such_favourite", 3)


def test_favourites_have_an_end() -> None:
    Favourite.objects.bulk_create(
        Favourite(member_id=ALICE, identity=f"http:{number}", rank=number, track=track(str(number)))
        for number in range(FAVOURITES_MAX)
    )
    with pytest.raises(LibraryRefused) as refused:
        favourite_add(member_id=ALICE, track=track("one more"))
    assert problem(refused) == "favourites_full"
    assert not favourite_toggle(member_id=ALICE, track=track("7")), "letting go is always possible"


def played(title: str, member_id: int = ALICE, *, guild_id: int = GUILD, days: int = 0) -> None:
    at = datetime.now(UTC) - timedelta(days=days)
    HistoryEntry.objects.create(guild_id=guild_id, member_id=member_id, track=track(title), at=at)


def test_history_is_read_latest_first_and_forgotten_per_guild() -> None:
    played("old", days=91)
    played("older elsewhere", days=100, guild_id=ELSEWHERE)
    played("new", BOB)
    assert [one.track["title"] for one in history_of(guild_id=GUILD)] == ["new", "old"]
    assert [one.track["title"] for one in history_of(guild_id=GUILD, member_id=BOB)] == ["new"]
    assert history_forget(guild_id=GUILD, before=datetime.now(UTC) - timedelta(days=90)) == 1
    assert [one.track["title"] for one in history_of(guild_id=GUILD)] == ["new"]
    assert history_of(guild_id=ELSEWHERE).count() == 1


def test_everything_of_a_member_is_shown_and_erased_and_nothing_of_others() -> None:
    for owner in (ALICE, BOB):
        create("Mix", owner=owner)
        add("Mix", "A", "B", owner=owner)
        favourite_add(member_id=owner, track=track("F"))
        played("H", owner)
    kept = member_library(member_id=ALICE)
    assert [len(kept["playlists"][0]["tracks"]), len(kept["favourites"]), len(kept["history"])] == [2, 1, 1]
    others = member_library(member_id=BOB)
    assert member_erase(member_id=ALICE) == 5, "a playlist, its two tracks, a favourite, a played track"
    assert member_library(member_id=ALICE) == {"playlists": [], "favourites": [], "history": []}
    assert member_library(member_id=BOB) == others
    assert PlaylistTrack.objects.count() == 2
    assert member_erase(member_id=ALICE) == 0
