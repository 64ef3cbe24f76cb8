"""A rolling deploy: the new process starts beside the old one, which then is asked to end; nobody hears it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from simulator.scenario.next_command import until_obeyed
from tests.chaos.stage import WAITING, Stage

END_SECONDS = 25
AFTERWARDS_MS = 2_000

pytestmark = pytest.mark.chaos


@pytest.mark.parametrize("names", [("audio",), ("gateway",), ("audio", "gateway")], ids="+".join)
def test_the_new_process_takes_over_unheard(
    names: tuple[str, ...], stage: Stage, record_property: Callable[[str, object], None]
) -> None:
    stage.stack.wait_served()
    processes = len(stage.processes())
    listeners = [stage.guild() for _ in range(4)]
    for one in listeners:
        one.reset_ears()
        one.wait_heard(300)
    seconds = [stage.start_second(name) for name in names]
    time.sleep(1)  # both serve, each its share
    firsts = [stage.hand_over_to(second) for second in seconds]
    ended = time.monotonic()
    for first in firsts:
        first.ask_to_stop()
    obeyed = [until_obeyed(one, "pause", since=ended) for one in listeners]
    for one in listeners:
        one.command("resume")
    codes = [first.process.wait(END_SECONDS) for first in firsts if first.process is not None]
    stage.stack.wait_served()
    ears = [one.wait_heard(one.ears()["heard_ms"] + AFTERWARDS_MS) for one in listeners]
    row = {
        "lost": sum(heard["lost"] for heard in ears),
        "max_gap_ms": max(heard["max_gap_ms"] for heard in ears),
        "next_command_ms": max(one.ms for one in obeyed),
        "tries": max(one.tries for one in obeyed),
    }
    record_property(f"rolling deploy of {' and '.join(names)}", row)
    assert codes == [0] * len(names)
    assert row["lost"] == 0
    assert row["max_gap_ms"] <= 60
    assert [one.queued_titles() for one in listeners] == [WAITING] * len(listeners)
    for one in listeners:
        stage.dissolve(one)
    assert stage.settles_at(processes), f"{len(stage.processes())} processes instead of {processes}"
