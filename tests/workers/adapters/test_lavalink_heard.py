"""What the adapter starts is heard in a voice channel, and a change of owner is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.certificates import ensure_certificates, server_context
from simulator.discord_voice import Ears, VoiceServer
from tests.simulator.discord_voice.stage import CHANNEL_ID, GUILD_ID, Doorman
from tests.workers.adapters.lavalink_stage import PATIENCE, Notebook, Stage, abandon, node_stage, start_of, until
from workers.adapters.lavalink_session import LavalinkSession
from workers.player.facts import NodeLost, PositionReported, VoiceClosed
from workers.ports import VoiceCredentials

GUILD = int(GUILD_ID)


@dataclass
class Scene:
    """A node, a voice server and what its channel hears."""

    stage: Stage
    voice: VoiceServer
    ears: Ears

    async def heard(self, frames: int) -> None:
        """Wait for that many frames more."""
        target = self.ears.report(GUILD_ID).frames + frames
        async with asyncio.timeout(PATIENCE):
            while self.ears.report(GUILD_ID).frames < target:  # noqa: ASYNC110 # ears set no event
                await asyncio.sleep(0.02)

    @property
    def credentials(self) -> VoiceCredentials:
        return VoiceCredentials("good-session", int(CHANNEL_ID), "good", self.voice.endpoint)

    async def play(self, session: LavalinkSession) -> None:
        await session.set_voice(GUILD, self.credentials)
        await session.start(GUILD, start_of(await self.stage.track(), 5), 1)
        await self.heard(20)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    certificates = ensure_certificates(tmp_path / "tls")
    ears = Ears()
    voice = VoiceServer(admission=Doorman(), ears=ears, tls=server_context(certificates))
    await voice.start()
    async with node_stage(tmp_path, player_update_every=0.1, voice_ca=certificates.ca_path) as stage:
        yield Scene(stage, voice, ears)
    await voice.stop()


async def test_a_started_track_is_heard_and_its_position_reported(scene: Scene) -> None:
    notes, session = Notebook(), scene.stage.session()
    await session.open(None, notes)
    session.release_events()

    await scene.play(session)

    await notes.until(
        lambda: any(
            fact.connected and fact.position_ms > 0 for _, fact in notes.facts if isinstance(fact, PositionReported)
        )
    )
    assert scene.ears.report(GUILD_ID).lost == 0
    await session.close(keep=False)
    await until(lambda: not scene.ears.report(GUILD_ID).connected)


async def test_no_frame_is_lost_when_the_owner_dies_and_another_adopts(scene: Scene) -> None:
    first, second, notes = scene.stage.session(), scene.stage.session(), Notebook()
    opened = await first.open(None, Notebook())
    await scene.play(first)

    await abandon(first)
    await scene.heard(20)
    again = await second.open(opened.session_id, notes)
    second.release_events()
    await scene.heard(20)

    [player] = again.players
    assert (again.resumed, player.entry, player.connected) == (True, 5, True)
    report = scene.ears.report(GUILD_ID)
    assert (report.lost, report.max_gap_ms) == (0, 20.0)
    assert notes.of(GUILD, NodeLost, VoiceClosed) == []
    await second.close(keep=False)


async def test_no_frame_is_lost_when_the_socket_drops_and_comes_back(scene: Scene) -> None:
    session, notes = scene.stage.session(), Notebook()
    await session.open(None, notes)
    session.release_events()
    await scene.play(session)

    scene.stage.node.abort_websockets()
    await scene.stage.reconnected(session, handshakes=2)
    await scene.heard(20)

    report = scene.ears.report(GUILD_ID)
    assert (report.lost, report.max_gap_ms) == (0, 20.0)
    assert notes.of(GUILD, NodeLost, VoiceClosed) == []
    await session.close(keep=False)


async def test_a_voice_connection_closed_by_discord_becomes_a_fact(scene: Scene) -> None:
    session, notes = scene.stage.session(), Notebook()
    await session.open(None, notes)
    session.release_events()
    await scene.play(session)

    await scene.voice.close_connection(GUILD_ID, 4014, "disconnected")
    await notes.until(lambda: notes.of(GUILD, VoiceClosed) != [])

    [closed] = notes.of(GUILD, VoiceClosed)
    assert isinstance(closed, VoiceClosed)
    assert (closed.code, closed.by_remote) == (4014, True)
    await session.close(keep=False)
