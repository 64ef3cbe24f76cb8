"""Sign-ins ask Discord no more often than it bears, whichever process they come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.accounts import discord_brake
from apps.accounts.discord_brake import LONGEST_REST, PER_MINUTE, Brake, TooOften
from apps.accounts.discord_login import DiscordAway, DiscordRefused, sign_in
from project.wire import keys
from tests.apps.accounts.discord_fake import Discord
from tests.ports import free_port


class Clock:
    """Stands still until it is turned."""

    now = 1_800_000_000.0

    def time(self) -> float:
        """As time.time."""
        return self.now

    def monotonic(self) -> float:
        """As time.monotonic."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(discord_brake, "time", made)
    return made


@pytest.fixture
def store(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url, decode_responses=True) as made:
        yield made


@pytest.fixture
def nobody() -> redis.Redis:
    """A Redis that is away."""
    return redis.Redis(port=free_port(), retry=Retry(NoBackoff(), 0))


def signed_in() -> None:
    sign_in(code="c", verifier="v", redirect_uri="http://127.0.0.1/back", door="api")


def wait_of(brake: Brake) -> int:
    """How long a member of staff has to wait; 0: not at all."""
    try:
        brake.count("desk")
    except TooOften as often:
        return often.wait_s
    return 0


@pytest.mark.parametrize("path", ["/oauth2/token", "/users/@me", "/users/@me/guilds", "/oauth2/token/revoke"])
def test_after_a_too_many_nobody_asks_for_as_long_as_discord_said(
    discord: dict[str, tuple[int, Any]], store: redis.Redis, path: str
) -> None:
    discord[path], Discord.wait = (429, {}), "30"
    if path == "/oauth2/token/revoke":
        signed_in()
    else:
        with pytest.raises(DiscordAway):
            signed_in()
    asked = list(Discord.asked)
    with pytest.raises(DiscordAway) as caught:
        signed_in()
    assert 28 <= (caught.value.wait_s or 0) <= 31
    assert Discord.asked == asked
    assert 28 <= wait_of(Brake(store)) <= 31, "another process, another door"


@pytest.mark.parametrize(
    ("header", "least", "most"), [(None, 5, 6), ("soon", 5, 6), ("0", 1, 2), ("1e9", LONGEST_REST, LONGEST_REST + 1)]
)
def test_what_discord_says_is_taken_with_sense(
    discord: dict[str, tuple[int, Any]], header: str | None, least: int, most: int
) -> None:
    discord["/oauth2/token"], Discord.wait = (429, {}), header
    for _ in range(2):
        with pytest.raises(DiscordAway) as caught:
            signed_in()
    assert least - 1 <= (caught.value.wait_s or 0) <= most


def test_a_wrong_client_secret_is_not_sent_again_and_again(discord: dict[str, tuple[int, Any]]) -> None:
    discord["/oauth2/token"] = (401, {"error": "invalid_client"})
    with pytest.raises(DiscordRefused):
        signed_in()
    with pytest.raises(DiscordAway):
        signed_in()
    assert Discord.asked == ["/oauth2/token"]


def test_a_rest_ends(store: redis.Redis, clock: Clock) -> None:
    brake = Brake(store)
    brake.rest(30)
    assert wait_of(brake) > 0
    store.delete(keys.SIGN_INS_REST)
    clock.now += 30
    assert wait_of(brake) == 0


def test_a_minute_has_room_for_so_many_and_each_door_has_its_own(store: redis.Redis, clock: Clock) -> None:
    one, other = Brake(store), Brake(store)
    for turn in range(PER_MINUTE["api"]):
        (one, other)[turn % 2].count("api")
    with pytest.raises(TooOften) as caught:
        one.count("api")
    assert caught.value.wait_s == 60 - int(clock.now) % 60
    other.count("desk")
    clock.now += 60
    one.count("api")


def test_while_redis_is_away_each_process_counts_by_itself(nobody: redis.Redis, clock: Clock) -> None:
    brake = Brake(nobody)
    for _ in range(PER_MINUTE["desk"]):
        assert wait_of(brake) == 0
    assert wait_of(brake) > 0
    clock.now += 60
    brake.rest(7)
    assert 7 <= wait_of(brake) <= 8


def test_nothing_of_it_stays(store: redis.Redis) -> None:
    brake = Brake(store)
    brake.count("api")
    brake.rest(7)
    found = store.keys("*sign-ins*")
    assert len(found) == 2
    assert all(0 < store.ttl(key) <= 120 for key in found)
