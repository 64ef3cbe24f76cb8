"""What follows when the queue has run out."""

from __future__ import annotations

import msgspec
import pytest

from project.wire.messages import Join, Leave, Play, ScreenPosted, Skip, Stop
from project.wire.orders import SetAutoplay
from tests.workers.player.cast import ALICE, BOB, CHAT, GUILD, Stage, all_of, kinds, only, saved, song, started
from workers.player.announcements import AutoplayEnded, TrackSkipped
from workers.player.effects import Announce, Effect, Reply, Search, ShowPlayer, StartTrack
from workers.player.facts import PlaceGivenUp, PlayerAdopted, TrackEnded, TrackFailed, TracksFound
from workers.player.guild_player import GuildPlayer
from workers.player.limits import GuildRules, Limits
from workers.player.outcomes import Denied, Said, Skipped
from workers.player.permissions import MANAGE_GUILD
from workers.player.track import Track

MANAGER = msgspec.structs.replace(ALICE, permissions=MANAGE_GUILD)


def by(author: str, title: str) -> Track:
    """Somebody's track."""
    return msgspec.structs.replace(song(title), author=author, source="segue")


@pytest.fixture
def last() -> Stage:
    """One, by The Band, plays to Alice and Bob; nothing waits, and similar tracks are to follow."""
    stage = Stage()
    stage.play("One (Official Video)")
    stage.arrive()
    stage.order(SetAutoplay(mode="similar"))
    return stage


def end(stage: Stage) -> list[Effect]:
    """The current track ends by itself."""
    return stage.handle(TrackEnded(stage.current_id, "finished", stage.now_ms))


def run_out(stage: Stage) -> Search:
    """The current track ends; the search that follows."""
    return only(end(stage), Search)


def test_without_autoplay_nothing_follows() -> None:
    stage = Stage()
    stage.play("One")
    stage.arrive()
    assert all_of(end(stage), Search) == []


def test_the_search_is_seeded_by_what_was_played_last(last: Stage) -> None:
    assert run_out(last).query == "One The Band"


@pytest.mark.parametrize(
    ("mode", "query"), [("artist", "The Band"), ("genre", "The Band genre mix"), ("similar", "One The Band")]
)
def test_each_mode_asks_in_its_own_way(last: Stage, mode: str, query: str) -> None:
    last.order(SetAutoplay(mode=mode))  # type: ignore[arg-type]  # parametrized
    assert run_out(last).query == query


def test_what_is_found_plays_and_names_autoplay_as_its_requester(last: Stage) -> None:
    effects = last.found(run_out(last).command_id, by("Others", "Two"))
    entry = only(effects, StartTrack).entry
    assert (entry.track.title, entry.requester_id, entry.requester_name) == ("Two", 0, "Autoplay")
    assert kinds(effects) == ["Save", "StartTrack"], "nobody asked, so nobody is answered"


def test_what_was_played_lately_is_passed_over_whoever_uploaded_it(last: Stage) -> None:
    again, other_upload = song("One (Official Video)"), by("the  BAND", "One [HD]")
    assert started(last.found(run_out(last).command_id, again, other_upload, by("Others", "Two"))) == "Two"


def test_the_same_artist_means_the_same_artist(last: Stage) -> None:
    last.order(SetAutoplay(mode="artist"))
    assert started(last.found(run_out(last).command_id, by("Others", "Two"), by("The Band", "Three"))) == "Three"


def test_the_same_kind_prefers_others(last: Stage) -> None:
    last.order(SetAutoplay(mode="genre"))
    assert started(last.found(run_out(last).command_id, by("The Band", "Three"), by("Others", "Two"))) == "Two"


def test_what_guild_and_plan_do_not_allow_is_passed_over(last: Stage) -> None:
    search = run_out(last)
    last.rules = GuildRules(blocked_words=("two",))
    last.limits = Limits(track_length_ms=200_000)
    live, long = song("Radio", stream=True), song("Opera", length_ms=300_000)
    assert started(last.found(search.command_id, by("Others", "Two"), live, long, by("Others", "Four"))) == "Four"


