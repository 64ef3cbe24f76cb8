"""A client over TLS and UDP: what it may do, what it hears back, and what the ears make of it."""

import asyncio

import aiohttp
import pytest

from simulator.discord_voice import VoiceDisconnected
from simulator.discord_voice.crypto import MODES
from simulator.discord_voice.opus import SILENCE_FRAME
from tests.simulator.discord_voice.stage import CHANNEL_ID, GUILD_ID, Voice


@pytest.mark.parametrize("mode", MODES)
async def test_a_tone_is_heard_as_it_was_played(voice: Voice, tone: list[bytes], mode: str) -> None:
    async with voice.client() as client:
        await client.connect(mode)
        await client.play(tone)
        report = voice.ears.report(GUILD_ID)
    assert report.connected
    assert report.channel_id == CHANNEL_ID
    assert (report.frames, report.lost, report.max_gap_ms) == (len(tone), 0, 20.0)
    assert report.tone_hz == pytest.approx(440, abs=2)
    assert report.rms == pytest.approx(10_000 / 32768 / 2**0.5, rel=0.05)
    assert report.heard_ms == 2000


async def test_five_dropped_frames_are_noticed(voice: Voice, tone: list[bytes]) -> None:
    async with voice.client() as client:
        await client.connect()
        await client.play(tone, omit=frozenset(range(40, 45)))
    report = voice.ears.report(GUILD_ID)
    assert (report.frames, report.lost, report.max_gap_ms) == (len(tone) - 5, 5, 120.0)


async def test_discovery_tells_the_client_its_own_address(voice: Voice) -> None:
    async with voice.client() as client:
        await client.identify()
        assert await client.discover() == client.address


async def test_discovery_by_a_stranger_is_counted(voice: Voice) -> None:
    async with voice.client() as client:
        await client.identify()
        client.ssrc += 1
        client.send_packet(bytes.fromhex("00010046") + bytes(70))
        await client.settle()
    assert voice.server.rejected.unknown_ssrc == 1


async def test_ready_offers_both_modes_and_the_udp_port(voice: Voice) -> None:
    async with voice.client() as client:
        ready = await client.identify()
    assert ready["modes"] == ["aead_aes256_gcm_rtpsize", "aead_xchacha20_poly1305_rtpsize"]
    assert (ready["ip"], ready["port"]) == voice.server.udp_address


async def test_server_messages_are_numbered(voice: Voice) -> None:
    async with voice.client() as client:
        await client.identify()
        assert client.seq_ack == 1
        await client.select(MODES[0])
        assert client.seq_ack == 2


async def test_heartbeats_are_echoed(voice: Voice) -> None:
    async with voice.client() as client:
        await client.expect(8)
        await client.send(3, {"t": 1795503912267, "seq_ack": 2})
        assert await client.expect(6) == {"t": 1795503912267}


@pytest.mark.parametrize("heartbeat_ms", [300])
async def test_a_client_with_heartbeats_stays(voice: Voice) -> None:
    """A client may miss one beat: it beats here for longer than two intervals."""
    loop = asyncio.get_running_loop()
    async with voice.client() as client:
        await client.expect(8)
        end = loop.time() + 0.8
        while loop.time() < end:
            await client.send(3, {"t": 1, "seq_ack": -1})
            await client.expect(6)


@pytest.mark.parametrize("heartbeat_ms", [50])
async def test_a_client_without_heartbeat_times_out(voice: Voice) -> None:
    async with voice.client() as client:
        await client.expect(8)
        assert await client.close_code() == 4009


async def test_a_certificate_of_unknown_origin_is_refused_by_clients(voice: Voice) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await http.ws_connect(f"wss://{voice.server.endpoint}/?v=8")


@pytest.mark.parametrize(("session_id", "token", "code"), [("voice-session", "wrong", 4004), ("stale", "good", 4006)])
async def test_the_world_refuses(voice: Voice, session_id: str, token: str, code: int) -> None:
    async with voice.client() as client:
        client.session_id = session_id
        await client.expect(8)
        identity = {"server_id": GUILD_ID, "user_id": "7", "session_id": session_id, "token": token}
        await client.send(0, identity)
        assert await client.close_code() == code
    assert not voice.ears.report(GUILD_ID).connected
    assert voice.changes == []


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (0, {"server_id": GUILD_ID}, 4002),
        (0, None, 4002),
        (1, {"protocol": "udp", "data": {"mode": MODES[0]}}, 4003),
        (5, {"speaking": 1}, 4003),
        (77, {}, 4001),
    ],
)
async def test_a_wrong_first_message_ends_the_connection(voice: Voice, op: int, data: object, code: int) -> None:
    async with voice.client() as client:
        await client.expect(8)
        await client.send(op, data)
        assert await client.close_code() == code


