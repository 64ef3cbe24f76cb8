"""Whatever the description allows, and much that it does not: no fault of ours, no answer that it does not name."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.accounts.scopes import Scope
from apps.api.schema import description
from apps.library.models import HistoryEntry, Playlist
from apps.playback.models import Command as Recorded
from apps.playback.models import Player, QueueEntry
from project import settings as process
from tests.apps.api.conftest import ALICE, GUILD, Api

pytestmark = pytest.mark.django_db

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ENDLESS = {"event_stream"}
"""Answers with a stream; tests/flows/test_api.py reads it."""
UNGUESSABLE = {"login_callback", "token_revoke"}
FOR_PEOPLE = {"token_list", "token_create", "logout", "me_export", "me_erase"}
DONE = "00000000-0000-4000-8000-000000000001"
KNOWN = {"guild_id": str(GUILD), "command_id": DONE, "playlist_id": "1", "position": "2", "token_id": "1"}
"""Where there is something."""
TRACK = {"encoded": "x", "identifier": "t", "title": "T", "author": "Someone", "length_ms": 1}

schema: Any = schemathesis.openapi.from_dict(description())
schema.app = get_wsgi_application()
OPERATIONS = {
    operation.definition.raw["operationId"]: operation
    for operation in (result.ok() for result in schema.get_all_operations())
    if operation.definition.raw["operationId"] not in ENDLESS
}


@pytest.fixture
def tokens(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str | None]]:
    """One of each scope, one of all, a person's, none; in a guild where there is something to see."""
    monkeypatch.setattr(process, "DISCORD_CLIENT_SECRET", "of the tests")
    for signal in (request_started, request_finished):  # they would close the connection of the test's transaction
        signal.disconnect(close_old_connections)
    api.will_answer("suggest", {"type": "suggestions", "choices": [{"name": "T", "value": "t"}]})
    Player.objects.create(guild_id=GUILD, current_entry=1)
    for entry, status in enumerate(("current", "queued", "queued"), start=1):
        QueueEntry.objects.create(
            guild_id=GUILD, entry=entry, rank=entry, status=status, track=TRACK, requester_id=ALICE
        )
    HistoryEntry.objects.create(guild_id=GUILD, member_id=ALICE, track=TRACK)
    Playlist.objects.create(pk=1, owner_id=ALICE, name="Mine", guild_id=GUILD, shared_guild_id=GUILD)
    Recorded.objects.create(id=DONE, guild_id=GUILD, kind="skip", actor={}, outcome={"type": "said", "key": "x"})
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    yield [*(api.token(scope) for scope in Scope), api.token(), api.login(GUILD), None]
    logging.getLogger("django.request").setLevel(logging.NOTSET)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def cases(operation: Any) -> st.SearchStrategy[Any]:
    """Requests that fit the description, and, where one can be wrong, others."""
    fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if operation.method.upper() in {"GET", "DELETE"}:
        return fitting  # type: ignore[no-any-return] # schemathesis has no types here
    return st.one_of(fitting, operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_request_is_answered_with_a_fault_or_outside_the_description(name: str, tokens: list[str | None]) -> None:
    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=cases(OPERATIONS[name]), token=st.sampled_from(tokens), known=st.booleans())
    def ask(case: Any, token: str | None, known: bool) -> None:
        asked(case, token, KNOWN if known else {})

    ask()


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - UNGUESSABLE))
def test_the_description_leads_to_success(name: str, tokens: list[str | None]) -> None:
    *_, everything, person, _nobody = tokens
    statuses = set()

    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=OPERATIONS[name].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def ask(case: Any) -> None:
        case.headers.pop("Idempotency-Key", None)  # the shortest ones were used for something else before
        statuses.add(asked(case, person if name in FOR_PEOPLE else everything, KNOWN))

    ask()
    assert min(statuses) < 400


def asked(case: Any, token: str | None, place: dict[str, str]) -> int:
    """The status of an answer that passed all checks."""
    case.path_parameters = {name: place.get(name, any_) for name, any_ in (case.path_parameters or {}).items()}
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return int(case.call_and_validate(headers=headers, checks=CHECKS).status_code)
