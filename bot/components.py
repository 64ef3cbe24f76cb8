"""Custom ids of buttons and menus: stateless, so that one works after any restart and names what it means.

`segue:<action>:<guild>[:<target>]`; what turns a page is in page_turns.py, what opens a form in forms.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.custom_ids import CustomId, custom_id_of
from bot.page_turns import TURNS
from bot.sentences import UNKNOWN_BUTTON
from bot.slash.options import Refused
from bot.slash.sound import PRESETS
from project.wire.library import ToggleFavourite
from project.wire.messages import (
    Order,
    Pause,
    Play,
    Previous,
    Resume,
    Seek,
    SetFilters,
    SetLoop,
    SetVolume,
    ShowQueue,
    Shuffle,
    Skip,
    Stop,
)
from project.wire.orders import SetAutoplay, ShowLyrics
from project.wire.privacy import EraseMine

STEP_MS = 15_000
STEP_VOLUME = 10

Answer = Literal["screen", "message", "private", "page"]
"""Where its success shows: on the player message that it sits on, in words for all, for the member alone, or in the
place of what the message showed that it sits on."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a member wants by a button or a menu."""

    order: Order
    answer: Answer


@dataclass(frozen=True, slots=True)
class _Action:
    make: Callable[[int | None, Sequence[str]], Order]
    answer: Answer = "screen"


def _always(order: Order) -> Callable[[int | None, Sequence[str]], Order]:
    return lambda _target, _values: order


def _filters(_target: int | None, values: Sequence[str]) -> Order:
    if len(values) != 1 or values[0] not in PRESETS:
        raise Refused(UNKNOWN_BUTTON)
    return SetFilters(preset=values[0])


def _pick(_target: int | None, values: Sequence[str]) -> Order:
    if len(values) != 1 or not values[0].strip():
        raise Refused(UNKNOWN_BUTTON)
    return Play(query=values[0])


def _favourite(entry: int | None, _values: Sequence[str]) -> Order:
    if entry is None:
        raise Refused(UNKNOWN_BUTTON)
    return ToggleFavourite(entry=entry)


ACTIONS: dict[str, _Action] = {
    "previous": _Action(_always(Previous())),
    "back": _Action(_always(Seek(by_ms=-STEP_MS))),
    "pause": _Action(_always(Pause())),
    "resume": _Action(_always(Resume())),
    "forward": _Action(_always(Seek(by_ms=STEP_MS))),
    "skip": _Action(lambda entry, _values: Skip(entry=entry)),
    "shuffle": _Action(_always(Shuffle())),
    "loop": _Action(_always(SetLoop())),
    "autoplay": _Action(_always(SetAutoplay())),
    "quieter": _Action(_always(SetVolume(by=-STEP_VOLUME))),
    "louder": _Action(_always(SetVolume(by=STEP_VOLUME))),
    "filters": _Action(_filters),
    "stop": _Action(_always(Stop()), "message"),
    "queue": _Action(lambda page, _values: ShowQueue(page=max(1, page or 1)), "private"),
    "pick": _Action(_pick, "message"),
    "favourite": _Action(_favourite, "private"),
    "lyrics": _Action(_always(ShowLyrics()), "private"),
    "erase": _Action(_always(EraseMine()), "private"),
}
"""What stops everything is said aloud, since the player message goes with it."""


def pressed(custom: str, guild_id: int, values: Sequence[str] = ()) -> Pressed:
    """What a component means in the guild where it was used, with what was chosen in a menu; raises Refused."""
    used = custom_id_of(custom)
    meant = _turned(used) if used.name in TURNS else _done(used)
    used.belongs_to(guild_id)
    return meant(values)


def _turned(used: CustomId) -> Callable[[Sequence[str]], Pressed]:
    page = used.target
    if page is None:
        raise Refused(UNKNOWN_BUTTON)
    return lambda _values: Pressed(TURNS[used.name](max(1, page), used.rest), "page")


def _done(used: CustomId) -> Callable[[Sequence[str]], Pressed]:
    action = ACTIONS.get(used.name)
    if action is None or used.rest:
        raise Refused(UNKNOWN_BUTTON)
    return lambda values: Pressed(action.make(used.target, values), action.answer)
