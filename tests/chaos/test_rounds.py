"""An audio child is killed again and again under load: no command is lost, none happens twice or out of turn."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest

from simulator.control_client import wait_for
from tests.chaos.load import TITLES, GuildLoad, SteadyLoad, account_of
from tests.chaos.stage import Stage

ROUNDS = int(os.environ.get("ROUNDS") or 20)
ROUND_SECONDS = 3.6
CHILDREN = 3
"""So that each lives for more than 10 s: the supervisor lets a child rest that dies sooner again and again."""
GUILDS = 6
AHEAD = 3
"""Tracks that each guild has before the load begins."""

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120 + 2 * ROUNDS * ROUND_SECONDS)]


def test_no_command_is_lost_doubled_or_overtaken(stage: Stage, record_property: Callable[[str, object], None]) -> None:
    loads = [_guild(stage) for _ in range(GUILDS)]
    load = SteadyLoad(loads)
    load.start()
    try:
        _kill_children(stage, loads)
    finally:
        load.stop()
    stage.stack.wait_served()
    answered = [_answered(one, loaded) for loaded in loads for one in loaded.sent]
    account = account_of(loads, stage.stack.database_url)
    ears = [loaded.listener.ears() for loaded in loads]
    row = {
        "lost": sum(heard["lost"] for heard in ears),
        "max_gap_ms": max(heard["max_gap_ms"] for heard in ears),
        "next_command_ms": max(answered),
        "rounds": ROUNDS,
        "commands": sum(len(loaded.sent) for loaded in loads),
        "commands_lost": len(account.lost),
        "commands_doubled": len(account.doubled),
        "commands_out_of_order": len(account.out_of_order),
    }
    record_property(f"{ROUNDS} rounds of kill -9 under load", row)
    assert (account.lost, account.doubled, account.out_of_order) == ([], [], [])
    assert row["lost"] == 0


def _guild(stage: Stage) -> GuildLoad:
    listener = stage.new_guild()
    load = GuildLoad(listener, list(TITLES[:AHEAD]))
    for title in load.titles:
        listener.command("play", query=title)
    listener.wait_heard(300)
    listener.reset_ears()
    return load


def _kill_children(stage: Stage, loads: list[GuildLoad]) -> None:
    """One child per round, the one that has lived longest among those that own a guild's slot."""
    born: dict[int, float] = {}

    def oldest_owner() -> int | None:
        living = {child["pid"] for child in stage.stack.audio_children()}
        for pid in living:
            born.setdefault(pid, time.monotonic())
        owners = {stage.strikes.lease_pid(loaded.listener.guild_id) for loaded in loads}
        return min((pid for pid in living if pid in owners), key=lambda pid: born[pid], default=None)

    for _ in range(ROUNDS):
        began = time.monotonic()
        os.kill(wait_for(oldest_owner, "a child that owns a guild's slot", seconds=20, pause=0.2), signal.SIGKILL)
        time.sleep(max(0.0, ROUND_SECONDS - (time.monotonic() - began)))


def _answered(interaction: str, load: GuildLoad) -> int:
    """How long the member waited for it in ms; raises ControlRefused when no answer came at all."""
    answer: dict[str, float] = wait_for(
        lambda: load.listener.answer(interaction), f"an answer to {interaction}", seconds=10
    )
    return round(answer["first_response_ms"])
