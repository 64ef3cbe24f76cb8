"""Where Discord lets the bot not write, members are told once which permission it lacks."""

from __future__ import annotations

import pytest

from project.wire.messages import AnnouncementRefused, Pause, Play, Resume, ScreenGone, ScreenPosted, ShowQueue, Skip
from tests.workers.player.cast import CHAT, GUILD, MINUTE, TOKEN, Stage, all_of, only, song
from tests.workers.player.test_silencing import seen
from workers.player.effects import Announce, Effect, Reply
from workers.player.limits import GuildRules
from workers.player.outcomes import CannotWrite

ANNOUNCEMENTS = 2005
NO_PLAYER = CannotWrite(what="player", channel_id=CHAT, missing=("embed_links",))
NO_NEWS = CannotWrite(what="announcements", channel_id=ANNOUNCEMENTS, missing=("send_messages",))


def gone(stage: Stage, *missing: str) -> list[Effect]:
    """The player message was refused."""
    names = missing or NO_PLAYER.missing
    return stage.handle(
        ScreenGone(guild_id=GUILD, channel_id=CHAT, at_ms=stage.now_ms, reason="forbidden", missing=names)
    )


def refused(stage: Stage) -> list[Effect]:
    """An announcement was."""
    return stage.handle(
        AnnouncementRefused(guild_id=GUILD, channel_id=ANNOUNCEMENTS, at_ms=stage.now_ms, missing=NO_NEWS.missing)
    )


def later_words(effects: list[Effect]) -> list[object]:
    """What is said after the answer."""
    return [reply.conclusion for reply in all_of(effects, Reply) if reply.followup]


def test_whoever_was_answered_last_is_told(stage: Stage) -> None:
    command_id = stage.reserve()
    stage.found(command_id, song("One"))
    told = only(gone(stage), Reply)
    assert (told.command_id, told.conclusion, told.followup) == (command_id, NO_PLAYER, True)


def test_it_is_told_once_until_it_is_another_permission(concert: Stage) -> None:
    assert later_words(gone(concert)) == [NO_PLAYER]
    assert later_words(gone(concert)) == []
    concert.play("Four")
    assert later_words(gone(concert)) == []
    (other,) = later_words(gone(concert, "send_messages"))
    assert other == CannotWrite(what="player", channel_id=CHAT, missing=("send_messages",))


def test_after_it_could_be_posted_it_is_news_again(concert: Stage) -> None:
    gone(concert)
    concert.play("Four")
    concert.handle(ScreenPosted(guild_id=GUILD, channel_id=CHAT, message_id=7, rev=1, at_ms=concert.now_ms))
    assert later_words(gone(concert)) == [NO_PLAYER]


def test_where_nobody_can_be_told_any_more_the_next_who_commands_is(concert: Stage) -> None:
    concert.wait(11 * MINUTE)
    assert later_words(gone(concert)) == []
    assert later_words(concert.order(ShowQueue())) == [], "who only looks is left in peace"
    assert later_words(concert.order(Resume())) == [], "and who was refused"
    effects = concert.order(Pause())
    first, word = all_of(effects, Reply)
    assert (first.followup, word.followup, word.conclusion) == (False, True, NO_PLAYER)
    assert first.command_id == word.command_id
    assert later_words(concert.order(Resume())) == []


def test_a_program_is_not_told(stage: Stage) -> None:
    token = stage.command(Play(query="One"), TOKEN, id="0b0f1f54-9b1a-4b57-8a3a-c1a1b1d1e1f1")
    stage.arrive()
    stage.handle(token)
    stage.found(token.id, song("One"))
    assert later_words(gone(stage)) == []


def test_a_channel_for_announcements_that_takes_none_is_told_of_as_well(concert: Stage) -> None:
    assert later_words(refused(concert)) == [NO_NEWS]
    assert later_words(refused(concert)) == []
    assert later_words(gone(concert)) == [NO_PLAYER]


def test_what_nobody_commanded_is_said_where_music_was_asked_for(concert: Stage) -> None:
    concert.rules = GuildRules(announce_channel_id=ANNOUNCEMENTS)
    concert.wait(11 * MINUTE)
    announced = only(refused(concert), Announce)
    assert (announced.channel_id, announced.notice, announced.otherwise_id) == (CHAT, NO_NEWS, None)
    assert all_of(refused(concert), Announce) == []


def test_not_where_it_may_not_write_either(concert: Stage) -> None:
    concert.wait(11 * MINUTE)
    gone(concert)
    assert refused(concert) == []
    assert later_words(concert.order(Skip())) == [NO_PLAYER, NO_NEWS]


@pytest.mark.parametrize(("channel_id", "otherwise"), [(ANNOUNCEMENTS, CHAT), (CHAT, None), (None, None)])
def test_an_announcement_has_another_place_to_go(concert: Stage, channel_id: int | None, otherwise: int | None) -> None:
    concert.rules = GuildRules(announce_channel_id=channel_id)
    assert only(seen(concert, suppressed=True), Announce).otherwise_id == otherwise
