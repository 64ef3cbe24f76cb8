"""Each fault makes the ears, or the client, notice just what it says."""

import asyncio

import aiohttp
import pytest

from simulator.discord_voice.faults import VoiceFaults
from simulator.discord_voice.udp import RejectedPackets
from tests.simulator.discord_voice.stage import GUILD_ID, Voice


async def test_lost_frames_are_missed_by_the_ears(voice: Voice, tone: list[bytes]) -> None:
    async with voice.client() as client:
        await client.connect()
        await client.play(tone[:50])
        voice.server.set_fault("lose_frames", guild_id=GUILD_ID, count=5)
        await client.play(tone[50:], first=50)
    report = voice.ears.report(GUILD_ID)
    assert (report.frames, report.lost, report.max_gap_ms) == (len(tone) - 5, 5, 120.0)


async def test_a_muted_guild_hears_silence_without_a_gap(voice: Voice, tone: list[bytes]) -> None:
    voice.server.set_fault("mute")
    async with voice.client() as client:
        await client.connect()
        await client.play(tone)
    report = voice.ears.report(GUILD_ID)
    assert (report.frames, report.lost, report.heard_ms) == (len(tone), 0, 0)
    assert report.tone_hz is None
    assert report.rms < 0.001


async def test_a_detuned_guild_does_not_hear_440(voice: Voice, tone: list[bytes]) -> None:
    voice.server.set_fault("tone", guild_id=GUILD_ID)
    async with voice.client() as client:
        await client.connect()
        await client.play(tone)
    report = voice.ears.report(GUILD_ID)
    assert report.lost == 0
    assert report.tone_hz == pytest.approx(440 * 1.19, abs=2)


async def test_faults_of_one_guild_leave_the_others_alone(voice: Voice, tone: list[bytes]) -> None:
    for kind in ("mute", "tone"):
        voice.server.set_fault(kind, guild_id="200")
    voice.server.set_fault("lose_frames", guild_id="200", count=5)
    async with voice.client() as client:
        await client.connect()
        await client.play(tone)
    report = voice.ears.report(GUILD_ID)
    assert report.frames == len(tone)
    assert report.tone_hz == pytest.approx(440, abs=2)


async def test_cleared_faults_are_over(voice: Voice, tone: list[bytes]) -> None:
    for kind in ("mute", "tone"):
        voice.server.set_fault(kind)
    voice.server.set_fault("lose_frames", count=500)
    voice.server.set_fault("delay", guild_id=GUILD_ID, ms=60_000)
    voice.server.clear_faults()
    async with voice.client() as client:
        await client.connect()
        await client.play(tone)
    report = voice.ears.report(GUILD_ID)
    assert report.frames == len(tone)
    assert report.tone_hz == pytest.approx(440, abs=2)


async def test_close_ends_the_connection_with_its_code(voice: Voice) -> None:
    async with voice.client() as client:
        await client.connect()
        voice.server.set_fault("close", guild_id=GUILD_ID, code=4006)
        assert await client.close_code() == 4006


async def test_drop_cuts_the_connection_without_a_close_frame(voice: Voice) -> None:
    async with voice.client() as client:
        await client.connect()
        voice.server.set_fault("drop")
        assert (await client.websocket.receive(timeout=20)).type is aiohttp.WSMsgType.CLOSED
        assert client.websocket.close_code == 1006


async def test_delay_holds_the_handshake_back(voice: Voice) -> None:
    voice.server.set_fault("delay", ms=60_000)
    client = voice.client()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1), client:
            pass
    voice.server.clear_faults()
    await client.__aexit__()


async def test_delay_of_one_guild_holds_its_ready_back(voice: Voice) -> None:
    voice.server.set_fault("delay", guild_id=GUILD_ID, ms=60_000)
    async with voice.client() as client, voice.client("200") as other:
        await other.connect()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await client.identify()


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("lose_frames", {}),
        ("lose_frames", {"count": -1}),
        ("lose_frames", {"count": True}),
        ("delay", {"ms": "long"}),
        ("explode", {}),
    ],
)
def test_a_wrong_order_is_refused(kind: str, params: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="fault"):
        VoiceFaults().set(kind, None, params)


async def test_a_close_code_out_of_range_is_refused(voice: Voice) -> None:
    with pytest.raises(ValueError, match="close code"):
        voice.server.set_fault("close", code=7)


async def test_whoever_may_not_speak_is_taken_and_not_heard(voice: Voice, tone: list[bytes]) -> None:
    voice.doorman.silenced = True
    async with voice.client() as client:
        await client.connect()
        await client.play(tone)
    assert voice.ears.report(GUILD_ID).frames == 0
    assert voice.server.rejected == RejectedPackets()