async def test_what_is_not_json_ends_the_connection(voice: Voice) -> None:
    async with voice.client() as client:
        await client.expect(8)
        await client.websocket.send_str("{")
        assert await client.close_code() == 4002


@pytest.mark.parametrize(
    ("selection", "code"),
    [
        ({"protocol": "webrtc", "data": {"mode": MODES[0]}}, 4012),
        ({"protocol": "udp", "data": {"mode": "xsalsa20_poly1305"}}, 4016),
        ({"protocol": "udp"}, 4002),
    ],
)
async def test_a_wrong_protocol_ends_the_connection(voice: Voice, selection: dict[str, object], code: int) -> None:
    async with voice.client() as client:
        await client.identify()
        await client.send(1, selection)
        assert await client.close_code() == code


async def test_identifying_twice_ends_the_connection(voice: Voice) -> None:
    async with voice.client() as client:
        await client.identify()
        await client.send(0, {"server_id": GUILD_ID})
        assert await client.close_code() == 4005


async def test_what_lavalink_also_says_is_taken_in_silence(voice: Voice) -> None:
    async with voice.client() as client:
        await client.identify()
        await client.send(15, {"any": 0})
        await client.send(12, {"audio_ssrc": client.ssrc, "video_ssrc": 0, "rtx_ssrc": 0})
        await client.websocket.send_bytes(b"\x1a\x00")
        await client.send(3, {"t": 1, "seq_ack": 1})
        assert await client.expect(6) == {"t": 1}


async def test_leaving_ends_the_connection_and_the_sound(voice: Voice, tone: list[bytes]) -> None:
    async with voice.client() as client:
        await client.connect()
        await client.play(tone[:10])
        leaving = asyncio.create_task(voice.server.close_connection(GUILD_ID, 4014, "Disconnected."))
        assert await client.close_code() == 4014
        await leaving
        await client.play(tone[10:20], first=10)
        report = voice.ears.report(GUILD_ID)
    assert (report.connected, report.channel_id, report.frames) == (False, None, 10)
    assert voice.server.rejected.unknown_ssrc == 10
    assert voice.changes[-1] == VoiceDisconnected(GUILD_ID, "7", 4014)


async def test_signing_in_again_ends_the_former_connection(voice: Voice) -> None:
    async with voice.client() as former, voice.client() as latter:
        await former.connect()
        await latter.connect()
        assert await former.close_code() == 4006
        assert voice.ears.report(GUILD_ID).connected


async def test_guilds_are_heard_apart(voice: Voice, tone: list[bytes]) -> None:
    async with voice.client() as one, voice.client(guild_id="200") as other:
        await one.connect()
        await other.connect()
        await one.play(tone[:20])
        await other.play([SILENCE_FRAME] * 5)
    assert (voice.ears.report(GUILD_ID).frames, voice.ears.report(GUILD_ID).heard_ms) == (20, 400)
    assert (voice.ears.report("200").frames, voice.ears.report("200").heard_ms) == (5, 0)


async def test_a_moved_connection_is_heard_elsewhere(voice: Voice) -> None:
    async with voice.client() as client:
        await client.connect()
        voice.server.move(GUILD_ID, "556")
        assert voice.ears.report(GUILD_ID).channel_id == "556"


@pytest.mark.parametrize("byte", [0, 2, 7, 13, -1])
async def test_a_tampered_packet_is_counted_not_heard(voice: Voice, tone: list[bytes], byte: int) -> None:
    async with voice.client() as client:
        await client.connect()
        packet = bytearray(client.sealed(0, tone[0]))
        packet[byte] ^= 0x10
        client.send_packet(bytes(packet))
        client.send_packet(b"\x80\x78short")
        await client.play(tone[1:3], first=1)
    rejected = voice.server.rejected
    assert voice.ears.report(GUILD_ID).frames == 2
    assert rejected.malformed >= 1
    assert rejected.bad_authentication + rejected.malformed == 2


async def test_a_strangers_packet_is_counted_not_heard(voice: Voice, tone: list[bytes]) -> None:
    async with voice.client() as client:
        await client.connect()
        client.ssrc += 1
        await client.play(tone[:3])
    assert voice.server.rejected.unknown_ssrc == 3
    assert voice.ears.report(GUILD_ID).frames == 0


async def test_rtcp_is_no_sound(voice: Voice) -> None:
    async with voice.client() as client:
        await client.connect()
        client.send_packet(b"\x81\xc9\x00\x07" + bytes(40))
        await client.settle()
    assert voice.server.rejected.foreign == 1
