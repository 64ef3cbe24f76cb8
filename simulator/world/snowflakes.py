"""Discord's ids: they carry the time they were made, which bots rely on to judge an interaction's age."""

from simulator.world.time_rules import Clock

DISCORD_EPOCH_MS = 1_420_070_400_000
_SEQUENCE_BITS = 22


def snowflake_at(unix_ms: int, sequence: int = 0) -> str:
    """The id of something made at that time; `sequence` (22 bits) tells apart what one millisecond made."""
    return str((unix_ms - DISCORD_EPOCH_MS) << _SEQUENCE_BITS | sequence)


def made_at(snowflake: str) -> float:
    """Unix time in seconds at which that id was made."""
    return ((int(snowflake) >> _SEQUENCE_BITS) + DISCORD_EPOCH_MS) / 1000


def is_snowflake(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20


class SnowflakeMint:
    """Makes ids that never repeat, by counting through the 22 bits below the time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sequence = 0

    def new(self, *, age_ms: int = 0) -> str:
        """A fresh id that claims to be `age_ms` old."""
        self._sequence = (self._sequence + 1) & ((1 << _SEQUENCE_BITS) - 1)
        return snowflake_at(int(self._clock() * 1000) - age_ms, self._sequence)
