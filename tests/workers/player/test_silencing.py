"""Where Discord lets nobody hear the bot, it plays on and says once what to do."""

from __future__ import annotations

import pytest

from project.wire.messages import Join, Leave, Play, VoiceStateChanged
from tests.workers.player.cast import CHAT, GUILD, LOUNGE, STUDIO, Stage, all_of, only, song
from workers.player.announcements import Silenced
from workers.player.effects import Announce, Effect, ShowPlayer
from workers.player.guild_player import GuildPlayer

MAY_NOT_SPEAK = Silenced(cause="suppressed", channel_id=LOUNGE)
MUTED = Silenced(cause="muted", channel_id=LOUNGE)


def seen(
    stage: Stage, channel_id: int = LOUNGE, *, suppressed: bool = False, muted: bool = False, own: bool = True
) -> list[Effect]:
    """Discord says how the bot sits there."""
    stage.wait(100)
    return stage.handle(
        VoiceStateChanged(
            guild_id=GUILD,
            bot_channel_id=channel_id,
            listeners=2,
            user_id=9 if own else 1,
            at_ms=stage.now_ms,
            suppressed=suppressed,
            muted=muted,
            own=own,
        )
    )


def said(effects: list[Effect]) -> list[object]:
    """What was announced."""
    return [announced.notice for announced in all_of(effects, Announce)]


@pytest.mark.parametrize(("state", "notice"), [({"suppressed": True}, MAY_NOT_SPEAK), ({"muted": True}, MUTED)])
def test_it_is_said_in_the_text_channel_and_music_goes_on(
    concert: Stage, state: dict[str, bool], notice: Silenced
) -> None:
    announced = only(seen(concert, **state), Announce)
    assert (announced.notice, announced.channel_id) == (notice, CHAT)
    assert len(announced.nonce) <= 25
    assert concert.player.playing


def test_it_is_said_once_and_not_when_it_ends(concert: Stage) -> None:
    seen(concert, muted=True)
    assert said(seen(concert, muted=True, own=False)) == []
    assert said(seen(concert)) == []
    assert said(seen(concert, muted=True)) == []


def test_what_else_is_in_the_way_is_said_too(concert: Stage) -> None:
    assert said(seen(concert, suppressed=True, muted=True)) == [MAY_NOT_SPEAK]
    assert said(seen(concert, muted=True)) == [MUTED]


def test_another_channel_is_another_stay(concert: Stage) -> None:
    seen(concert, muted=True)
    assert said(seen(concert, STUDIO, muted=True)) == [Silenced(cause="muted", channel_id=STUDIO)]
    assert said(seen(concert, muted=True)) == [MUTED]


def test_coming_back_is_another_stay(concert: Stage) -> None:
    seen(concert, muted=True)
    concert.order(Leave())
    assert said(concert.order(Join())) == []
    assert said(seen(concert, muted=True)) == [MUTED]


def test_a_join_for_a_play_is_complained_of_when_there_is_where_to_write(stage: Stage) -> None:
    pending = stage.reserve(Play(query="x"))
    assert said(seen(stage, suppressed=True)) == []
    assert said(stage.found(pending, song())) == [MAY_NOT_SPEAK]
    assert said(seen(stage, suppressed=True)) == []


def test_a_restored_player_may_have_said_it_and_hears_of_changes(concert: Stage) -> None:
    player = concert.player
    concert.player = GuildPlayer.restore(player.state, player.current, player.queue, player.played)
    assert said(seen(concert, muted=True, own=False)) == []
    assert said(seen(concert, suppressed=True)) == [MAY_NOT_SPEAK]


def test_the_player_message_shows_it_as_long_as_it_lasts(concert: Stage) -> None:
    assert only(seen(concert, muted=True), ShowPlayer).shown.silencing == "muted"
    assert only(seen(concert), ShowPlayer).shown.silencing is None
    assert all_of(seen(concert), ShowPlayer) == []
