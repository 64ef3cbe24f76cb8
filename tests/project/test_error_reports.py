"""What is taken out of an error before anybody outside reads it, and what a process does with a wrong address."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from project.error_reports import ErrorReporter, clean, cleaned

INTERACTION_TOKEN = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTpQbGFudGVkVG9rZW5UaGF0SXNMb25n"


@pytest.mark.parametrize(
    "secret",
    [
        "alice@example.org",
        "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.GhIjKl.abcdefghijklmnopqrstuvwxyz0123456789AB",
        INTERACTION_TOKEN,
        "sk_live_51Abcdefghijklmnopqrstuvwx",
        "whsec_abcdefghijkl",
        "Bearer abcdefgh12345678",
        "123456789012345678",
        "'never gonna give you up'",
        '"never gonna give you up"',
    ],
)
def test_it_is_taken_out_wherever_it_stands(secret: str) -> None:
    said = clean(f"could not use {secret} in slot 12")
    assert secret not in said
    assert said.startswith("could not use ")
    assert said.endswith(" in slot 12")


@pytest.mark.parametrize(
    "detail",
    [
        "DETAIL:  Key (owner_id, lower(name))=(7, my (secret) list) already exists.",
        "DETAIL:  Failing row contains (3, 7, null, Alice, my secret list, {}).",
        "CONTEXT:  JSON data, line 1: my secret list",
    ],
)
def test_a_row_that_postgresql_refuses_is_not_told(detail: str) -> None:
    said = clean(f'duplicate key value violates unique constraint "playlists_owner_name"\n{detail}')
    assert "secret" not in said
    assert "Alice" not in said
    assert said.startswith("duplicate key value violates unique constraint")


def test_a_url_loses_its_login() -> None:
    assert clean("cannot reach redis://:hush@redis:6379/0") == "cannot reach redis://…redis:6379/0"


def test_plain_sentences_stay() -> None:
    sentence = "PostgreSQL did not answer within 1 s; the slot's lease of guild 12 isn't lost"
    assert clean(sentence) == sentence


def test_variables_and_requests_are_left_out() -> None:
    frames = [{"filename": "a.py", "vars": {"token": "x"}}]
    exception = {"values": [{"type": "KeyError", "value": "'typed'", "stacktrace": {"frames": frames}}]}
    told = cleaned({"exception": exception, "request": {"url": "/x"}, "user": {"id": "1"}}, {})  # type: ignore[typeddict-item] # shorter than Sentry's
    assert told == {
        "exception": {"values": [{"type": "KeyError", "value": "…", "stacktrace": {"frames": [{"filename": "a.py"}]}}]},
        "extra": {},
    }


def test_one_kind_of_error_is_not_sent_without_end() -> None:
    reporter = ErrorReporter()
    assert sum(reporter._may_send("A store is away") for _ in range(1_000)) == 10
    assert reporter._may_send("Something else")


def test_without_an_address_nothing_is_imported() -> None:
    code = "from project import logging; logging.configure('tried'); import sys; sys.exit('sentry_sdk' in sys.modules)"
    environment = {**os.environ, "SENTRY_DSN": ""}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0


def test_a_wrong_address_is_refused_and_not_shown() -> None:
    code = "from project import logging; logging.configure('tried')"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "SENTRY_DSN": "no-dsn-but-perhaps-secret"},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 2
    assert "SENTRY_DSN" in ended.stderr
    assert "perhaps-secret" not in ended.stderr + ended.stdout
