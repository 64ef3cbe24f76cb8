"""Searching to choose, and taking a queue out and in again."""

from __future__ import annotations

import msgspec
import pytest

from project.wire.messages import Play
from project.wire.orders import ExportQueue, ImportQueue, SearchTracks
from tests.workers.player.cast import CHARLIE, DORA, GUILD, MINUTE, Stage, kinds, only, song
from workers.player.effects import Reply, Search, SearchMany
from workers.player.exporting import LINE_LENGTH, export_line, export_pages
from workers.player.facts import TracksFound
from workers.player.limits import GuildRules, Limits
from workers.player.outcomes import AddedMany, QueueExported, Refused, TracksOffered


def lookup(stage: Stage) -> Search:
    """A search that was begun by a member outside the channel."""
    return only(stage.order(SearchTracks(query=" jazz ", source="youtube"), DORA), Search)


def test_matches_are_offered_to_anybody_and_nothing_is_queued(stage: Stage) -> None:
    search = lookup(stage)
    assert (search.query, search.source) == ("jazz", "youtube")
    effects = stage.found(search.command_id, song("One"), song("Two"))
    assert only(effects, Reply).conclusion == TracksOffered(
        guild_id=GUILD, query="jazz", tracks=(song("One"), song("Two"))
    )
    assert kinds(effects) == ["Reply"]
    assert stage.player.idle


def test_a_search_that_runs_keeps_the_player_in_memory(stage: Stage) -> None:
    lookup(stage)
    assert not stage.player.idle


def test_only_what_guild_and_plan_allow_is_offered(stage: Stage) -> None:
    stage.rules, stage.limits = GuildRules(blocked_words=("one",)), Limits(track_length_ms=200_000)
    search = lookup(stage)
    effects = stage.found(search.command_id, song("One"), song("Opera", length_ms=300_000), song("Two"))
    offered = only(effects, Reply).conclusion
    assert isinstance(offered, TracksOffered)
    assert [track.title for track in offered.tracks] == ["Two"]


@pytest.mark.parametrize(
    ("rules", "limits", "reason"),
    [
        (
            GuildRules(blocked_artists=("the band",)),
            Limits(track_length_ms=200_000),
            Refused(reason="blocked", detail="One"),
        ),
        (
            GuildRules(),
            Limits(plan="Free", track_length_ms=MINUTE),
            Refused(reason="track_too_long", detail="One", limit=MINUTE, plan="Free"),
        ),
        (
            GuildRules(blocked_words=("one",)),
            Limits(plan="Free", track_length_ms=MINUTE),
            Refused(reason="track_too_long", detail="Two", limit=MINUTE, plan="Free"),
        ),
    ],
    ids=["rules", "plan", "both"],
)
def test_what_was_found_and_is_not_allowed_is_not_called_nothing(
    stage: Stage, rules: GuildRules, limits: Limits, reason: Refused
) -> None:
    stage.rules, stage.limits = rules, limits
    effects = stage.found(lookup(stage).command_id, song("One"), song("Two"))
    assert only(effects, Reply).conclusion == reason


def test_nothing_found_and_a_failure_are_said(stage: Stage) -> None:
    assert only(stage.found(lookup(stage).command_id), Reply).conclusion == Refused(
        reason="nothing_found", detail="jazz"
    )
    effects = stage.handle(TracksFound(lookup(stage).command_id, (), failure="node_away"))
    assert only(effects, Reply).conclusion == Refused(reason="node_away", detail="jazz")


def test_an_empty_search_is_refused(stage: Stage) -> None:
    assert stage.refusal(SearchTracks(query=" ")) == "query_empty"


def test_all_lines_of_an_import_are_asked_for_as_far_as_the_plan_imports(stage: Stage) -> None:
    stage.limits = Limits(import_size=2)
    command = stage.command(ImportQueue(query="One", lines=("One", "Two", "Three")))
    wanted = only(stage.handle(command), SearchMany)
    assert wanted.queries == ("One", "Two")
    found = TracksFound(command.id, (song("One"),), "One", missing=1)
    answer = only(stage.handle(found), Reply).conclusion
    assert isinstance(answer, AddedMany)
    assert (answer.count, answer.missing, answer.left_out) == (1, 1, 1)


def test_an_import_obeys_what_holds_for_play(concert: Stage) -> None:
    order = ImportQueue(query="One", lines=("One",))
    assert concert.refusal(order, CHARLIE) == concert.refusal(Play(query="One"), CHARLIE) == "other_channel"


def test_what_plays_and_waits_is_exported_by_address(concert: Stage) -> None:
    answer = concert.ask(ExportQueue(), DORA)
    lines = tuple(f"https://music.example/{title}" for title in ("One", "Two", "Three"))
    assert answer == QueueExported(lines=lines, page=1, pages=1, total=3)
    assert concert.refusal(ExportQueue(page=2)) == "no_such_page"


def test_an_empty_queue_cannot_be_exported(stage: Stage) -> None:
    assert stage.refusal(ExportQueue()) == "queue_empty"


def test_a_track_without_an_address_is_exported_as_words() -> None:
    local = msgspec.structs.replace(song("One; two"), uri="/music/one.mp3")
    assert export_line(local) == "One two The Band"
    long = msgspec.structs.replace(song("One"), uri="https://music.example/" + "x" * LINE_LENGTH)
    assert export_line(long) == "One The Band"


def test_pages_can_be_imported_again_and_lose_nothing() -> None:
    tracks = [msgspec.structs.replace(song(f"{n:0>250}ñ"), uri=None) for n in range(1_500)]
    pages = export_pages(tracks)
    assert len(pages) == 2
    assert [line for page in pages for line in page] == [export_line(track) for track in tracks]
    assert all(len("\n".join(page).encode()) <= 256 * 1024 for page in pages)
