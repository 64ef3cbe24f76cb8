"""History, playlists and search."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.scopes import Scope
from apps.library.models import HistoryEntry, Playlist, PlaylistTrack
from project.wire.orders import Suggest
from tests.apps.api.conftest import ALICE, GUILD, OTHER, Api

pytestmark = pytest.mark.django_db

BOB = 2


def track(title: str) -> dict[str, Any]:
    return {"encoded": "x", "identifier": title, "title": title, "author": "Someone", "length_ms": 1}


def test_history_pages_from_the_latest_on_also_within_one_moment(api: Api) -> None:
    now = timezone.now()
    for number in range(5):
        at = now - timedelta(seconds=number // 2)
        HistoryEntry.objects.create(guild_id=GUILD, member_id=BOB, track=track(f"T{number}"), at=at)
    HistoryEntry.objects.create(guild_id=OTHER, member_id=BOB, track=track("Foreign"), at=now)
    token, path, titles = api.token(Scope.PLAYER_READ), "history?limit=2", []
    while path:
        _, page = api.guild("GET", path, token)
        titles += [item["track"]["title"] for item in page["items"]]
        path = f"history?limit=2&cursor={page['next']}" if page["next"] else ""
    assert titles == ["T1", "T0", "T3", "T2", "T4"]


def test_a_cursor_beyond_all_time_is_refused(api: Api) -> None:
    cursor = "WzkyMjMzNzIwMzY4NTQ3NzU4MDcsMV0"  # [2^63 - 1, 1]
    assert api.guild("GET", f"history?cursor={cursor}", api.token())[0].status_code == 422


@pytest.fixture
def playlists(api: Api) -> dict[str, Playlist]:
    made = {
        "alice's": Playlist.objects.create(owner_id=ALICE, name="Own", guild_id=OTHER),
        "shared": Playlist.objects.create(owner_id=BOB, name="Shared", guild_id=GUILD, shared_guild_id=GUILD),
        "foreign": Playlist.objects.create(owner_id=BOB, name="Foreign", guild_id=OTHER, shared_guild_id=OTHER),
        "private": Playlist.objects.create(owner_id=BOB, name="Private", guild_id=GUILD),
    }
    PlaylistTrack.objects.create(playlist=made["shared"], rank=1, track=track("T"))
    return made


def test_a_token_sees_what_its_guild_shares_and_a_person_their_own(api: Api, playlists: dict[str, Playlist]) -> None:
    def names(token: str) -> list[str]:
        return [item["name"] for item in api.ask("GET", "/api/v1/playlists/", token)[1]["items"]]

    assert names(api.token(Scope.PLAYLISTS)) == ["Shared"]
    assert names(api.login(GUILD)) == ["Own"]


def test_one_playlist_is_shown_with_its_tracks_to_those_who_may_see_it(
    api: Api, playlists: dict[str, Playlist]
) -> None:
    token = api.token(Scope.PLAYLISTS)
    _, shown = api.ask("GET", f"/api/v1/playlists/{playlists['shared'].pk}", token)
    assert (shown["length"], [one["title"] for one in shown["tracks"]]) == (1, ["T"])
    assert "encoded" not in shown["tracks"][0]
    for name in ("alice's", "foreign", "private"):
        assert api.ask("GET", f"/api/v1/playlists/{playlists[name].pk}", token)[0].status_code == 404
    assert api.ask("GET", "/api/v1/playlists/99999999999999999999", token)[0].status_code == 404


def test_words_are_looked_up_by_the_guilds_worker(api: Api) -> None:
    api.will_answer("suggest", {"type": "suggestions", "choices": [{"name": "A tone", "value": "https://x"}]})
    answer, found = api.ask("GET", "/api/v1/search?q=tone", api.token(Scope.PLAYER_READ))
    assert (answer.status_code, found) == (200, [{"name": "A tone", "query": "https://x"}])
    assert api.carried_out == [Suggest(words="tone")]


def test_who_manages_several_guilds_says_for_which(api: Api) -> None:
    api.will_answer("suggest", {"type": "suggestions", "choices": []})
    token = api.login(GUILD, OTHER)
    assert api.ask("GET", "/api/v1/search?q=a", token)[1]["reason"] == "guild_id"
    assert api.ask("GET", f"/api/v1/search?q=a&guild_id={OTHER}", token)[0].status_code == 200
    assert api.ask("GET", "/api/v1/search?q=a&guild_id=77", token)[1]["reason"] == "other_guild"


def test_a_search_that_nobody_answers_says_so(api: Api) -> None:
    answer, problem = api.ask("GET", "/api/v1/search?q=a", api.token())
    assert (answer.status_code, problem["reason"]) == (503, "timed_out")
