"""Sessions outlive their websocket: recordings 40 to 47, with the other process played by another websocket."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from simulator.certificates import Certificates
from tests.contract.client import USER_ID, Listener
from tests.contract.comparison import event_summary
from tests.contract.playing import gone, has_event, hears, play, resuming
from tests.contract.playing import load as load_track
from tests.contract.recording import Recording, load
from tests.contract.stage import REAL_URL, SHORT, SLOW, Stage, open_stage
from tests.contract.waiting import until

GUILD = "9201"
RACES = 12
"""Trials of recording 47, which made 60 of each."""


def _kinds(frames: list[dict[str, Any]]) -> list[str]:
    """Name frames as the recordings are compared: stats may come at any time."""
    return [
        event_summary(frame) if frame["op"] == "event" else f"{frame['op']} {frame.get('resumed', '')}".strip()
        for frame in frames
        if frame["op"] != "stats"
    ]


def _recorded(recording: Recording, label: str) -> list[str]:
    return _kinds(recording.frames(label))


async def _first_frames(listener: Listener, count: int) -> list[str]:
    assert await listener.until(lambda frames: len(_kinds(frames)) >= count)
    return _kinds(listener.frames)[:count]


async def test_40_resume_after_sigkill(stage: Stage) -> None:
    recording = load("40-resume-after-sigkill")
    first = await resuming(stage, 30)
    await play(stage, first, GUILD, "tone300.mp3")
    await hears(stage, GUILD, 25)
    first.abort()
    await gone(stage, first)
    for method, body in (("GET", None), ("PATCH", {"paused": True})):
        path = f"/v4/sessions/{first.session_id}/players/{GUILD}"
        answer = await stage.client.request(method, path, body=body)
        assert (answer.status, answer.body["message"]) == (404, "Session not found")
    await hears(stage, GUILD, 25)
    second = await stage.client.resume(first.session_id)
    assert second.response_headers["Session-Resumed"] == "true"
    assert await _first_frames(second, 2) == _recorded(recording, "procB")[:2]
    assert second.session_id == first.session_id
    shown = await stage.client.show(second.session_id, GUILD)
    assert shown.body["state"]["position"] > 800
    assert stage.ears.report(GUILD).lost == 0
    assert stage.ears.report(GUILD).max_gap_ms == 20.0


async def test_40_a_session_resumes_again_under_another_user_and_keeps_its_settings(stage: Stage) -> None:
    recording = load("40-resume-after-sigkill")
    first = await resuming(stage, 30)
    await play(stage, first, GUILD, "tone300.mp3")
    await first.close()
    await gone(stage, first)
    again = await stage.client.resume(first.session_id, user_id="42")
    assert await _first_frames(again, 2) == _recorded(recording, "procB-again")[:2]
    answer = await stage.client.request("PATCH", f"/v4/sessions/{again.session_id}", body={})
    assert answer.body == {"resuming": True, "timeout": 30}


async def test_40_an_open_session_cannot_be_taken_over(stage: Stage) -> None:
    first = await resuming(stage, 30)
    thief = await stage.client.resume(first.session_id)
    assert thief.response_headers["Session-Resumed"] == "false"
    assert await _first_frames(thief, 1) == _recorded(load("40-resume-after-sigkill"), "thief")[:1]
    assert thief.session_id != first.session_id


async def test_40_switching_resuming_off_ends_everything_with_the_websocket(stage: Stage) -> None:
    first = await resuming(stage, 30)
    await play(stage, first, GUILD, "tone300.mp3")
    await hears(stage, GUILD, 10)
    await stage.client.request("PATCH", f"/v4/sessions/{first.session_id}", body={"resuming": False})
    await first.close()
    await gone(stage, first)
    await until(lambda: not stage.ears.report(GUILD).connected, "voice closed")


async def test_41_track_ends_in_gap(stage: Stage) -> None:
    """41-track-ends-in-gap: the end is told after `ready`, before the positions."""
    first = await resuming(stage, 60)
    await play(stage, first, "9202", "tone10.mp3", position=8500)
    await hears(stage, "9202", 10)
    first.abort()
    await gone(stage, first)
    await until(lambda: stage.ears.report("9202").frames >= 70, "the track's last frames")
    second = await stage.client.resume(first.session_id)
    assert await _first_frames(second, 3) == _recorded(load("41-track-ends-in-gap"), "procB")
    shown = await stage.client.show(second.session_id, "9202")
    assert shown.body["track"] is None


@pytest.mark.skipif(not SLOW or REAL_URL is not None, reason="needs a gap longer than the server's stats interval")
async def test_42_a_long_gap_keeps_stats_but_no_positions(media_folder: Path, certificates: Certificates) -> None:
    """42-long-gap-70s, with stats every second instead of every minute."""
    recorded = [frame["op"] for frame in load("42-long-gap-70s").frames("procB")]
    async with open_stage(media_folder, certificates, replace(SHORT, stats_every=1.0)) as stage:
        first = await resuming(stage, 120)
        await play(stage, first, "9203", "tone300.mp3")
        first.abort()
        await gone(stage, first)
        before = stage.ears.report("9203").frames
        # Seventy frames are 1.4 s: positions would have been due, and stats once.
        await until(lambda: stage.ears.report("9203").frames >= before + 70, "a gap with stats in it")
        second = await stage.client.resume(first.session_id)
        assert await second.until(lambda frames: len(frames) >= 3)
        assert list(dict.fromkeys(frame["op"] for frame in second.frames)) == recorded
        assert second.frames[0]["op"] == "ready"
        assert next(frame for frame in second.frames if frame["op"] == "stats")["players"] == 0


async def test_43_resume_timeout(stage: Stage) -> None:
    """43-resume-timeout: voice is closed in time, and the id is worth nothing after it."""
    first = await resuming(stage, 1)
    await play(stage, first, "9204", "tone300.mp3")
    await hears(stage, "9204", 10)
    first.abort()
    await gone(stage, first)
    assert stage.ears.report("9204").connected
    await until(lambda: not stage.ears.report("9204").connected, "voice closed by the time-out")
    late = await stage.client.resume(first.session_id)
    assert late.response_headers["Session-Resumed"] == "false"
    assert await _first_frames(late, 1) == _recorded(load("43-resume-timeout"), "procB")[:1]


async def test_44_half_open(stage: Stage) -> None:
    """44-half-open: a client that neither reads nor closes keeps its session; once it is gone it resumes."""
    recording = load("44-half-open")
    first = await resuming(stage, 30)
    await play(stage, first, "9205", "tone300.mp3")
    refused = await stage.client.resume(first.session_id)
    assert await _first_frames(refused, 1) == _recorded(recording, "procB")[:1]
    held = await stage.client.show(first.session_id, "9205")
    assert held.status == 200
    first.abort()
    await gone(stage, first)
    second = await stage.client.resume(first.session_id)
    assert await _first_frames(second, 2) == _recorded(recording, "procB2")[:2]


async def test_45_resume_race(stage: Stage) -> None:
    """45-resume-race: of two clients exactly one resumes; a wrong password resumes nothing."""
    first = await resuming(stage, 30)
    await play(stage, first, "9206", "tone300.mp3")
    first.abort()
    await gone(stage, first)
    wrong = {"Authorization": "nope", "User-Id": USER_ID, "Session-Id": first.session_id}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await stage.client.listen(wrong)
    assert refusal.value.status == load("45-resume-race").of_kind("ws-open-failed")[0].data["status"]
    both = await asyncio.gather(*(stage.client.resume(first.session_id) for _ in range(2)))
    assert sorted(each.response_headers["Session-Resumed"] for each in both) == ["false", "true"]
    for each in both:
        said = next(frame for frame in each.frames if frame["op"] == "ready")["resumed"]
        assert str(said).lower() == each.response_headers["Session-Resumed"]


async def test_46_resume_no_voice(stage: Stage) -> None:
    """46-resume-no-voice: a player without voice is resumed as well."""
    first = await resuming(stage, 30)
    track = await load_track(stage, "tone300.mp3")
    await stage.client.player(first.session_id, "9207", {"track": {"encoded": track["encoded"]}})
    assert await has_event(first, "TrackStartEvent")
    first.abort()
    await gone(stage, first)
    second = await stage.client.resume(first.session_id)
    assert await _first_frames(second, 2) == _recorded(load("46-resume-no-voice"), "procB")
    state = next(frame for frame in second.frames if frame["op"] == "playerUpdate")["state"]
    assert (state["position"], state["connected"], state["ping"]) == (0, False, -1)


async def test_47_immediate_reconnect(stage: Stage) -> None:
    """47-immediate-reconnect: right after a close a session resumes at the first try, every time."""
    result = load("47-immediate-reconnect").of_kind("result")[0].data["result"]["close-then-connect"]
    assert result["resumed"] == result["of"]
    listener = await resuming(stage, 30)
    for _ in range(RACES):
        await listener.close()
        listener = await stage.client.resume(listener.session_id)
        assert listener.response_headers["Session-Resumed"] == "true"
