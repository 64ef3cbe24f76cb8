"""A long import is handed over part by part: it plays from the first on, and every line is accounted for."""

from __future__ import annotations

import msgspec

from project.wire.orders import Clear, ImportQueue, Leave, Skip, Stop
from tests.workers.player.cast import BOB, MINUTE, Stage, all_of, only, saved, song, started
from workers.player.effects import Effect, Progress, Reply, SearchMany
from workers.player.facts import ImportGoesOn, TracksFound
from workers.player.guild_player import GuildPlayer
from workers.player.importing import FIRST_LINES, IMPORT_MS, PART_LINES
from workers.player.limits import Limits
from workers.player.outcomes import AddedMany, Refused

LINES = tuple(f"line {number}" for number in range(FIRST_LINES + PART_LINES + 3))


def begin(stage: Stage, *, cut: int = 0) -> SearchMany:
    """An import of many lines; the first of them are asked for."""
    return only(stage.handle(stage.command(ImportQueue(query="list", lines=LINES, cut=cut))), SearchMany)


def answer(stage: Stage, asked: SearchMany, *, missing: int = 0, unanswered: int = 0) -> list[Effect]:
    """A part comes back: a track for each line but so many."""
    found = asked.queries[: len(asked.queries) - missing - unanswered]
    return stage.handle(
        TracksFound(asked.command_id, tuple(map(song, found)), "list", missing=missing, unanswered=unanswered)
    )


def finish(stage: Stage, effects: list[Effect]) -> AddedMany:
    """All parts that are still to come are found."""
    while asked := all_of(effects, SearchMany):
        effects = answer(stage, asked[0])
    conclusion = only(effects, Reply).conclusion
    assert isinstance(conclusion, AddedMany)
    return conclusion


def restored(stage: Stage, *, fair: bool = False) -> GuildPlayer:
    """The player as the next owner reads it."""
    player = stage.player
    state = msgspec.structs.replace(player.state, fair_queue=fair)
    return GuildPlayer.restore(state, player.current, player.queue, player.played)


def test_the_first_lines_play_while_the_others_are_looked_up(stage: Stage) -> None:
    asked = begin(stage)
    assert asked.queries == LINES[:FIRST_LINES]
    effects = answer(stage, asked)
    assert started(effects) == "line 0"
    assert only(effects, SearchMany).queries == LINES[FIRST_LINES : FIRST_LINES + PART_LINES]
    assert not all_of(effects, Reply)


def test_how_far_it_is_is_saved_and_told_with_each_part(stage: Stage) -> None:
    effects = answer(stage, begin(stage), missing=1)
    told = only(effects, Progress).conclusion
    assert (told.count, told.missing, told.asked, told.lines) == (3, 1, FIRST_LINES, len(LINES))
    assert saved(effects).put


def test_all_lines_come_in_their_order_before_what_was_asked_for_later(stage: Stage) -> None:
    effects = answer(stage, begin(stage))
    stage.play("Later", actor=BOB)
    conclusion = finish(stage, effects)
    assert [stage.current_title, *stage.titles] == [*LINES, "Later"]
    assert (conclusion.count, conclusion.asked, conclusion.position) == (len(LINES), None, 0)


def test_what_no_source_answered_is_not_what_nobody_knows(stage: Stage) -> None:
    effects = answer(stage, begin(stage), missing=1, unanswered=2)
    effects = answer(stage, only(effects, SearchMany), unanswered=3)
    conclusion = finish(stage, effects)
    assert (conclusion.count, conclusion.missing, conclusion.unanswered) == (len(LINES) - 6, 1, 5)


def test_when_a_whole_part_is_not_answered_the_rest_is_not_asked_for(stage: Stage) -> None:
    effects = answer(stage, begin(stage))
    asked = only(effects, SearchMany)
    failed = TracksFound(asked.command_id, (), "list", failure="timed_out", unanswered=len(asked.queries))
    effects = stage.handle(failed)
    assert not all_of(effects, SearchMany)
    conclusion = only(effects, Reply).conclusion
    assert isinstance(conclusion, AddedMany)
    assert (conclusion.count, conclusion.unanswered) == (FIRST_LINES, len(LINES) - FIRST_LINES)


def test_nothing_at_all_is_refused_with_its_reason(stage: Stage) -> None:
    asked = begin(stage)
    effects = stage.handle(
        TracksFound(asked.command_id, (), "list", failure="node_away", unanswered=len(asked.queries))
    )
    assert only(effects, Reply).conclusion == Refused(reason="node_away", detail="list")
    asked = begin(stage)
    while True:
        effects = stage.handle(TracksFound(asked.command_id, (), "list", missing=len(asked.queries)))
        if not (more := all_of(effects, SearchMany)):
            break
        asked = more[0]
    assert only(effects, Reply).conclusion == Refused(reason="nothing_found", detail="list")


