"""Requests to Discord are counted by what they are for, without ids and tokens."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from bot.call_counts import call_of, count_call


@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("/api/v10/interactions/1/aW50.token/callback", "first response"),
        ("/api/v10/webhooks/1/aW50.token/messages/@original", "answer"),
        ("/api/v10/channels/1/messages", "message"),
        ("/api/v10/channels/1/messages/2", "message"),
        ("/api/v10/channels/1", "other"),
        ("/api/v10/guilds/1/voice-states/2", "voice state"),
        ("/api/v10/applications/1/commands", "registration"),
    ],
)
def test_a_call_is_named_by_its_purpose(path: str, call: str) -> None:
    assert call_of(path) == call


@pytest.mark.parametrize(("headers", "scope"), [({"X-RateLimit-Scope": "global"}, "global"), ({}, "none")])
def test_a_limit_is_counted_by_its_scope(headers: dict[str, str], scope: str) -> None:
    def limited() -> float:
        return REGISTRY.get_sample_value("gateway_discord_limited_total", {"scope": scope}) or 0.0

    before = limited()
    count_call("/api/v10/channels/1/messages", 429, headers, 0.1)
    count_call("/api/v10/channels/1/messages", 200, headers, 0.1)
    assert limited() == before + 1
