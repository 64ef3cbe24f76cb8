"""Join and leave, and what Discord says of the bot in voice."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from project.wire.messages import (
    ChannelDeleted,
    GuildLeft,
    Join,
    JoinRefused,
    Leave,
    Pause,
    Play,
    Resume,
    Stop,
    VoiceServerChanged,
    VoiceStateChanged,
)
from tests.workers.player.cast import (
    BOB,
    CHARLIE,
    CHAT,
    GUILD,
    LOUNGE,
    MINUTE,
    STUDIO,
    Stage,
    all_of,
    kinds,
    only,
    saved,
    song,
)
from workers.player.announcements import PlaybackStopped
from workers.player.effects import Announce, ConnectVoice, Effect, MoveTo, Reply
from workers.player.facts import Unheard, VoiceClosed, Woken
from workers.player.outcomes import Joined, Left, Refused


def refuse_join(stage: Stage, channel_id: int = LOUNGE, *, rev: int | None = None) -> list[Effect]:
    """Discord lets the bot's latest (or another) move go unanswered."""
    rev = stage.player.state.rev if rev is None else rev
    return stage.handle(JoinRefused(guild_id=GUILD, channel_id=channel_id, rev=rev, at_ms=stage.now_ms))


def close_voice(stage: Stage, code: int) -> list[str]:
    """Discord closes the node's voice connection."""
    return kinds(stage.handle(VoiceClosed(code, "", True, stage.now_ms)))


def test_join_comes_and_says_where(stage: Stage) -> None:
    effects = stage.order(Join())
    assert kinds(effects) == ["Save", "MoveTo", "Reply"]
    assert only(effects, Reply).conclusion == Joined(channel_id=LOUNGE)
    stage.arrive()
    assert stage.refusal(Join()) == "already_here"


def test_join_is_tried_again_while_the_bot_has_not_arrived(stage: Stage) -> None:
    stage.order(Join())
    assert only(stage.order(Join()), MoveTo).channel_id == LOUNGE


def test_leave_keeps_everything_and_join_does_not_start_it(concert: Stage) -> None:
    effects = concert.order(Leave())
    assert kinds(effects) == ["Save", "DestroyPlayer", "MoveTo", "Reply"]
    assert only(effects, Reply).conclusion == Left(kept=3)
    assert (concert.current_title, concert.titles) == ("One", ["Two", "Three"])
    effects = concert.order(Join())
    assert kinds(effects) == ["Save", "MoveTo", "Reply"]
    assert only(effects, Reply).conclusion == Joined(channel_id=LOUNGE, kept=3)
    concert.arrive()
    assert kinds(concert.order(Resume())) == ["Save", "StartTrack", "Reply"]


def test_a_guild_that_was_left_in_mid_track_needs_no_memory_until_somebody_resumes(concert: Stage) -> None:
    assert not concert.player.idle
    concert.order(Leave())
    assert concert.player.current is not None
    assert concert.player.idle


def test_who_was_kicked_is_remembered_until_it_was_said(concert: Stage) -> None:
    concert.arrive()
    concert.arrive(None)
    assert not concert.player.idle
    concert.wait(1_000)
    concert.handle(Woken("voice", concert.now_ms))
    assert concert.player.idle


def test_leave_when_nowhere(stage: Stage) -> None:
    assert stage.refusal(Leave()) == "not_connected"


def test_a_manager_moves_the_bot_and_music_goes_on(concert: Stage) -> None:
    manager = replace(CHARLIE, permissions=1 << 5)
    assert kinds(concert.order(Join(), manager)) == ["Save", "MoveTo", "Reply"]
    assert concert.player.playing
    concert.wait(50)
    concert.arrive(LOUNGE)
    assert concert.player.state.voice_channel_id == STUDIO, "a word from before the move is no move back"
    concert.arrive(STUDIO)
    assert concert.refusal(Pause(), BOB) == "other_channel"


def test_credentials_go_to_the_node_only_while_wanted(stage: Stage) -> None:
    changed = VoiceServerChanged(guild_id=GUILD, at_ms=stage.now_ms)
    assert stage.handle(changed) == []
    stage.order(Join())
    assert kinds(stage.handle(changed)) == ["ConnectVoice"]


def test_moved_by_a_member_it_follows(concert: Stage) -> None:
    effects = concert.arrive(STUDIO)
    assert kinds(effects) == ["Save", "ConnectVoice"]
    assert concert.player.state.voice_channel_id == STUDIO
    assert concert.player.playing


