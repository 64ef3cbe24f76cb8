"""What a node plays is heard: the right tone, whole, and lost frames are noticed."""

import pytest

from tests.contract.playing import has_event, hears, play
from tests.contract.stage import REAL_URL, Stage
from tests.contract.waiting import until

GUILD = "9500"
HALF_SECOND = 25
ours_only = pytest.mark.skipif(REAL_URL is not None, reason="orders a fault from the simulator's node")


@pytest.mark.parametrize("name", ["tone10.mp3", "tone10.opus"])
async def test_the_channel_hears_440_hz_without_a_gap(stage: Stage, name: str) -> None:
    listener = await stage.client.ready()
    await play(stage, listener, GUILD, name)
    await hears(stage, GUILD, 3 * HALF_SECOND)
    heard = stage.ears.report(GUILD)
    assert heard.tone_hz == pytest.approx(440, abs=2)
    assert (heard.lost, heard.max_gap_ms) == (0, 20.0)


@ours_only
async def test_five_frames_that_never_left_are_noticed(stage: Stage) -> None:
    listener = await stage.client.ready()
    await play(stage, listener, GUILD, "tone10.mp3")
    await hears(stage, GUILD, HALF_SECOND)
    order = {"kind": "lose_frames", "count": 5, "guild_id": GUILD}
    answer = await stage.client.request("POST", "/_sim/faults", body=order)
    assert answer.status == 200
    await until(lambda: stage.ears.report(GUILD).lost == 5, "five lost frames")
    await hears(stage, GUILD, HALF_SECOND)
    assert stage.ears.report(GUILD).max_gap_ms == 120.0


async def test_half_volume_is_heard_quieter_and_back(stage: Stage) -> None:
    listener = await stage.client.ready()
    await play(stage, listener, GUILD, "tone300.mp3")
    await hears(stage, GUILD, 3 * HALF_SECOND)
    loud = stage.ears.report(GUILD).rms
    await stage.client.player(listener.session_id, GUILD, {"volume": 50})
    await until(lambda: stage.ears.report(GUILD).rms < 0.5 * loud, "less than half as loud")
    await stage.client.player(listener.session_id, GUILD, {"volume": 100})
    await until(lambda: stage.ears.report(GUILD).rms > 0.9 * loud, "as loud as before")
    assert stage.ears.report(GUILD).lost == 0


async def test_pausing_and_seeking_keep_the_packets_in_one_row(stage: Stage) -> None:
    listener = await stage.client.ready()
    await play(stage, listener, GUILD, "tone300.mp3")
    await hears(stage, GUILD, HALF_SECOND)
    paused = await stage.client.player(listener.session_id, GUILD, {"paused": True})
    assert paused.body["paused"] is True
    await stage.client.player(listener.session_id, GUILD, {"paused": False, "position": 100_000})
    assert await listener.until(
        lambda frames: any(frame["op"] == "playerUpdate" and frame["state"]["position"] > 100_000 for frame in frames)
    )
    await hears(stage, GUILD, HALF_SECOND)
    heard = stage.ears.report(GUILD)
    assert (heard.lost, heard.max_gap_ms) == (0, 20.0)


async def test_the_next_track_follows_in_the_same_row(stage: Stage) -> None:
    listener = await stage.client.ready()
    await play(stage, listener, GUILD, "tone3.wav", endTime=1000)
    assert await has_event(listener, "TrackEndEvent", reason="finished")
    await play(stage, listener, GUILD, "tone10.flac")
    await hears(stage, GUILD, 2 * HALF_SECOND)
    heard = stage.ears.report(GUILD)
    assert (heard.lost, heard.max_gap_ms) == (0, 20.0)
