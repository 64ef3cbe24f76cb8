"""34-voice-ws-closed: what becomes of a player when the voice gateway closes, code by code."""

from typing import Any

import pytest

from tests.contract.comparison import connections_by_guild, event_summary
from tests.contract.playing import has_event, hears, play
from tests.contract.recording import Recording, load
from tests.contract.stage import Stage

RECORDING = "34-voice-ws-closed"
TOLD = {"9140": 4014, "9141": 4006, "9142": 1000, "9143": 4011}
HEALED = {"9146": 4015, "9147": 4009, "9148": 1001}
ABORTED = "9149"


def _recorded_events(recording: Recording, guild_id: str) -> list[dict[str, Any]]:
    return [frame for frame in recording.frames() if frame["op"] == "event" and frame["guildId"] == guild_id]


def _events_before_the_end(events: list[dict[str, Any]]) -> list[str]:
    """Leave out what only the recorder's DELETE brought about."""
    kept: list[str] = []
    for event in events:
        if event["type"] == "TrackEndEvent":
            break
        kept.append(event_summary(event))
    return kept


@pytest.mark.parametrize(("guild_id", "token"), [("9130", "badtoken"), ("9131", "badsession")])
async def test_refused_credentials_show_only_after_a_friendly_answer(stage: Stage, guild_id: str, token: str) -> None:
    listener = await stage.client.ready()
    voice = stage.voice_state(guild_id, token=token)
    answer = await stage.client.player(listener.session_id, guild_id, {"voice": voice})
    assert (answer.status, answer.body["state"]["connected"]) == (200, True)
    assert await has_event(listener, "WebSocketClosedEvent", guildId=guild_id)
    recorded = _recorded_events(load(RECORDING), guild_id)
    assert [event_summary(event) for event in listener.events] == [event_summary(event) for event in recorded]
    assert (await stage.client.show(listener.session_id, guild_id)).body["state"]["connected"] is False


@pytest.mark.parametrize(("guild_id", "code"), TOLD.items())
async def test_a_close_for_good_is_told_while_the_music_goes_on(stage: Stage, guild_id: str, code: int) -> None:
    listener = await stage.client.ready()
    await play(stage, listener, guild_id, "tone300.mp3")
    await hears(stage, guild_id, 10)
    await stage.voice.close_connection(guild_id, code, f"because{code}")
    assert await has_event(listener, "WebSocketClosedEvent", guildId=guild_id, code=code)
    recorded = _events_before_the_end(_recorded_events(load(RECORDING), guild_id))
    assert [event_summary(event) for event in listener.events] == recorded
    before = (await stage.client.show(listener.session_id, guild_id)).body["state"]
    assert before["connected"] is False
    assert await listener.until(
        lambda frames: any(
            frame["op"] == "playerUpdate" and frame["state"]["position"] > before["position"] for frame in frames
        )
    )


async def test_the_same_voice_state_connects_again_after_a_close(stage: Stage) -> None:
    listener = await stage.client.ready()
    await play(stage, listener, "9140", "tone300.mp3")
    await hears(stage, "9140", 10)
    await stage.voice.close_connection("9140", 4014)
    assert await has_event(listener, "WebSocketClosedEvent", code=4014)
    reached = (await stage.client.show(listener.session_id, "9140")).body["state"]["position"]
    again = await stage.client.player(listener.session_id, "9140", {"voice": stage.voice_state("9140")})
    assert again.body["state"]["connected"] is True
    assert again.body["state"]["position"] >= reached
    await hears(stage, "9140", 25)
    assert connections_by_guild(listener.frames)["9140"] == [True, False, True]


@pytest.mark.parametrize(("guild_id", "code"), [*HEALED.items(), (ABORTED, None)])
async def test_a_passing_trouble_heals_without_a_word(stage: Stage, guild_id: str, code: int | None) -> None:
    listener = await stage.client.ready()
    await play(stage, listener, guild_id, "tone300.mp3")
    await hears(stage, guild_id, 10)
    if code is None:
        stage.voice.abort_connection(guild_id)
    else:
        await stage.voice.close_connection(guild_id, code, f"because{code}")
    await hears(stage, guild_id, 50)
    recorded = _events_before_the_end(_recorded_events(load(RECORDING), guild_id))
    assert [event_summary(event) for event in listener.events] == recorded
    assert (await stage.client.show(listener.session_id, guild_id)).body["state"]["connected"] is True
    assert connections_by_guild(listener.frames)[guild_id] == [True]
    heard = stage.ears.report(guild_id)
    assert heard.connected
    assert (heard.lost, heard.max_gap_ms) == (0, 20.0)
