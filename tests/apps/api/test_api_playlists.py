"""Changing playlists through the API: orders for the desk, for those who may."""

from __future__ import annotations

from typing import Any

import pytest

from apps.accounts.models import ApiToken
from apps.accounts.scopes import Scope
from apps.library.models import Playlist
from project.wire.library import (
    AddToPlaylist,
    CreatePlaylist,
    DeletePlaylist,
    RemoveFromPlaylist,
    RenamePlaylist,
    SharePlaylist,
)
from project.wire.messages import Order
from tests.apps.api.conftest import ALICE, GUILD, OTHER, Api

pytestmark = pytest.mark.django_db

BOB = 2
DONE = {"type": "confided", "key": "x"}
CHANGES: list[tuple[str, str, Any, Order]] = [
    ("PATCH", "", {"name": "New"}, RenamePlaylist(name="Own", new_name="New")),
    ("DELETE", "", None, DeletePlaylist(name="Own")),
    ("POST", "/tracks", {"query": "440 Hz"}, AddToPlaylist(name="Own", query="440 Hz")),
    ("DELETE", "/tracks/2", None, RemoveFromPlaylist(name="Own", first=2)),
]


def playlist(owner_id: int = ALICE, shared_guild_id: int | None = None) -> str:
    """The path of a playlist named Own."""
    made = Playlist.objects.create(owner_id=owner_id, name="Own", guild_id=GUILD, shared_guild_id=shared_guild_id)
    return f"/api/v1/playlists/{made.pk}"


@pytest.mark.parametrize(("method", "rest", "body", "order"), CHANGES)
def test_a_person_changes_their_own(api: Api, method: str, rest: str, body: Any, order: Order) -> None:
    api.will_answer(str(order.__struct_config__.tag), DONE, "Done.")
    answer, shown = api.ask(method, playlist() + rest, api.login(OTHER, GUILD), body)
    assert (answer.status_code, shown["sentence"], api.carried_out) == (200, "Done.", [order])
    assert [(one.guild_id, one.actor.user_id) for one in api.queued()] == [(GUILD, ALICE)]


@pytest.mark.parametrize(("method", "rest", "body", "order"), CHANGES)
def test_a_token_changes_what_its_maker_shares_in_its_guild_and_nothing_else(
    api: Api, method: str, rest: str, body: Any, order: Order
) -> None:
    token = api.token(Scope.PLAYLISTS)

    def asked(path: str) -> tuple[int, str]:
        answer, problem = api.ask(method, path + rest, token, body)
        return answer.status_code, problem.get("reason", "")

    assert asked(playlist()) == (404, "not_found"), "it is not shared"
    assert asked(playlist(owner_id=BOB, shared_guild_id=GUILD)) == (403, "not_yours")
    assert api.queued() == []
    Playlist.objects.all().delete()
    assert asked(playlist(shared_guild_id=GUILD))[0] == 202


def test_a_new_one_is_answered_with_its_id(api: Api) -> None:
    Playlist.objects.create(owner_id=ALICE, name="Songs", guild_id=GUILD)  # as the desk makes it
    api.will_answer("playlist_create", DONE)
    answer, shown = api.ask("POST", "/api/v1/playlists/", api.login(GUILD), {"name": "Songs"})
    assert (answer.status_code, shown["name"], shown["length"]) == (201, "Songs", 0)
    assert api.carried_out == [CreatePlaylist(name="Songs")]


def test_a_tokens_is_shared_at_once_and_the_same_key_makes_one(api: Api) -> None:
    Playlist.objects.create(owner_id=ALICE, name="Songs", guild_id=GUILD, shared_guild_id=GUILD)
    for tag in ("playlist_create", "playlist_share"):
        api.will_answer(tag, DONE)
    token = api.token(Scope.PLAYLISTS)
    for _ in range(2):
        answer, _shown = api.ask("POST", "/api/v1/playlists/", token, {"name": "Songs"}, Idempotency_Key="k")
        assert answer.status_code == 201
    assert api.carried_out == [CreatePlaylist(name="Songs"), SharePlaylist(name="Songs")]


def test_what_the_library_refuses_is_a_problem(api: Api) -> None:
    api.will_answer("playlist_create", {"type": "denied", "key": "library.refused.name_form"}, "No.", error=True)
    answer, problem = api.ask("POST", "/api/v1/playlists/", api.login(GUILD), {"name": "Songs"})
    assert (answer.status_code, problem["reason"], problem["detail"]) == (422, "library.refused.name_form", "No.")


def test_a_token_of_nobody_has_no_playlists(api: Api) -> None:
    token = api.token(Scope.PLAYLISTS)
    ApiToken.objects.update(created_by=None)
    answer, problem = api.ask("POST", "/api/v1/playlists/", token, {"name": "Songs"})
    assert (answer.status_code, problem["reason"]) == (403, "no_owner")


def test_the_guild_must_be_in_reach(api: Api) -> None:
    answer, problem = api.ask("POST", "/api/v1/playlists/", api.login(GUILD), {"name": "A", "guild_id": str(OTHER)})
    assert (answer.status_code, problem["reason"]) == (403, "other_guild")
    answer, problem = api.ask("POST", "/api/v1/playlists/", api.login(), {"name": "A"})
    assert (answer.status_code, problem["reason"]) == (403, "no_guild")