def test_a_state_from_before_the_move_is_no_answer_whatever_the_gateways_clock_says(stage: Stage) -> None:
    stage.order(Join())
    state = VoiceStateChanged(
        guild_id=GUILD, bot_channel_id=STUDIO, listeners=1, user_id=9, at_ms=stage.now_ms + MINUTE, move_rev=0
    )
    assert stage.handle(state) == []
    assert stage.player.state.voice_channel_id == LOUNGE
    answer = replace(state, bot_channel_id=LOUNGE, at_ms=stage.now_ms - MINUTE, move_rev=stage.player.state.rev)
    assert kinds(stage.handle(answer)) == ["ConnectVoice"]


def test_kicked_it_stops_and_keeps_the_queue(concert: Stage) -> None:
    effects = concert.arrive(None)
    assert kinds(effects) == ["Save", "DestroyPlayer", "WakeAt"]
    assert saved(effects).state.stopped_by == "kicked"
    told = concert.handle(Woken("voice", concert.now_ms))
    assert only(told, Announce).notice == PlaybackStopped(cause="kicked", kept=3)
    assert len(only(told, Announce).nonce) <= 25
    assert concert.player.position_ms(concert.now_ms + 5_000) == 60_000
    assert concert.arrive(None) == []


def test_leaving_on_our_own_is_no_kick(concert: Stage) -> None:
    concert.order(Stop())
    pending = concert.reserve(Play(query="x"))
    concert.wait(30)
    assert concert.arrive(None) == []
    concert.found(pending, song("New"))
    concert.wait(30)
    assert concert.arrive(LOUNGE) == [ConnectVoice(if_new=True)]
    assert concert.player.playing


def test_a_word_from_before_the_join_is_no_arrival(concert: Stage) -> None:
    early = concert.now_ms
    concert.wait(10)
    concert.order(Leave())
    concert.order(Resume())
    concert.now_ms = early
    concert.arrive(LOUNGE)
    concert.wait(50)
    assert concert.arrive(None) == [], "our own leaving"


def test_a_none_from_before_the_join_is_no_kick(concert: Stage) -> None:
    late = concert.now_ms
    concert.wait(10)
    concert.order(Leave())
    concert.order(Resume())
    concert.arrive(LOUNGE)
    concert.now_ms = late
    assert concert.arrive(None) == []


def test_a_bot_that_discord_lets_in_too_late_leaves(stage: Stage) -> None:
    stage.order(Join())
    stage.wait(5_001)
    refuse_join(stage)
    stage.wait(2_000)
    assert only(stage.arrive(LOUNGE), MoveTo).channel_id is None
    assert stage.arrive(LOUNGE) == []


def test_deleted_channels(concert: Stage) -> None:
    assert kinds(concert.handle(ChannelDeleted(guild_id=GUILD, channel_id=7, at_ms=concert.now_ms))) == []
    effects = concert.handle(ChannelDeleted(guild_id=GUILD, channel_id=LOUNGE, at_ms=concert.now_ms))
    assert kinds(effects) == ["Save", "DestroyPlayer", "Announce"]
    assert concert.player.state.stopped_by == "channel_deleted"
    assert concert.arrive(None) == []
    effects = concert.handle(ChannelDeleted(guild_id=GUILD, channel_id=CHAT, at_ms=concert.now_ms))
    assert kinds(effects) == ["Save"]
    assert concert.player.state.text_channel_id is None


def test_a_guild_that_was_left_is_forgotten(concert: Stage) -> None:
    pending = concert.reserve()
    effects = concert.handle(GuildLeft(guild_id=GUILD, at_ms=concert.now_ms))
    assert kinds(effects) == ["Save", "DestroyPlayer"]
    assert sorted(saved(effects).removed) == [1, 2, 3]
    assert kinds(concert.found(pending, song("Late"))) == ["Reply"]
    assert concert.player.idle


def test_a_refused_join_tells_the_one_who_asked(stage: Stage) -> None:
    command_id = stage.reserve()
    move_rev = stage.player.state.rev
    stage.found(command_id, song("One"))
    effects = refuse_join(stage, rev=move_rev)
    assert kinds(effects) == ["Save", "DestroyPlayer", "Reply"]
    reply = only(effects, Reply)
    assert (reply.command_id, reply.followup) == (command_id, True)
    assert reply.conclusion == Refused(reason="join_refused", detail=f"<#{LOUNGE}>")
    assert (stage.player.state.stopped_by, stage.current_title) == ("join_refused", "One")


