"""What may go wrong with voice on demand, so that tests can see it noticed."""

from dataclasses import dataclass, field

DEFAULT_PITCH = 1.19
"""Three semitones up: 440 Hz becomes about 523."""

KINDS = frozenset({"lose_frames", "mute", "tone", "close", "drop", "delay"})


def _number(params: dict[str, object], name: str, default: float | None = None) -> float:
    value = params.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"the fault needs {name}, a number not below 0; got {value!r}")
    return value


@dataclass(slots=True)
class VoiceFaults:
    """The faults that last; key None stands for every guild."""

    _losses: dict[str | None, int] = field(default_factory=dict)
    _muted: set[str | None] = field(default_factory=set)
    _pitches: dict[str | None, float] = field(default_factory=dict)
    _delays_ms: dict[str | None, float] = field(default_factory=dict)

    def set(self, kind: str, guild_id: str | None, params: dict[str, object]) -> None:
        """Arm lose_frames, mute, tone or delay; ValueError names what is wrong with the order."""
        if kind == "lose_frames":
            self._losses[guild_id] = int(_number(params, "count"))
        elif kind == "mute":
            self._muted.add(guild_id)
        elif kind == "tone":
            self._pitches[guild_id] = _number(params, "factor", DEFAULT_PITCH) or DEFAULT_PITCH
        elif kind == "delay":
            self._delays_ms[guild_id] = _number(params, "ms")
        else:
            raise ValueError(f"no voice fault is called {kind!r}; known: {', '.join(sorted(KINDS))}")

    def clear(self) -> None:
        """Let everything go well again."""
        self._losses.clear()
        self._muted.clear()
        self._pitches.clear()
        self._delays_ms.clear()

    def takes_frame(self, guild_id: str) -> bool:
        """Whether the guild's next packet vanishes; each call uses up one of the losses."""
        for key in (guild_id, None):
            if self._losses.get(key, 0) > 0:
                self._losses[key] -= 1
                return True
        return False

    def mutes(self, guild_id: str) -> bool:
        """Whether the guild hears silence."""
        return guild_id in self._muted or None in self._muted

    def pitch(self, guild_id: str) -> float:
        """How many times as fast the guild hears its sound."""
        return self._pitches.get(guild_id, self._pitches.get(None, 1.0))

    def delay_s(self, guild_id: str | None) -> float:
        """Seconds to wait: before the websocket opens for None, before IDENTIFY is answered for a guild."""
        return self._delays_ms.get(guild_id, 0.0) / 1000
