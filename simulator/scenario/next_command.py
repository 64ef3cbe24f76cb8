"""After something broke: how long until a member is obeyed again, the member typing again when told to, or unheard."""

from __future__ import annotations

import time
from dataclasses import dataclass

from simulator.control_client import ControlRefused
from simulator.scenario.listener import POLL_SECONDS, Listener, refused

UNHEARD_SECONDS = 3.5
"""Discord gives up after 3 s; then a member types again."""


@dataclass(frozen=True, slots=True)
class Obeyed:
    """The first answer that says so came `ms` after the blow; it took `tries` commands."""

    ms: int
    tries: int


def until_obeyed(listener: Listener, name: str, *, since: float, seconds: float = 30) -> Obeyed:
    """Type /`name` until it is obeyed, `since` being the blow's monotonic time; raises ControlRefused.

    Workers answer after the node did what they asked, so the answer's arrival is the latest moment of obedience.
    """
    deadline = since + seconds
    sent: list[str] = []
    while time.monotonic() < deadline:
        sent.append(listener.send(name))
        patience = min(deadline, time.monotonic() + UNHEARD_SECONDS)
        told_no = False
        while time.monotonic() < patience and not told_no:
            answers = [listener.answer(one) for one in sent]
            if any(answer and not refused(answer) for answer in answers):
                return Obeyed(round((time.monotonic() - since) * 1000), len(sent))
            told_no = answers[-1] is not None
            time.sleep(0.5 if told_no else POLL_SECONDS)
    raise ControlRefused(f"/{name} was not obeyed within {seconds:g} s; {len(sent)} were sent")