def test_other_words_are_tried_and_then_it_ends_with_a_word(last: Stage) -> None:
    search, asked = run_out(last), []
    while True:
        asked.append(search.query)
        effects = last.found(search.command_id)
        if not all_of(effects, Search):
            break
        search = only(effects, Search)
    assert asked == ["One The Band", "One", "The Band"]
    assert only(effects, Announce).notice == AutoplayEnded()
    assert last.player.state.follow_up is None
    assert last.player.state.autoplay == "similar"


def test_a_source_that_fails_is_not_asked_again(last: Stage) -> None:
    effects = last.handle(TracksFound(run_out(last).command_id, (), failure="source_failed"))
    assert all_of(effects, Search) == []
    assert only(effects, Announce).notice == AutoplayEnded()


def test_a_member_who_is_quicker_wins_and_no_second_search_runs_beside_the_first(last: Stage) -> None:
    search = run_out(last)
    last.play("Mine")
    assert all_of(last.order(Skip()), Search) == [], "the first search still runs"
    effects = last.found(search.command_id, by("Others", "Two"))
    assert started(effects) == "Two"


def test_what_is_found_too_late_is_not_played(last: Stage) -> None:
    search = run_out(last)
    last.play("Mine")
    assert last.found(search.command_id, by("Others", "Two")) == []
    assert last.current_title == "Mine"


@pytest.mark.parametrize("order", [Stop(), Leave(), SetAutoplay(mode="off")])
def test_it_ends_when_somebody_ends_it(last: Stage, order: Stop | Leave | SetAutoplay) -> None:
    search = run_out(last)
    last.order(order)
    assert all_of(last.found(search.command_id, by("Others", "Two")), StartTrack) == []
    assert last.player.state.follow_up is None


def test_nothing_is_searched_while_nobody_listens_but_when_somebody_returns(last: Stage) -> None:
    last.arrive(listeners=0)
    assert all_of(end(last), Search) == []
    assert only(last.arrive(listeners=1), Search).query == "One The Band"


def test_who_skips_the_last_track_hears_that_something_follows(last: Stage) -> None:
    skipped = last.ask(Skip())
    assert isinstance(skipped, Skipped)
    assert (skipped.next, skipped.awaited, skipped.autoplay) == (None, False, True)


@pytest.mark.parametrize("listeners", [0, 1])
def test_who_skips_where_nothing_will_follow_hears_that_too(last: Stage, listeners: int) -> None:
    last.arrive(listeners=listeners)
    last.limits = Limits() if listeners == 0 else Limits(autoplay_modes=frozenset())
    skipped = last.ask(Skip())
    assert isinstance(skipped, Skipped)
    assert not skipped.autoplay


def test_a_last_track_that_failed_says_that_something_follows(last: Stage) -> None:
    notice = only(last.handle(TrackFailed(last.current_id, "no sound", last.now_ms)), Announce).notice
    assert isinstance(notice, TrackSkipped)
    assert (notice.next, notice.autoplay) == (None, True)


def test_the_player_message_says_so_until_nothing_was_found(last: Stage) -> None:
    last.handle(ScreenPosted(guild_id=GUILD, channel_id=CHAT, message_id=777, rev=1, at_ms=last.now_ms))
    effects = end(last)
    assert only(effects, ShowPlayer).shown.autoplay_searching
    effects = last.handle(TracksFound(only(effects, Search).command_id, (), failure="source_failed"))
    assert not only(effects, ShowPlayer).shown.autoplay_searching


def test_autoplay_that_is_switched_on_in_silence_goes_on_from_what_was_played_last(last: Stage) -> None:
    last.order(SetAutoplay(mode="off"))
    end(last)
    effects = last.order(SetAutoplay(mode="artist"))
    assert only(effects, Search).query == "The Band"
    assert only(effects, Reply).conclusion == Said(
        key="autoplay.begun", values={"mode": "artist", "title": "One (Official Video)"}
    )
    assert started(last.found(only(effects, Search).command_id, by("The Band", "Two"))) == "Two"


