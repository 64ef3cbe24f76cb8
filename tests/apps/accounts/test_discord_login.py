"""What Discord answers when somebody signs in: whom it names, that it refuses, that it is away."""

from __future__ import annotations

from typing import Any

import pytest

from apps.accounts.discord_login import DiscordAway, DiscordRefused, Person, sign_in
from tests.apps.accounts.discord_fake import Discord


def signed_in() -> Person:
    return sign_in(code="c", verifier="v", redirect_uri="http://127.0.0.1/back", door="api")


def test_the_guilds_that_somebody_manages_are_known_and_discords_token_is_given_back(discord: Any) -> None:
    assert signed_in() == Person(1, "Alice", {7: "Owned", 8: "Managed"})
    assert Discord.asked[-1] == "/oauth2/token/revoke"


def test_a_code_that_is_none_is_refused(discord: dict[str, tuple[int, Any]]) -> None:
    discord["/oauth2/token"] = (400, {"error": "invalid_grant"})
    with pytest.raises(DiscordRefused):
        signed_in()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/oauth2/token", (503, {})),
        ("/oauth2/token", (200, b"<html>")),
        ("/oauth2/token", (200, [])),
        ("/users/@me", (200, {"id": "x"})),
        ("/users/@me/guilds", (429, {"retry_after": 1})),
        ("/users/@me/guilds", (200, {"message": "?"})),
    ],
)
def test_a_discord_that_answers_otherwise_is_away(
    discord: dict[str, tuple[int, Any]], path: str, answer: tuple[int, Any]
) -> None:
    discord[path] = answer
    with pytest.raises(DiscordAway) as caught:
        signed_in()
    assert caught.value.__cause__ is None or "code" not in str(caught.value)


def test_a_token_that_cannot_be_given_back_does_not_matter(discord: dict[str, tuple[int, Any]]) -> None:
    discord["/oauth2/token/revoke"] = (500, {})
    assert signed_in().user_id == 1
