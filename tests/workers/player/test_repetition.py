"""While the queue is repeated, whatever only goes elsewhere in it neither loses nor doubles a track."""

from __future__ import annotations

from collections import Counter

import hypothesis.strategies as st
from hypothesis import given, settings

from project.wire.orders import (
    Dedupe,
    Jump,
    MoveTrack,
    Order,
    Pause,
    Previous,
    Replay,
    Resume,
    SetLoop,
    Shuffle,
    Skip,
    Swap,
)
from tests.workers.player.cast import Stage
from workers.player.facts import TrackEnded

FINISHED = "finished"
ELSEWHERE: list[Order | str] = [Skip(), Skip(), Previous(), Previous(), Jump(position=1), Jump(position=2), FINISHED]
ELSEWHERE += [Jump(position=3), Replay(), Pause(), Resume(), Shuffle(), Dedupe(), Swap(first=1, second=2)]
ELSEWHERE += [MoveTrack(source=2, target=1)]


def tracks(stage: Stage) -> Counter[str | None]:
    """What plays and what waits."""
    return Counter([stage.current_title, *stage.titles])


@settings(max_examples=60)
@given(st.integers(1, 4), st.lists(st.sampled_from(ELSEWHERE), max_size=25))
def test_the_same_tracks_go_round(count: int, steps: list[Order | str]) -> None:
    stage = Stage()
    stage.play(*"ABCD"[:count])
    stage.arrive()
    stage.order(SetLoop(mode="queue"))
    before = tracks(stage)
    for step in steps:
        stage.wait(5_000)
        if isinstance(step, str):
            stage.handle(TrackEnded(stage.current_id, "finished", stage.now_ms))
        else:
            stage.order(step)
        assert tracks(stage) == before, step