def test_a_refusal_of_an_older_move_or_after_arrival_is_ignored(stage: Stage) -> None:
    stage.order(Join())
    assert refuse_join(stage, rev=0) == []
    stage.arrive()
    assert refuse_join(stage) == []


def test_refused_elsewhere_it_stays_where_it_plays(concert: Stage) -> None:
    concert.order(Join(), replace(CHARLIE, permissions=1 << 3))
    effects = refuse_join(concert, STUDIO)
    assert kinds(effects) == ["Save", "Reply"]
    assert concert.player.state.voice_channel_id == LOUNGE
    assert concert.player.playing


def test_the_voice_connection_is_mended(concert: Stage) -> None:
    assert close_voice(concert, 4009) == ["ConnectVoice"]
    assert close_voice(concert, 4006) == ["Save", "MoveTo", "MoveTo"]


def test_a_connection_that_discord_ended_without_a_word_is_made_anew(concert: Stage) -> None:
    assert close_voice(concert, 4014) == ["WakeAt"]
    assert kinds(concert.handle(Woken("voice", concert.now_ms))) == ["Save", "MoveTo", "MoveTo"]
    assert concert.handle(Woken("voice", concert.now_ms)) == []


def test_a_connection_that_discord_ended_with_a_word_is_left_to_it(concert: Stage) -> None:
    close_voice(concert, 4014)
    concert.arrive(STUDIO)
    assert concert.handle(Woken("voice", concert.now_ms)) == []


def test_a_channel_that_was_deleted_is_not_called_a_kick(concert: Stage) -> None:
    concert.arrive(None)
    effects = concert.handle(ChannelDeleted(guild_id=GUILD, channel_id=LOUNGE, at_ms=concert.now_ms))
    assert only(effects, Announce).notice == PlaybackStopped(cause="channel_deleted", kept=3)
    assert concert.player.state.stopped_by == "channel_deleted"
    assert concert.handle(Woken("voice", concert.now_ms)) == []


def test_silence_is_mended_in_rungs(concert: Stage) -> None:
    def unheard(rung: Literal[1, 2, 3, 4]) -> list[str]:
        return kinds(concert.handle(Unheard(rung, concert.now_ms)))

    assert unheard(1) == ["ConnectVoice"]
    assert unheard(2) == ["Save", "MoveTo", "MoveTo"]
    assert unheard(3) == ["MoveNode"]
    assert unheard(4) == ["Save", "StartTrack", "Announce"]
    assert concert.current_title == "Two"


def test_a_paused_player_need_not_be_heard(concert: Stage) -> None:
    concert.order(Pause())
    assert concert.handle(Unheard(1, concert.now_ms)) == []


def test_a_session_that_is_always_gone_ends_in_words(concert: Stage) -> None:
    for _ in range(3):
        effects = concert.handle(VoiceClosed(4006, "", True, concert.now_ms))
        assert [move.channel_id for move in all_of(effects, MoveTo)] == [None, LOUNGE]
        concert.wait(1_000)
        assert concert.arrive(None) == []
        concert.arrive(LOUNGE)
    assert close_voice(concert, 4006) == ["Save", "DestroyPlayer", "MoveTo", "Announce"]
    assert concert.player.state.stopped_by == "voice_lost"


def test_a_connection_that_closes_again_and_again_is_left_and_joined(concert: Stage) -> None:
    for _ in range(5):
        assert close_voice(concert, 4016) == ["ConnectVoice"]
    assert close_voice(concert, 4016) == ["Save", "MoveTo", "MoveTo"]


def test_a_restored_player_notices_that_it_was_kicked(concert: Stage) -> None:
    player = concert.player
    concert.player = type(player).restore(player.state, player.current, player.queue, player.played)
    assert kinds(concert.arrive(None)) == ["Save", "DestroyPlayer", "WakeAt"]


def test_a_restored_player_hears_that_its_join_was_refused(stage: Stage) -> None:
    stage.order(Join())
    stage.player = type(stage.player).restore(stage.player.state, None, (), ())
    assert kinds(refuse_join(stage)) == ["Save", "DestroyPlayer", "Announce"]
    assert stage.player.state.voice_channel_id is None


def test_a_refused_join_has_played_nothing(stage: Stage) -> None:
    asked = stage.reserve()
    rev = stage.player.state.rev
    stage.found(asked, song("One"))
    stage.wait(5_000)
    refuse_join(stage, rev=rev)
    assert stage.player.state.stopped_by == "join_refused"
    assert stage.player.position_ms(stage.now_ms) == 0
