"""Where the simulator's node deliberately does not do what was recorded, and why: the only such list."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Departure:
    """A difference that is meant; `place` is how the suite names it, or begins to."""

    recording: str
    place: str
    reason: str


DEPARTURES: tuple[Departure, ...] = (
    Departure(
        "02-loadtracks",
        "step 2.data.info.length",
        "notags.mp3: the recorder's file had no Xing header, so lavaplayer guessed its length from its size; "
        "ours has one, and libav would not guess wrong",
    ),
    Departure(
        "02-loadtracks",
        "step 29.data.info.length",
        "corrupt.mp3: libav believes the Xing header, lavaplayer the frames it can read",
    ),
    Departure(
        "30-loadfailed",
        "ws events of 9100",
        "koe forgot to report the close after this DELETE (its zombie race, README 22); we always report it",
    ),
    Departure(
        "30-loadfailed",
        "ws events of 9103",
        "the same race",
    ),
    Departure("30-loadfailed", "ws connected of 9100", "the same race: no playerUpdate either"),
    Departure("30-loadfailed", "ws connected of 9103", "the same race: no playerUpdate either"),
)
