"""Sessions over lost sockets, restarted nodes and former owners: resumed, begun anew, or left alone."""

from __future__ import annotations

import pytest

from simulator.lavalink_node.faults import RequestFault
from tests.workers.adapters.lavalink_stage import (
    Notebook,
    Stage,
    start_of,
    until,
)
from tests.workers.adapters.test_lavalink_session import GUILD
from tests.workers.adapters.test_lavalink_session import notes as notes
from tests.workers.adapters.test_lavalink_session import session as session
from tests.workers.adapters.test_lavalink_session import stage as stage
from workers.adapters.lavalink_session import LavalinkSession
from workers.player.facts import NodeLost, PositionReported, TrackStarted
from workers.ports import Away


@pytest.mark.parametrize("code", [1000, 1001, 4000, 4900])
async def test_a_closed_socket_is_resumed_without_telling_anyone(
    stage: Stage, session: LavalinkSession, notes: Notebook, code: int
) -> None:
    track = await stage.track()
    opened = await session.open(None, notes)
    session.release_events()
    await session.start(GUILD, start_of(track), 1)

    await stage.node.close_websockets(code)
    await stage.reconnected(session, handshakes=2)
    await session.start(GUILD, start_of(track, 2), 1)
    await notes.until(lambda: len(notes.of(GUILD, TrackStarted)) == 2)

    assert session.session_id == opened.session_id
    assert [on_node.id for on_node in stage.open_sessions] == [opened.session_id]
    assert notes.of(GUILD, NodeLost) == []


async def test_refused_handshakes_are_tried_again(stage: Stage, session: LavalinkSession, notes: Notebook) -> None:
    stage.node.faults.add(RequestFault("status", "/v4/websocket", status=502, left=2))
    opened = await session.open(None, notes)

    stage.node.faults.add(RequestFault("status", "/v4/websocket", status=502, left=2))
    stage.node.abort_websockets()
    await stage.reconnected(session, handshakes=6)

    assert session.session_id == opened.session_id


async def test_commands_during_a_gap_can_be_asked_again(
    stage: Stage, session: LavalinkSession, notes: Notebook
) -> None:
    track = await stage.track()
    await session.open(None, notes)
    stage.node.faults.add(RequestFault("status", "/v4/websocket", status=503))
    stage.node.abort_websockets()
    await until(lambda: not session.connected)

    with pytest.raises(Away):
        await session.start(GUILD, start_of(track), 1)

    assert session.away_for > 0
    stage.node.faults.clear()
    await until(lambda: session.connected)
    assert session.away_for == 0
    await session.start(GUILD, start_of(track), 1)


async def test_a_restarted_node_means_node_lost_and_a_new_session(stage: Stage, notes: Notebook) -> None:
    track = await stage.track()
    new_sessions: list[str] = []
    session = stage.session(on_new_session=new_sessions.append)
    opened = await session.open(None, notes)
    session.release_events()
    for guild in (GUILD, GUILD + 1):
        await session.start(guild, start_of(track), 1)

    await stage.stop()
    await stage.start()
    await until(lambda: session.connected)
    await notes.until(lambda: notes.of(GUILD, NodeLost) != [] and notes.of(GUILD + 1, NodeLost) != [])

    [on_node] = stage.open_sessions
    assert new_sessions == [on_node.id] == [session.session_id]
    assert on_node.id != opened.session_id
    assert on_node.resuming
    assert len(notes.of(GUILD, NodeLost)) == 1
    await session.start(GUILD, start_of(track, 2), 1)
    await notes.until(lambda: len(notes.of(GUILD, TrackStarted)) == 2)
    await session.close(keep=False)


async def test_an_unknown_session_id_gives_a_new_session(
    stage: Stage, session: LavalinkSession, notes: Notebook
) -> None:
    opened = await session.open("0123456789abcdef", notes)

    assert not opened.resumed
    assert [on_node.id for on_node in stage.open_sessions] == [opened.session_id]


async def test_a_session_whose_owner_still_holds_it_is_left_alone(stage: Stage, notes: Notebook) -> None:
    track = await stage.track()
    owner, other = stage.session(), stage.session()
    opened = await owner.open(None, Notebook())
    await owner.start(GUILD, start_of(track), 1)

    held = await other.open(opened.session_id, notes)

    assert (held.session_id, held.held, other.held) == (opened.session_id, True, True)
    assert [player.guild_id for player in held.players] == [GUILD]
    await until(lambda: [on_node.id for on_node in stage.open_sessions] == [opened.session_id])
    await other.set_paused(GUILD, True)
    assert stage.open_sessions[0].players[GUILD].to_json()["paused"] is True
    assert other.away_for == 0
    await owner.close(keep=True)
    await other.close(keep=True)


async def test_a_held_session_is_resumed_as_soon_as_nobody_holds_it(
    stage: Stage, session: LavalinkSession, notes: Notebook
) -> None:
    owner, track = stage.session(), await stage.track()
    opened = await owner.open(None, Notebook())
    await owner.start(GUILD, start_of(track), 1)
    await session.open(opened.session_id, notes)
    session.release_events()
    await owner.close(keep=True)

    with pytest.raises(Away):
        await session.players()

    await until(lambda: session.connected and not session.held)
    assert session.session_id == opened.session_id
    await notes.until(lambda: bool(notes.of(GUILD, PositionReported)))
