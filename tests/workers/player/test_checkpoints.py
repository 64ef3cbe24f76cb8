"""What the actor does around a decision: roll back, save later, skip a revision."""

from __future__ import annotations

from project.wire.messages import Pause, Skip, Stop
from tests.workers.player.cast import Stage, saved


def test_a_rollback_is_exact(concert: Stage) -> None:
    before = concert.player.checkpoint()
    state, current, queue = concert.player.state, concert.player.current, concert.player.queue
    concert.order(Stop())
    concert.player.rollback(before)
    assert (concert.player.state, concert.player.current, concert.player.queue) == (state, current, queue)
    assert concert.player.playing


def test_what_happened_while_the_store_was_away_is_saved_in_one(concert: Stage) -> None:
    before = concert.player.checkpoint()
    concert.order(Skip())
    concert.order(Skip())
    concert.order(Pause())
    save = concert.player.save_since(before)
    assert save is not None
    assert save.state == concert.player.state
    assert [(entry.track.title, status) for entry, status in save.put] == [
        ("One", "played"),
        ("Two", "played"),
        ("Three", "current"),
    ]
    assert concert.player.save_since(concert.player.checkpoint()) is None


def test_a_skipped_revision_is_never_used(concert: Stage) -> None:
    before = concert.player.checkpoint()
    unanswered = saved(concert.order(Skip())).state.rev
    concert.player.rollback(before)
    concert.player.skip_revision()
    assert before.state.rev == unanswered - 1, "the checkpoint is untouched"
    assert saved(concert.order(Skip())).state.rev == unanswered + 1
