"""A voice connection that was cut goes on where it was, and a session that is over does not."""

import asyncio

import aiohttp
import pytest

from simulator.discord_voice import Ears, VoiceConnected, VoiceDisconnected, VoiceServer
from simulator.discord_voice.crypto import MODES
from tests.simulator.discord_voice.stage import CHANNEL_ID, GUILD_ID, Doorman, Voice


async def test_a_cut_connection_is_resumed_and_no_frame_is_missed(voice: Voice, tone: list[bytes]) -> None:
    async with voice.client() as client:
        await client.connect()
        await client.play(tone[:30])
        voice.server.abort_connection(GUILD_ID)
        assert not voice.ears.report(GUILD_ID).connected
        await client.play(tone[30:60], first=30)
        await client.open()
        await client.resume()
        assert await client.expect(9) is None
        await client.play(tone[60:], first=60)
        report = voice.ears.report(GUILD_ID)
    assert report.connected
    assert (report.frames, report.lost, report.max_gap_ms) == (len(tone), 0, 20.0)
    assert [type(change) for change in voice.changes[:3]] == [
        VoiceConnected,
        VoiceDisconnected,
        VoiceConnected,
    ]
    assert voice.changes[2] == VoiceConnected(GUILD_ID, "7", CHANNEL_ID, resumed=True)


async def test_resume_repeats_what_was_not_acknowledged(voice: Voice) -> None:
    async with voice.client() as client:
        await client.connect()
        await voice.server.close_connection(GUILD_ID, 4015)
        await client.open()
        client.seq_ack = 1
        await client.resume()
        assert (await client.expect(4))["mode"] == MODES[0]
        await client.expect(9)


@pytest.mark.parametrize("code", [1001, 4009, 4015])
async def test_some_closes_leave_the_session_alive(voice: Voice, code: int) -> None:
    async with voice.client() as client:
        await client.connect()
        await voice.server.close_connection(GUILD_ID, code)
        await client.open()
        await client.resume()
        await client.expect(9)


async def test_sessions_survive_a_restart_of_the_server(voice: Voice, tone: list[bytes]) -> None:
    endpoint = voice.server.endpoint
    async with voice.client() as client:
        await client.connect()
        await client.play(tone[:20])
        await voice.server.stop()
        assert await client.close_code() == 1001
        await voice.server.start()
        assert voice.server.endpoint == endpoint
        await client.open()
        await client.resume()
        await client.expect(9)
        await client.play(tone[20:], first=20)
    assert (voice.ears.report(GUILD_ID).frames, voice.ears.report(GUILD_ID).lost) == (len(tone), 0)


async def test_a_taken_port_is_an_error_and_nothing_stays_bound(voice: Voice) -> None:
    taken = int(voice.server.endpoint.rpartition(":")[2])
    other = VoiceServer(admission=Doorman(), ears=Ears(), tls=None, wss_port=taken)
    with pytest.raises(OSError, match="in use"):
        await other.start()
    again = VoiceServer(admission=Doorman(), ears=Ears(), tls=None, udp_port=other.udp_address[1])
    await again.start()
    await again.stop()


async def test_resume_takes_over_from_a_half_open_connection(voice: Voice) -> None:
    async with voice.client() as client:
        await client.connect()
        stale = client.websocket
        await client.open()
        await client.resume()
        await client.expect(9)
        assert (await stale.receive(timeout=20)).type is aiohttp.WSMsgType.CLOSED
        assert voice.ears.report(GUILD_ID).connected


@pytest.mark.parametrize("end", ["unknown", "client said 1000", "server said 4014", "cut, then left", "other token"])
async def test_a_session_that_is_over_is_not_resumed(voice: Voice, end: str) -> None:
    async with voice.client() as client:
        if end != "unknown":
            await client.connect()
        if end == "client said 1000":
            await client.websocket.close(code=1000)
            await asyncio.wait_for(voice.disconnected.wait(), 20)
        elif end == "server said 4014":
            await voice.server.close_connection(GUILD_ID, 4014)
        elif end == "cut, then left":
            voice.server.abort_connection(GUILD_ID)
            await voice.server.close_connection(GUILD_ID, 4014)
        elif end == "other token":
            client.token = "older"
        await client.open()
        await client.resume()
        assert await client.close_code() == 4006
