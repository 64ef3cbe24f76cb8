"""What a node says becomes facts about entries, whatever else the frame carries."""

from __future__ import annotations

from typing import Any

import pytest

from workers.adapters.lavalink_frames import event_fact, live_player, position_fact
from workers.player.facts import (
    Fact,
    LivePlayer,
    PositionReported,
    TrackEnded,
    TrackFailed,
    TrackStarted,
    TrackStuck,
    VoiceClosed,
)

OURS = {"encoded": "differs from what was sent", "info": {}, "userData": {"entry": 5, "rev": 9, "epoch": 3}}
CAUSE = {"message": "Something went wrong", "severity": "fault", "cause": "HTTP 403", "causeStackTrace": "…"}


def event(kind: str, **fields: Any) -> dict[str, Any]:
    return {"op": "event", "type": kind, "guildId": "1", "track": OURS} | fields


@pytest.mark.parametrize(
    ("frame", "fact"),
    [
        (event("TrackStartEvent"), TrackStarted(5, 1000, 3)),
        (event("TrackEndEvent", reason="finished"), TrackEnded(5, "finished", 1000)),
        (event("TrackEndEvent", reason="loadFailed"), TrackEnded(5, "loadFailed", 1000)),
        (event("TrackEndEvent", reason="cleanup"), TrackEnded(5, "cleanup", 1000)),
        (event("TrackExceptionEvent", exception=CAUSE), TrackFailed(5, "Something went wrong: HTTP 403", 1000)),
        (event("TrackExceptionEvent", exception={"message": None}), TrackFailed(5, "unknown error", 1000)),
        (event("TrackStuckEvent", thresholdMs=10000), TrackStuck(5, 1000)),
        (
            {"op": "event", "type": "WebSocketClosedEvent", "code": 4006, "reason": "gone", "byRemote": True},
            VoiceClosed(4006, "gone", True, 1000),
        ),
        (
            {"op": "event", "type": "WebSocketClosedEvent", "code": 1000, "reason": None, "byRemote": False},
            VoiceClosed(1000, "", False, 1000),
        ),
    ],
)
def test_events_become_facts(frame: dict[str, Any], fact: Fact) -> None:
    assert event_fact(frame, 1000) == fact


def test_an_unknown_end_still_ends_the_track(caplog: pytest.LogCaptureFixture) -> None:
    assert event_fact(event("TrackEndEvent", reason="bored"), 1) == TrackEnded(5, "finished", 1)
    assert "bored" in caplog.text


@pytest.mark.parametrize(
    "track",
    [None, {}, {"userData": {}}, {"userData": None}, {"userData": {"entry": "5"}}, {"userData": {"entry": True}}],
)
def test_events_of_tracks_that_are_not_ours_are_no_facts(track: Any) -> None:
    assert event_fact(event("TrackEndEvent", reason="finished", track=track), 1) is None


def test_events_of_plugins_are_no_facts() -> None:
    assert event_fact(event("SegmentsLoaded"), 1) is None


def test_position_is_true_at_the_nodes_time() -> None:
    state = {"time": 1795503640379, "position": 4321, "connected": True, "ping": 12}

    assert position_fact(state) == PositionReported(4321, 1795503640379, True)


def test_players_are_read_without_their_token() -> None:
    raw = {
        "guildId": "71",
        "track": OURS,
        "volume": 80,
        "paused": True,
        "state": {"time": 99, "position": 4000, "connected": False, "ping": -1},
        "voice": {"token": "secret", "endpoint": "e", "sessionId": "s", "channelId": "5"},
        "filters": {},
    }

    player = live_player(raw)

    assert player == LivePlayer(71, 5, 9, 3, 4000, 99, True, 80, False)
    assert "secret" not in repr(player)
    assert live_player(raw | {"track": None}) == LivePlayer(71, None, 0, 0, 4000, 99, True, 80, False)
