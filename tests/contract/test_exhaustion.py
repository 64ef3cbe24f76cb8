"""The trap that costs a node its life: voice endpoints that refuse TCP, sixteen of them (README, fact 9)."""

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.certificates import Certificates
from tests.contract.client import Answer
from tests.contract.stage import REAL_URL, SHORT, Stage, open_stage

pytestmark = pytest.mark.skipif(REAL_URL is not None, reason="would kill the server under test")
NOBODY = "127.0.0.1:1"
GIVE_UP_AFTER = 0.3


async def _connect_nowhere(stage: Stage, session_id: str, guild_id: str) -> Answer:
    voice = stage.voice_state(guild_id, endpoint=NOBODY)
    path = f"/v4/sessions/{session_id}/players/{guild_id}"
    return await stage.client.request("PATCH", path, body={"voice": voice}, patience=GIVE_UP_AFTER)


async def test_a_patch_to_a_refusing_endpoint_never_answers_but_the_player_can_be_used(stage: Stage) -> None:
    listener = await stage.client.ready()
    assert (await _connect_nowhere(stage, listener.session_id, "1")).status == 0
    paused = await stage.client.player(listener.session_id, "1", {"paused": True})
    assert paused.status == 200
    assert (await _connect_nowhere(stage, listener.session_id, "1")).status == 0
    deleted = await stage.client.request("DELETE", f"/v4/sessions/{listener.session_id}/players/1")
    assert deleted.status == 204


async def test_the_rest_api_dies_with_its_last_thread(media_folder: Path, certificates: Certificates) -> None:
    settings = replace(SHORT, hung_patches_that_kill_rest=3)
    async with open_stage(media_folder, certificates, settings) as stage:
        listener = await stage.client.ready()
        for guild_id in ("1", "2", "3"):
            assert (await stage.client.request("GET", "/version")).status == 200
            assert (await _connect_nowhere(stage, listener.session_id, guild_id)).status == 0
        dead = await stage.client.request("GET", "/version", patience=GIVE_UP_AFTER)
        assert dead.status == 0
        assert not listener.socket.closed