def test_who_asks_again_after_nothing_was_found_has_it_tried_again(last: Stage) -> None:
    last.handle(TracksFound(run_out(last).command_id, (), failure="source_failed"))
    assert only(last.order(SetAutoplay(mode="similar")), Search).query == "One The Band"


def test_autoplay_that_is_switched_on_while_it_searches_searches_once(last: Stage) -> None:
    run_out(last)
    effects = last.order(SetAutoplay(mode="artist"))
    assert all_of(effects, Search) == []
    assert isinstance(only(effects, Reply).conclusion, Said)


@pytest.mark.parametrize("order", [Stop(), Leave()])
def test_autoplay_that_is_switched_on_where_the_bot_does_not_play_only_counts_later(
    last: Stage, order: Stop | Leave
) -> None:
    last.order(order)
    effects = last.order(SetAutoplay(mode="artist"), MANAGER)
    assert all_of(effects, Search) == []
    assert only(effects, Reply).conclusion == Said(key="autoplay.artist")
    assert last.player.state.follow_up is None


def test_autoplay_that_is_switched_on_before_anything_was_played_has_nothing_to_go_on_from(stage: Stage) -> None:
    stage.order(Join())
    stage.arrive()
    assert stage.ask(SetAutoplay(mode="similar")) == Said(key="autoplay.similar")


def test_a_new_owner_goes_on_with_it(last: Stage) -> None:
    run_out(last)
    player = last.player
    last.player = GuildPlayer.restore(player.state, None, player.queue, player.played)
    assert only(last.handle(PlayerAdopted(None, last.now_ms)), Search).query == "One The Band"


def test_what_could_not_be_saved_ends_it(last: Stage) -> None:
    search = run_out(last)
    assert all_of(last.handle(PlaceGivenUp(search.command_id)), Search) == []


def test_a_search_of_a_member_that_finds_nothing_leaves_it_to_autoplay(last: Stage) -> None:
    waiting = last.reserve(Play(query="x"), BOB)
    assert all_of(end(last), Search) == []
    assert all_of(last.found(waiting), Search) != []


def test_the_next_track_counts_as_played_for_the_one_after_it(last: Stage) -> None:
    last.found(run_out(last).command_id, by("Others", "Two"))
    assert run_out(last).query == "Two Others"


@pytest.mark.parametrize(
    ("modes", "asked", "answer"),
    [
        (frozenset(), "similar", Denied(key="autoplay.not_in_plan", values={"plan": "Free"})),
        (frozenset(), None, Denied(key="autoplay.not_in_plan", values={"plan": "Free"})),
        (frozenset(), "off", Said(key="autoplay.off")),
        (
            frozenset({"similar"}),
            "artist",
            Denied(key="autoplay.mode_not_in_plan", values={"known": "off, similar", "plan": "Free"}),
        ),
        (frozenset({"similar"}), None, Said(key="autoplay.similar")),
    ],
)
def test_the_plan_decides_which_modes_there_are(
    stage: Stage, modes: frozenset[str], asked: str | None, answer: Said
) -> None:
    stage.limits = Limits(plan="Free", autoplay_modes=modes)
    stage.play("One")
    assert stage.ask(SetAutoplay(mode=asked)) == answer  # type: ignore[arg-type]  # parametrized


def test_a_plan_that_shrank_ends_it(last: Stage) -> None:
    last.limits = Limits(autoplay_modes=frozenset())
    assert all_of(end(last), Search) == []


def test_the_button_goes_through_the_modes_and_is_saved(stage: Stage) -> None:
    stage.play("One")
    seen = [saved(stage.order(SetAutoplay(), ALICE)).state.autoplay for _ in range(5)]
    assert seen == ["similar", "artist", "genre", "mixed", "off"]
