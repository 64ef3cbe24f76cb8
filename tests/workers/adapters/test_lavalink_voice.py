"""Voice endpoints are judged before a node's thread is risked on them, and left alone after they let one hang."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from simulator.lavalink_node.faults import RequestFault
from tests.workers.adapters.lavalink_stage import USER_ID, Notebook, Stage, node_stage
from workers.adapters import lavalink_calls, lavalink_rest
from workers.adapters.lavalink_rest import NoAnswer
from workers.adapters.lavalink_session import LavalinkSession
from workers.adapters.lavalink_voice import DRAIN_AT, EndpointResting, VoiceEndpoints
from workers.ports import Away, NodeRefused, VoiceCredentials

GOOD = "rotterdam1234.discord.media:443"


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def credentials(endpoint: str) -> VoiceCredentials:
    return VoiceCredentials(session_id="vs", channel_id=5, token="voice-token-secret", endpoint=endpoint)


@pytest.mark.parametrize(
    "endpoint", [GOOD, "c-ams12-0a1b2c.discord.media:2053", "US-EAST1.discord.gg", "x.discord.media:80"]
)
def test_discords_endpoints_pass(endpoint: str) -> None:
    VoiceEndpoints(sandbox=False).check(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "wss://rotterdam1.discord.media",
        "rotterdam1.discord.media:443/?v=8",
        "user@rotterdam1.discord.media",
        "rotterdam1.discord.media:",
        "rotterdam1.discord.media:0",
        "rotterdam1.discord.media:65536",
        "rotterdam1.discord.media.evil.example:443",
        "evildiscord.media:443",
        "discord.media",
        "127.0.0.1:443",
        "localhost:443",
        "[::1]:443",
        "10.0.0.1:443",
        "rotter dam.discord.media",
        "rotterdam1.discord.media:443\n",
    ],
)
def test_other_endpoints_are_refused(endpoint: str) -> None:
    with pytest.raises(NodeRefused) as refused:
        VoiceEndpoints(sandbox=False).check(endpoint)
    assert not refused.value.retry


@pytest.mark.parametrize("endpoint", ["127.0.0.1:8443", "localhost:8443", "[::1]:8443", GOOD])
def test_the_sandbox_adds_this_machine_only(endpoint: str) -> None:
    VoiceEndpoints(sandbox=True).check(endpoint)
    with pytest.raises(NodeRefused):
        VoiceEndpoints(sandbox=True).check("10.0.0.1:8443")
    with pytest.raises(NodeRefused):
        VoiceEndpoints(sandbox=True).check("[zz]:1")


async def test_a_hung_endpoint_rests_a_minute() -> None:
    clock = Clock()
    voice = VoiceEndpoints(sandbox=False, clock=clock)
    voice.hung("node:1", GOOD)

    with pytest.raises(EndpointResting) as resting:
        async with voice.turn(GOOD):
            pytest.fail("a resting endpoint was asked")
    assert resting.value.retry
    assert resting.value.seconds == 60
    clock.now += 60
    async with voice.turn(GOOD):
        pass


async def test_who_waited_behind_a_hung_patch_does_not_hang_too() -> None:
    voice = VoiceEndpoints(sandbox=False)
    asked = 0

    async def patch() -> None:
        nonlocal asked
        async with voice.turn(GOOD):
            asked += 1
            await asyncio.sleep(0.01)
            voice.hung("node:1", GOOD)

    results = await asyncio.gather(*(patch() for _ in range(16)), return_exceptions=True)

    assert asked == 2
    assert sum(isinstance(result, EndpointResting) for result in results) == 14


def test_a_node_with_many_hung_patches_should_be_drained_until_it_restarts() -> None:
    voice = VoiceEndpoints(sandbox=False)
    for number in range(DRAIN_AT):
        assert not voice.should_drain("node:1")
        voice.hung("node:1", f"e{number}.discord.media")

    assert voice.should_drain("node:1")
    assert voice.hung_count("node:1") == DRAIN_AT
    assert not voice.should_drain("node:2")
    voice.node_restarted("node:1")
    assert not voice.should_drain("node:1")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with node_stage(tmp_path) as stage:
        yield stage


@pytest.fixture
async def session(stage: Stage) -> AsyncIterator[LavalinkSession]:
    session = stage.session()
    await session.open(None, Notebook())
    yield session
    await session.close(keep=False)


async def test_a_patch_that_hangs_is_given_up_counted_and_not_repeated(
    stage: Stage, session: LavalinkSession, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "workers")
    caplog.set_level("DEBUG", "lavalink")
    monkeypatch.setattr(lavalink_rest, "_REST_TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    nobody = credentials("127.0.0.1:9")

    with pytest.raises(Away):
        await session.set_voice(1, nobody)
    with pytest.raises(EndpointResting):
        await session.set_voice(2, nobody)

    assert session._voice.hung_count(session.node.name) == 1
    [patch] = stage.asked("PATCH", "/players/")
    assert patch["guild_id"] == "1"
    assert patch["body"] == {"voice": {"token": "…", "endpoint": "127.0.0.1:9", "sessionId": "vs", "channelId": "5"}}
    assert "voice-token-secret" not in caplog.text
    assert "voice-token-secret" not in repr(nobody)


async def test_a_new_session_on_a_node_does_not_forget_what_hangs_there(session: LavalinkSession) -> None:
    voice = session._voice
    voice.hung(session.node.name, "127.0.0.1:9")
    other = LavalinkSession(session.node, user_id=USER_ID, voice=voice)
    await other.open(None, Notebook())
    assert voice.hung_count(session.node.name) == 1
    await other.close(keep=False)


async def test_a_node_that_answers_nothing_is_not_the_endpoints_fault(
    stage: Stage, session: LavalinkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lavalink_rest, "_REST_TIMEOUT", aiohttp.ClientTimeout(total=0.2))
    monkeypatch.setattr(lavalink_calls, "_SIGN_OF_LIFE", aiohttp.ClientTimeout(total=0.2))
    stage.node.faults.add(RequestFault("hang", "/v4/"))

    for _ in range(2):
        with pytest.raises(NoAnswer):
            await session.set_voice(1, credentials("127.0.0.1:9"))

    assert session._voice.hung_count(session.node.name) == 0
    stage.node.faults.clear()


async def test_a_refused_endpoint_never_reaches_the_node(stage: Stage, session: LavalinkSession) -> None:
    with pytest.raises(NodeRefused):
        await session.set_voice(1, credentials("10.0.0.1:443"))

    assert stage.asked("PATCH", "/players/") == []
