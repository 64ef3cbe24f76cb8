"""A page hears what the channel hears, block by block."""

import aiohttp
import numpy as np
import pytest

from simulator.discord_voice.opus import BLOCK_BYTES, CHANNELS, SAMPLE_HZ
from simulator.discord_voice.rtp import FRAME_TICKS, RtpFrame
from tests.simulator.discord_client import RestClient
from tests.simulator.discord_voice.tones import opus_tone

_HZ = 440


async def test_every_block_reaches_the_page(rest: RestClient) -> None:
    frames = opus_tone(_HZ, 1.0)
    guild_id = rest.site.guild.id
    url = f"{rest.site.control_url}/ears/{guild_id}/listen"
    async with aiohttp.ClientSession() as http, http.ws_connect(url) as socket:
        for number, payload in enumerate(frames):
            rest.site.ears.hear(guild_id, RtpFrame(1, number, number * FRAME_TICKS, payload))
        blocks = [await socket.receive_bytes(timeout=20) for _ in range(len(frames) - 1)]
    assert {len(block) for block in blocks} == {BLOCK_BYTES}
    left = np.frombuffer(b"".join(blocks), "<i2")[::CHANNELS]
    spectrum = np.abs(np.fft.rfft(left * np.hanning(len(left))))
    assert np.argmax(spectrum) * SAMPLE_HZ / len(left) == pytest.approx(_HZ, abs=2)


async def test_a_guild_that_does_not_exist_is_404(rest: RestClient) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect(f"{rest.site.control_url}/ears/1/listen")
    assert refused.value.status == 404
