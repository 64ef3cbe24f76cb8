"""Members' playlists, favourites and history at the desk: once, in their language, and nobody else's business."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import workers.background.desk
from apps.library import announcement
from apps.library.models import HistoryEntry, Playlist
from apps.library.selectors import favourites_page, playlist_own, playlist_tracks
from apps.library.validation import Problem
from apps.playback.models import QueueEntry
from project.wire import keys
from project.wire.library import (
    AddFavourite,
    AddQueueToPlaylist,
    AddToPlaylist,
    CreatePlaylist,
    DeletePlaylist,
    ListFavourites,
    ListPlaylists,
    RemoveFavourite,
    RemoveFromPlaylist,
    RenamePlaylist,
    ShowHistory,
    ShowPlaylist,
    SuggestPlaylists,
    ToggleFavourite,
)
from project.wire.messages import Actor, Order
from tests.workers.background.desk.conftest import ALICE, BOB, GUILD, Desk
from workers.background.desk.counter import Counter
from workers.player.facts import TracksFound
from workers.player.track import Track
from workers.screen.language import CATALOGUES

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.usefixtures("store")]


PARTS_MAX = 9
ALICE_2 = Actor(kind="member", user_id=22, name="Alison", locale="en-GB")


def song(title: str) -> Track:
    return Track(
        encoded=f"enc {title}",
        identifier=title,
        title=title,
        author="The Band",
        length_ms=61_000,
        uri=f"https://music.example/{title}",
        source="http",
    )


class Nodes:
    """Knows every query but those with `unknown`, `slow` and `broken`; an `album` has three tracks."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.away = False

    def __call__(self, command_id: str, queries: Sequence[str]) -> list[TracksFound]:
        self.asked += queries
        return [self._found(command_id, query) for query in queries]

    def _found(self, command_id: str, query: str) -> TracksFound:
        if self.away:
            return TracksFound(command_id, (), failure="node_away")
        if "unknown" in query:
            return TracksFound(command_id, ())
        if "slow" in query:
            return TracksFound(command_id, (), failure="timed_out")
        if "broken" in query:
            return TracksFound(command_id, (), failure="source_failed")
        if "album" in query:
            return TracksFound(command_id, tuple(song(f"{query} {number}") for number in (1, 2, 3)), playlist=query)
        return TracksFound(command_id, (song(query), song("a worse match")))