def test_an_import_ends_in_time_for_its_answer_to_be_shown(stage: Stage) -> None:
    asked = begin(stage)
    stage.wait(IMPORT_MS)
    conclusion = only(answer(stage, asked), Reply).conclusion
    assert isinstance(conclusion, AddedMany)
    assert (conclusion.count, conclusion.unanswered) == (FIRST_LINES, len(LINES) - FIRST_LINES)


def test_a_queue_without_room_ends_it(stage: Stage) -> None:
    stage.limits = Limits(queue_size=FIRST_LINES + 2)
    asked = only(answer(stage, begin(stage)), SearchMany)
    conclusion = only(answer(stage, asked), Reply).conclusion
    assert isinstance(conclusion, AddedMany)
    assert len(stage.titles) == FIRST_LINES + 2
    assert (conclusion.count, conclusion.left_out) == (FIRST_LINES + 3, len(LINES) - FIRST_LINES - 3)


def test_the_plans_import_counts_tracks_as_well_as_lines(stage: Stage) -> None:
    stage.limits = Limits(import_size=FIRST_LINES + 1)
    asked = begin(stage)
    album = tuple(song(f"album {number}") for number in range(FIRST_LINES))
    asked = only(stage.handle(TracksFound(asked.command_id, album, "list")), SearchMany)
    assert asked.queries == LINES[FIRST_LINES : FIRST_LINES + 1]
    effects = stage.handle(TracksFound(asked.command_id, (song("a"), song("b")), "list"))
    conclusion = only(effects, Reply).conclusion
    assert isinstance(conclusion, AddedMany)
    assert (conclusion.count, conclusion.left_out) == (FIRST_LINES + 1, len(LINES) - FIRST_LINES)


def test_lines_that_were_cut_off_are_counted(stage: Stage) -> None:
    assert finish(stage, answer(stage, begin(stage, cut=7))).cut == 7


def test_a_stop_ends_it_and_no_further_line_is_looked_up(stage: Stage) -> None:
    asked = only(answer(stage, begin(stage)), SearchMany)
    stage.order(Stop())
    effects = answer(stage, asked)
    assert only(effects, Reply).conclusion == Refused(reason="cancelled", detail="list")
    assert not all_of(effects, SearchMany)
    assert stage.titles == []


def test_who_clears_the_queue_clears_what_is_still_to_come(stage: Stage) -> None:
    asked = only(answer(stage, begin(stage)), SearchMany)
    stage.order(Clear())
    assert only(answer(stage, asked), Reply).conclusion == Refused(reason="cancelled", detail="list")


def test_a_skip_over_the_last_track_so_far_waits_for_the_next_part(stage: Stage) -> None:
    asked = only(answer(stage, begin(stage)), SearchMany)
    for _ in range(FIRST_LINES):
        stage.order(Skip())
        stage.wait(MINUTE)
    effects = answer(stage, asked)
    assert started(effects) == f"line {FIRST_LINES}"


def test_the_next_owner_goes_on_where_the_last_part_was_saved(stage: Stage) -> None:
    command = stage.command(ImportQueue(query="list", lines=LINES))
    asked = only(stage.handle(command), SearchMany)
    so_far = only(answer(stage, asked, missing=1), Progress).conclusion

    heir = Stage()
    heir.now_ms = stage.now_ms
    heir.player = restored(stage)
    asked = only(heir.handle(ImportGoesOn(command, so_far)), SearchMany)
    assert asked.queries == LINES[FIRST_LINES : FIRST_LINES + PART_LINES]
    conclusion = finish(heir, answer(heir, asked))
    assert (conclusion.count, conclusion.missing) == (len(LINES) - 1, 1)
    assert len(heir.titles) == len(LINES) - 2


def test_what_the_next_owner_adds_does_not_end_a_stop_that_came_meanwhile(stage: Stage) -> None:
    command = stage.command(ImportQueue(query="list", lines=LINES))
    so_far = only(answer(stage, only(stage.handle(command), SearchMany)), Progress).conclusion
    stage.order(Leave())

    heir = Stage(player=restored(stage), now_ms=stage.now_ms)
    finish(heir, answer(heir, only(heir.handle(ImportGoesOn(command, so_far)), SearchMany)))
    assert heir.player.state.stopped_by is not None
    assert not heir.player.playing


def test_a_fair_queue_takes_every_part_into_its_turns(stage: Stage) -> None:
    stage.player = restored(stage, fair=True)
    effects = answer(stage, begin(stage))
    stage.play("Bobs", actor=BOB)
    finish(stage, effects)
    assert stage.titles[:2] in ([LINES[1], "Bobs"], ["Bobs", LINES[1]])
    assert [title for title in stage.titles if title != "Bobs"] == list(LINES[1:])
