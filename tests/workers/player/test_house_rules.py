"""What a guild has set about music: its sources, its blocklist, each member's share, volume and announcements."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest

from project.wire.messages import Actor, Join, Play, ScreenGone, SetVolume, Stop
from tests.workers.player.cast import ALICE, BOB, CHAT, DJ_ROLE, GUILD, TOKEN, Stage, all_of, only, song, started
from workers.player.effects import Announce, Reply, ShowPlayer, StartTrack
from workers.player.facts import TrackFailed
from workers.player.house_rules import objection
from workers.player.limits import GuildRules, Limits
from workers.player.outcomes import AddedMany, Refused
from workers.player.permissions import MANAGE_GUILD

MANAGER = msgspec.structs.replace(BOB, permissions=MANAGE_GUILD)


@pytest.mark.parametrize(
    ("words", "title", "blocked"),
    [
        (("shark",), "Baby SHARK Dance", True),
        (("shark",), "Sharkless", False),
        (("baby shark",), "baby   shark", True),
        (("c++",), "Learn C++ (song)", True),
        (("one", "two"), "Two", True),
        ((), "Anything", False),
    ],
)
def test_words_block_titles_that_say_them_whole(words: tuple[str, ...], title: str, blocked: bool) -> None:
    assert (objection(song(title), GuildRules(blocked_words=words)) is not None) == blocked


@pytest.mark.parametrize(
    ("entry", "uri", "blocked"),
    [
        ("evil.com", "https://music.evil.com/a", True),
        ("evil.com", "https://www.evil.com", True),
        ("evil.com", "https://notevil.com/a", False),
        ("evil.com", "https://good.com/evil.com", False),
        ("evil.com", "http://user@evil.com:8000/live", True),
        ("evil.com:8000", "http://evil.com:8000/live", True),
        ("evil.com:8000", "http://evil.com/live", False),
        ("site.com/watch?v=1", "https://site.com/watch?v=1&t=5", True),
        ("site.com/watch?v=1", "https://site.com/watch?v=12", False),
        ("site.com/bad", "https://site.com/bad/song", True),
    ],
)
def test_addresses_block_what_lies_below_them(entry: str, uri: str, blocked: bool) -> None:
    track = msgspec.structs.replace(song(), uri=uri)
    assert (objection(track, GuildRules(blocked_urls=(entry,))) is not None) == blocked


def test_artists_are_blocked_by_name_not_by_title() -> None:
    rules = GuildRules(blocked_artists=("the band",))
    assert objection(song("Fine"), rules) == Refused(reason="blocked", detail="Fine")
    assert objection(msgspec.structs.replace(song("The Band"), author="Others"), rules) is None


def test_a_source_that_is_not_allowed_is_named() -> None:
    rules = GuildRules(allowed_sources=frozenset({"soundcloud"}))
    youtube, soundcloud, plugin = (
        msgspec.structs.replace(song(), source=name) for name in ("youtube", "soundcloud", "local")
    )
    assert objection(youtube, rules) == Refused(reason="source_not_allowed", detail="youtube")
    assert objection(soundcloud, rules) is None
    assert objection(plugin, rules) is None, "nobody could have allowed it"


def test_a_blocked_track_is_refused_and_the_next_search_is_not_held_up(stage: Stage) -> None:
    stage.rules = GuildRules(blocked_words=("shark",))
    refused = only(stage.found(stage.reserve(), song("Shark")), Reply).conclusion
    assert refused == Refused(reason="blocked", detail="Shark")
    assert started(stage.found(stage.reserve(), song("Whale"))) == "Whale"


def test_of_a_playlist_the_blocked_ones_are_left_out(stage: Stage) -> None:
    stage.rules = GuildRules(blocked_words=("shark",))
    effects = stage.found(stage.reserve(), song("Whale"), song("Shark"), song("Seal"), playlist="Sea")
    added = only(effects, Reply).conclusion
    assert isinstance(added, AddedMany)
    assert (added.count, added.left_out) == (2, 1)
    assert stage.titles == ["Seal"]


def test_a_member_has_a_share_of_what_waits(stage: Stage) -> None:
    stage.rules = GuildRules(max_tracks_per_member=2)
    stage.play("Plays", "First", "Second", actor=BOB)
    assert stage.ask(Play(query="x"), BOB) == Refused(reason="member_limit", limit=2)
    stage.play("Other", actor=ALICE)
    assert stage.titles == ["First", "Second", "Other"]


def test_running_searches_count_for_the_share(stage: Stage) -> None:
    stage.rules = GuildRules(max_tracks_per_member=1)
    stage.reserve(actor=BOB)
    assert stage.refusal(Play(query="x"), BOB) == "member_limit"


def test_a_playlist_fills_no_more_than_the_share(stage: Stage) -> None:
    stage.rules = GuildRules(max_tracks_per_member=2)
    stage.play("Plays")
    effects = stage.found(stage.reserve(actor=BOB), song("A"), song("B"), song("C"), playlist="Letters")
    added = only(effects, Reply).conclusion
    assert isinstance(added, AddedMany)
    assert (added.count, added.left_out) == (2, 1)


@pytest.mark.parametrize("actor", [MANAGER, TOKEN], ids=["manager", "token"])
def test_managers_and_the_api_are_not_limited(stage: Stage, actor: Actor) -> None:
    stage.rules = GuildRules(max_tracks_per_member=1)
    stage.play("Plays")
    stage.play("First", "Second", actor=actor)
    assert stage.titles == ["First", "Second"]


@pytest.mark.parametrize(("wanted", "cap", "volume"), [(40, 200, 40), (180, 100, 100), (None, 200, 100)])
def test_a_new_session_begins_at_the_guilds_volume(wanted: int | None, cap: int, volume: int) -> None:
    stage = Stage(rules=GuildRules(default_volume=wanted), limits=Limits(volume_cap=cap))
    assert only(stage.found(stage.reserve(), song()), StartTrack).volume == volume


def test_what_was_kept_goes_on_as_loud_as_it_was() -> None:
    stage = Stage(rules=GuildRules(default_volume=40))
    stage.order(Join())
    stage.arrive()
    stage.play("Song")
    stage.order(SetVolume(level=70))
    stage.arrive(None)
    stage.order(Join())
    assert stage.player.state.volume == 70
    stage.arrive()
    stage.order(Stop())
    stage.order(Join())
    assert stage.player.state.volume == 40


def test_announcements_go_where_the_guild_wants_them(stage: Stage) -> None:
    stage.rules = GuildRules(announce_channel_id=777)
    stage.play("Broken")
    effects = stage.handle(TrackFailed(stage.current_id, "no sound", at_ms=stage.now_ms))
    assert [notice.channel_id for notice in all_of(effects, Announce)] == [777]


def test_the_player_message_has_a_channel_of_its_own(stage: Stage) -> None:
    stage.rules = GuildRules(player_channel_id=777)
    effects = stage.found(stage.reserve(), song())
    assert only(effects, ShowPlayer).channel_id == 777


@pytest.mark.parametrize("reason", ["forbidden", "unknown_channel"])
def test_a_channel_that_takes_no_message_is_not_insisted_on(
    stage: Stage, reason: Literal["forbidden", "unknown_channel"]
) -> None:
    stage.rules = GuildRules(player_channel_id=777)
    stage.play("First")
    stage.handle(ScreenGone(guild_id=GUILD, channel_id=777, at_ms=stage.now_ms, reason=reason))
    assert only(stage.found(stage.reserve(), song()), ShowPlayer).channel_id == CHAT


def test_only_djs_in_dj_only_mode_may_add(stage: Stage) -> None:
    stage.rules = GuildRules(dj_role_id=DJ_ROLE, dj_only=True)
    stage.play("Song")
    stage.arrive()
    assert stage.refusal(Play(query="x"), BOB) == "not_allowed"
