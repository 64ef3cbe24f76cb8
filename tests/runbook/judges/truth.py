"""How judges say no, and what several of them look at."""

from __future__ import annotations

from collections.abc import Callable

from simulator.control_client import ControlRefused, wait_for
from tests.cluster import Completed
from tests.runbook.stage import Stage

Dones = list[Completed]
Judge = Callable[[Stage, Dones], None]
Prepare = Callable[[Stage], None]
GAP_MS = 60


class NotTrue(Exception):
    """A command ended, and what the runbook says of it is not so."""


def require(fact: object, sentence: str) -> None:
    """Raises NotTrue with the sentence unless `fact` is truthy."""
    if not fact:
        raise NotTrue(sentence)


def shows(*words: str) -> Judge:
    """The commands have printed all these words."""

    def judge(_: Stage, dones: Dones) -> None:
        said = "\n".join(done.stdout + done.stderr for done in dones)
        missing = [word for word in words if word not in said]
        require(not missing, f"{missing} is not in what was printed: {said[-600:]!r}")

    return judge


def every(*judges: Judge) -> Judge:
    """All of them."""

    def judge(stage: Stage, dones: Dones) -> None:
        for each in judges:
            each(stage, dones)

    return judge


def listening(stage: Stage) -> None:
    """Preparation: Alice hears the tone, and counts from now on."""
    stage.play()
    stage.room.control.reset_ears(stage.room.guild_id)


def unheard(stage: Stage, _: Dones) -> None:
    """Judge after `listening`: nothing was lost meanwhile, and the next command is obeyed."""
    stage.cluster.wait_rolled_out()
    ears = stage.room.ears()
    require(ears["heard_ms"] > 0, "nobody plays any more")
    require(ears["lost"] == 0, f"{ears['lost']} frames were lost")
    require(ears["max_gap_ms"] <= GAP_MS, f"a gap of {ears['max_gap_ms']} ms was heard")
    obeyed(stage, _)


def obeyed(stage: Stage, _: Dones) -> None:
    """A command of a member is carried out."""
    answer = stage.queue()
    require("440 Hz" in answer, f"/queue says {answer!r}")


def soon(look: Callable[[], object], sentence: str, seconds: float = 120) -> None:
    """Raises NotTrue if it is not so within `seconds`."""
    try:
        wait_for(look, sentence, seconds=seconds, pause=0.5)
    except ControlRefused as error:
        raise NotTrue(sentence) from error