class Visit:
    """Members at the desk, one command after the other."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.nodes, self.count = desk, Nodes(), 0
        desk.counter = Counter(desk.redis, 8, self.nodes)

    def ask(self, order: Order, actor: Actor = ALICE, *, command_id: str = "") -> dict[str, Any]:
        """What Discord is told."""
        self.count += 1
        command = self.desk.publish(command_id or f"c{self.count}", order, actor)
        self.desk.counter.serve(command)
        for _ in range(PARTS_MAX):
            if command.id in self.desk.owed():  # it is carried out in parts
                self.desk.counter.serve(command)
        return self.desk.answers()[-1]

    def says(self, order: Order, actor: Actor = ALICE) -> str:
        """All words of an answer, which only this member sees."""
        answer = self.ask(order, actor)
        assert answer["ephemeral"], "a library is its member's own matter"
        assert not answer.get("error"), answer
        return words(answer)

    def denied(self, order: Order, actor: Actor = ALICE) -> str:
        """Why nothing changed."""
        answer = self.ask(order, actor)
        assert answer["error"], answer
        return words(answer)


def words(answer: dict[str, Any]) -> str:
    embeds = [f"{one['title']} {one['description']} {one['footer']['text']}" for one in answer["payload"]["embeds"]]
    return " ".join([answer["payload"]["content"], *embeds])


@pytest.fixture
def visit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Visit:
    monkeypatch.setattr(announcement, "_client", desk.redis)
    return Visit(desk)


@pytest.fixture
def playing() -> list[int]:
    """The guild plays One; Two and Three wait. The ids of their entries."""
    for number, title in enumerate(("One", "Two", "Three"), start=1):
        QueueEntry.objects.create(
            guild_id=GUILD,
            entry=number,
            rank=number,
            status="current" if number == 1 else "queued",
            track={
                "encoded": "e",
                "identifier": title,
                "title": title,
                "author": "B",
                "length_ms": 5,
                "source": "http",
            },
            requester_id=1,
        )
    return [1, 2, 3]


def titles(name: str, owner: int = 1) -> list[str]:
    playlist = playlist_own(owner_id=owner, name=name)
    assert playlist is not None
    return [one["title"] for one in playlist_tracks(playlist=playlist)]


def test_a_playlist_is_made_filled_shown_and_emptied(visit: Visit) -> None:
    assert "Created the playlist *Mix*" in visit.says(CreatePlaylist(name="Mix"))
    assert "Added *Song A* to *Mix*" in visit.says(AddToPlaylist(name="mix", query="Song A"))
    assert "Added 3 tracks to *Mix*" in visit.says(AddToPlaylist(name="mix", query="album"))
    shown = visit.says(ShowPlaylist(name="MIX"))
    assert "`1.` Song A · 1:01" in shown
    assert "4 tracks · page 1 of 1" in shown
    assert "Took 2 tracks out" in visit.says(RemoveFromPlaylist(name="Mix", first=2, last=3))
    assert titles("Mix") == ["Song A", "album 3"]
    assert "Deleted the playlist *Mix*" in visit.says(DeletePlaylist(name="mix"))
    assert "have no playlist *mix*" in visit.denied(DeletePlaylist(name="mix"))


def test_a_command_that_comes_twice_adds_once_and_is_answered_the_same(visit: Visit) -> None:
    visit.says(CreatePlaylist(name="Mix"))
    first = visit.ask(AddToPlaylist(name="Mix", query="Song A"), command_id="twice")
    assert visit.ask(AddToPlaylist(name="Mix", query="Song A"), command_id="twice") == first
    assert titles("Mix") == ["Song A"]


def test_without_words_it_is_what_plays(visit: Visit, playing: list[int]) -> None:
    visit.says(CreatePlaylist(name="Mix"))
    assert "*One*" in visit.says(AddToPlaylist(name="Mix"))
    assert "*One*" in visit.says(AddFavourite())
    assert visit.nodes.asked == []


def test_where_nothing_plays_there_is_nothing_to_keep(visit: Visit) -> None:
    visit.says(CreatePlaylist(name="Mix"))
    assert "Nothing is playing here" in visit.denied(AddToPlaylist(name="Mix"))
    assert "Nothing is playing here" in visit.denied(AddFavourite())
    assert "nothing to add" in visit.denied(AddQueueToPlaylist(name="New"))
    assert not Playlist.objects.filter(name="New").exists()


def test_the_whole_queue_becomes_a_playlist(visit: Visit, playing: list[int]) -> None:
    assert "Added 3 tracks to *Tonight*" in visit.says(AddQueueToPlaylist(name="Tonight"))
    assert titles("Tonight") == ["One", "Two", "Three"]


def test_what_no_node_finds_changes_nothing(visit: Visit) -> None:
    visit.says(CreatePlaylist(name="Mix"))
    assert "unknown song" in visit.denied(AddToPlaylist(name="Mix", query="unknown song"))
    visit.nodes.away = True
    visit.denied(AddFavourite(query="Song A"))
    assert (titles("Mix"), favourites_page(member_id=1, first=0, count=9)) == ([], [])


def test_the_free_plan_has_three_playlists_per_member(visit: Visit) -> None:
    for name in ("One", "Two", "Three"):
        visit.says(CreatePlaylist(name=name))
    assert "allows you 3 playlists" in visit.denied(CreatePlaylist(name="Four"))
    visit.says(CreatePlaylist(name="Four"), BOB)


def test_favourites_are_added_listed_and_let_go(visit: Visit) -> None:
    visit.says(AddFavourite(query="Song A"))
    assert "already" in visit.says(AddFavourite(query="Song A"))
    assert "`1.` Song A" in visit.says(ListFavourites())
    assert "no longer" in visit.says(RemoveFavourite(position=1))
    assert "There is no such place" in visit.denied(RemoveFavourite(position=1))


def test_the_button_means_the_track_it_was_shown_with(visit: Visit, playing: list[int]) -> None:
    QueueEntry.objects.filter(entry=1).update(status="played")
    assert "*One* is one of your favourites now" in visit.says(ToggleFavourite(entry=1))
    assert "*One* is no longer" in visit.says(ToggleFavourite(entry=1))
    assert "no longer known" in visit.denied(ToggleFavourite(entry=99))


def test_history_shows_what_was_played_for_whom(visit: Visit) -> None:
    for member, title in ((1, "A"), (2, "B")):
        track = {"encoded": "e", "identifier": title, "title": title, "author": "X", "length_ms": 5000}
        HistoryEntry.objects.create(guild_id=GUILD, member_id=member, track=track)
    shown = visit.says(ShowHistory())
    assert shown.index("B · 0:05 · <@2>") < shown.index("A · 0:05 · <@1>")
    assert "<@2>" not in visit.says(ShowHistory(member_id=1))


def test_members_hear_it_in_their_language(visit: Visit) -> None:
    assert "Creé la lista" in visit.says(CreatePlaylist(name="Mix"), BOB)
    assert "Ya tienes" in visit.denied(CreatePlaylist(name="mix"), BOB)
    assert "*Mix* se llama ahora *Otra*" in visit.says(RenamePlaylist(name="Mix", new_name="Otra"), BOB)


def test_names_are_offered_to_who_types_as_they_are_now(visit: Visit) -> None:
    def offered() -> list[str]:
        return [name for name, _ in json.loads(str(visit.desk.redis.get(keys.playlists(1))))]

    visit.says(CreatePlaylist(name="b"))
    visit.says(CreatePlaylist(name="A"))
    visit.says(CreatePlaylist(name="Hers"), ALICE_2)
    assert offered() == ["A", "b"]
    visit.says(RenamePlaylist(name="a", new_name="C"))
    visit.says(DeletePlaylist(name="b"))
    assert offered() == ["C"]
    visit.desk.redis.delete(keys.playlists(1))
    visit.says(ListPlaylists())
    assert offered() == ["C"], "Redis may be emptied"


def test_who_types_after_redis_was_emptied_is_offered_them_and_the_next_letter_asks_nobody(visit: Visit) -> None:
    visit.says(CreatePlaylist(name="b"))
    visit.says(CreatePlaylist(name="A"))
    visit.desk.redis.delete(keys.playlists(1))
    command = visit.desk.publish("typing", SuggestPlaylists())
    visit.desk.counter.serve(command)
    answer = visit.desk.answers()[-1]
    assert (answer["type"], answer["command_id"]) == ("suggestions", "typing")
    assert [choice["name"] for choice in answer["choices"]] == ["A", "b"]
    assert json.loads(str(visit.desk.redis.get(keys.playlists(1)))) == [["A", "A"], ["b", "b"]]


def test_who_has_no_playlist_is_known_to_have_none(visit: Visit) -> None:
    visit.desk.counter.serve(visit.desk.publish("typing", SuggestPlaylists()))
    assert visit.desk.redis.get(keys.playlists(1)) == "[]"


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_sentence_of_the_library_exists_and_is_filled(language: str) -> None:
    folder = Path(workers.background.desk.__file__).parent
    sources = [path.read_text(encoding="utf-8") for path in folder.glob("library_*.py")]
    calls = [node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    said = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("say", "deny")]
    assert len(said) > 20
    for call in said:
        keys = [str(node.value) for node in ast.walk(call.args[0]) if isinstance(node, ast.Constant)]
        names = {str(word.arg) for word in call.keywords}
        for key in keys:
            for form in (f"{key}.one", f"{key}.other") if "n" in names else (key,):
                CATALOGUES[language][form].format(**dict.fromkeys(names, "x"))
    for problem in Problem.__args__:  # type: ignore[attr-defined] # a Literal's values
        CATALOGUES[language][f"library.refused.{problem}"].format(name="x", limit=1)
