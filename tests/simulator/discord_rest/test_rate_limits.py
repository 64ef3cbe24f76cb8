"""Buckets, their headers, and the global limit."""

from simulator.discord_rest.rate_limits import Allowance, RateLimits
from tests.simulator.discord_client import ManualClock, RestClient

_POST = "POST /channels/{channel_id}/messages"


def test_a_bucket_fills_again_after_its_window() -> None:
    clock = ManualClock()
    limits = RateLimits(clock)
    spent = [limits.spend(_POST, {"channel_id": "1"}, counts_globally=True) for _ in range(6)]
    clock.now += 5
    later = limits.spend(_POST, {"channel_id": "1"}, counts_globally=True)
    assert [one.refused for one in spent] == [False] * 5 + [True]
    assert [one.remaining for one in spent] == [4, 3, 2, 1, 0, 0]
    assert not later.refused


def test_channels_have_buckets_of_their_own_under_one_hash() -> None:
    limits = RateLimits(ManualClock())
    for _ in range(5):
        one = limits.spend(_POST, {"channel_id": "1"}, counts_globally=True)
    other = limits.spend(_POST, {"channel_id": "2"}, counts_globally=True)
    assert other.remaining == 4
    assert other.bucket == one.bucket


def test_the_global_limit_spares_interactions() -> None:
    limits = RateLimits(ManualClock(), overall=Allowance(2, 1.0))
    spent = [limits.spend("GET /users/@me", {}, counts_globally=True) for _ in range(3)]
    callback = limits.spend("POST /interactions", {}, counts_globally=False)
    assert [one.is_global for one in spent] == [False, False, True]
    assert not callback.refused


async def test_a_429_says_when_to_come_again(rest: RestClient) -> None:
    path = f"/channels/{rest.text_channel}/messages"
    replies = [await rest("POST", path, {"content": "x"}) for _ in range(6)]
    refused = replies[-1]
    assert [one.status for one in replies] == [200] * 5 + [429]
    assert replies[0].headers["X-RateLimit-Remaining"] == "4"
    assert 0 < refused.data["retry_after"] <= 5
    assert refused.data["global"] is False
    assert refused.headers["Via"]
    assert refused.headers["X-RateLimit-Bucket"] == replies[0].headers["X-RateLimit-Bucket"]
