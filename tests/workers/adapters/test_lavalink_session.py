"""A slot's session on a node that really plays: resume, adoption, order, and every way to lose the socket."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.lavalink_node.faults import RequestFault
from tests.workers.adapters.lavalink_stage import (
    PASSWORD,
    USER_ID,
    Notebook,
    Stage,
    abandon,
    node_stage,
    start_of,
    until,
)
from workers.adapters import lavalink_session
from workers.adapters.lavalink_session import LavalinkSession
from workers.adapters.lavalink_voice import VoiceEndpoints
from workers.node_ports import NodeSession
from workers.player.facts import PositionReported, TrackEnded, TrackStarted
from workers.ports import Away, Mark, NodeAddress, NodeRefused, PasswordRefused

GUILD = 7001


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with node_stage(tmp_path, player_update_every=0.1) as stage:
        yield stage


@pytest.fixture
def notes() -> Notebook:
    return Notebook()


@pytest.fixture
async def session(stage: Stage) -> AsyncIterator[LavalinkSession]:
    session = stage.session()
    yield session
    await session.close(keep=False)


async def test_opens_a_session_that_can_be_resumed(stage: Stage, session: LavalinkSession, notes: Notebook) -> None:
    port: NodeSession = session
    opened = await port.open(None, notes)

    assert not opened.resumed
    assert opened.players == ()
    assert session.connected
    [on_node] = stage.open_sessions
    assert (on_node.id, on_node.resuming, on_node.timeout) == (opened.session_id, True, 300)
    assert on_node.user_id == USER_ID


async def test_start_says_everything_each_time(stage: Stage, session: LavalinkSession, notes: Notebook) -> None:
    track = await stage.track()
    await session.open(None, notes)

    await session.start(GUILD, start_of(track, 3, position_ms=5000, paused=True, volume=40), 99)
    await session.start(GUILD, start_of(track, 4), 99, no_replace=True)

    first, second = stage.asked("PATCH", "/players/")
    assert first["body"] == {
        "track": {"encoded": track.encoded, "userData": {"entry": 3, "rev": 7, "epoch": 99}},
        "position": 5000,
        "volume": 40,
        "paused": True,
        "filters": {},
    }
    assert "noReplace" not in first["path"]
    assert second["path"].endswith("?noReplace=true")


async def test_events_are_held_until_released(stage: Stage, session: LavalinkSession, notes: Notebook) -> None:
    track = await stage.track()
    await session.open(None, notes)
    await session.start(GUILD, start_of(track), 1)
    await session.players()
    assert notes.facts == []

    session.release_events()

    await notes.until(lambda: notes.of(GUILD, TrackStarted) != [])
    await notes.until(lambda: notes.of(GUILD, PositionReported) != [])


async def test_events_keep_the_order_of_the_node(stage: Stage, session: LavalinkSession, notes: Notebook) -> None:
    track = await stage.track()
    await session.open(None, notes)
    session.release_events()

    for entry in range(1, 31):
        await session.start(GUILD, start_of(track, entry), 1)
    await notes.until(lambda: len(notes.of(GUILD, TrackStarted)) == 30)

    told = [(type(fact).__name__, fact.entry) for _, fact in notes.facts if isinstance(fact, TrackStarted | TrackEnded)]
    expected = [("TrackStarted", 1)]
    for entry in range(2, 31):
        expected += [("TrackEnded", entry - 1), ("TrackStarted", entry)]
    assert told == expected


async def test_another_session_adopts_what_an_abandoned_one_left(tmp_path: Path, notes: Notebook) -> None:
    async with node_stage(tmp_path, cleanup_after=1.0) as stage:
        track = await stage.track()
        first = stage.session()
        opened = await first.open(None, Notebook())
        await first.start(GUILD, start_of(track, 5, volume=80, paused=False), 11)
        await first.start(GUILD + 1, start_of(track, 6, paused=True), 11)
        await abandon(first)
        await until(lambda: [kept.id for kept in stage.node.sessions.resumable_sessions()] == [opened.session_id])
        # A track without voice is cleaned up: an end that nobody is there to hear.
        await until(lambda: all(player.to_json()["track"] is None for player in stage.node.sessions.players()))

        second = stage.session()
        again = await second.open(opened.session_id, notes)
        assert (again.session_id, again.resumed) == (opened.session_id, True)
        assert {player.guild_id for player in again.players} == {GUILD, GUILD + 1}
        assert notes.facts == []

        second.release_events()
        await notes.until(lambda: notes.of(GUILD, TrackEnded) != [] and notes.of(GUILD + 1, TrackEnded) != [])
        [ended] = notes.of(GUILD, TrackEnded)
        assert isinstance(ended, TrackEnded)
        assert (ended.entry, ended.reason) == (5, "cleanup")
        assert [on_node.id for on_node in stage.open_sessions] == [opened.session_id]
        await second.close(keep=False)


async def test_adoption_reads_entry_revision_and_epoch(stage: Stage, notes: Notebook) -> None:
    track = await stage.track()
    first = stage.session()
    opened = await first.open(None, Notebook())
    await first.start(GUILD, start_of(track, 5, volume=80, paused=True, rev=21), 11)
    await first.close(keep=True)

    second = stage.session()
    [player] = (await second.open(opened.session_id, notes)).players

    assert (player.guild_id, player.entry, player.rev, player.epoch) == (GUILD, 5, 21, 11)
    assert (player.paused, player.volume, player.connected) == (True, 80, False)
    await second.close(keep=False)
    assert list(stage.node.sessions.players()) == []


async def test_a_mark_renews_the_revision_without_touching_the_track(
    stage: Stage, session: LavalinkSession, notes: Notebook
) -> None:
    track = await stage.track()
    await session.open(None, notes)
    session.release_events()
    await session.start(GUILD, start_of(track, 5), 11)

    await session.set_paused(GUILD, True, Mark(5, 8, 11))
    await session.set_volume(GUILD, 30, Mark(5, 9, 11))
    await session.set_filters(GUILD, {"timescale": {"speed": 1.5}}, Mark(5, 10, 11))
    await session.seek(GUILD, 1000)

    [player] = await session.players()
    assert (player.rev, player.paused, player.volume) == (10, True, 30)
    assert stage.asked("PATCH", "/players/")[-2]["body"]["filters"] == {"timescale": {"speed": 1.5}}
    assert stage.asked("PATCH", "/players/")[-1]["body"] == {"position": 1000}
    assert notes.of(GUILD, TrackEnded) == []


async def test_stop_silences_and_destroy_removes(stage: Stage, session: LavalinkSession, notes: Notebook) -> None:
    track = await stage.track()
    await session.open(None, notes)
    session.release_events()
    await session.start(GUILD, start_of(track, 5), 1)

    await session.stop(GUILD)
    [player] = await session.players()
    assert player.entry is None
    await session.destroy(GUILD)
    await session.destroy(GUILD)

    assert await session.players() == ()


async def test_a_wrong_password_is_said_in_one_sentence(
    stage: Stage, notes: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    address = NodeAddress(stage.address.host, stage.address.port, "a-wrong-one")
    session = LavalinkSession(address, user_id=USER_ID, voice=VoiceEndpoints(sandbox=True))

    with pytest.raises(PasswordRefused) as refused:
        await session.open(None, notes)

    assert address.name in str(refused.value)
    assert "LAVALINK_PASSWORD" in str(refused.value)
    assert "a-wrong-one" not in str(refused.value) + caplog.text
    assert not session.connected


async def test_an_unreachable_node_is_away_and_nothing_keeps_running(
    stage: Stage, notes: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lavalink_session, "OPEN_WITHIN", 0.5)
    await stage.stop()
    session = stage.session()
    tasks = asyncio.all_tasks()

    with pytest.raises(Away, match="cannot be reached"):
        await session.open(None, notes)

    assert asyncio.all_tasks() == tasks
    with pytest.raises(Away):
        await session.players()
    await stage.start()
    assert not (await session.open(None, notes)).resumed
    await session.close(keep=False)


@pytest.mark.parametrize(("status", "may_pass"), [(400, False), (500, True)])
async def test_what_the_node_refuses_is_said_with_whether_it_may_pass(
    stage: Stage, session: LavalinkSession, notes: Notebook, status: int, may_pass: bool
) -> None:
    track = await stage.track()
    await session.open(None, notes)

    stage.node.faults.add(RequestFault("status", "/players", status=status, left=1))
    with pytest.raises(NodeRefused) as refused:
        await session.start(GUILD, start_of(track), 1)

    assert refused.value.retry is may_pass
    assert str(status) in str(refused.value)


async def test_no_secret_is_logged(
    stage: Stage, session: LavalinkSession, notes: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    track = await stage.track()
    opened = await session.open(None, notes)
    session.release_events()
    await session.start(GUILD, start_of(track), 1)
    stage.node.abort_websockets()
    await stage.reconnected(session, handshakes=2)

    ours = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("workers", "lavalink", "aiohttp"))
    )
    assert PASSWORD not in ours
    assert opened.session_id not in ours
    assert PASSWORD not in repr(stage.address)
