"""Who sits in which voice channel, guild by guild: interactions do not say it, and a RESUME does not repeat it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from project.wire.messages import VoiceEvent, VoiceServerChanged, VoiceStateChanged

LEFT = 0
"""In place of a channel id: no channel."""
PRESENT_MAX = 100
"""So many members are named in an event; in a larger crowd a vote more or less decides nothing."""
OWN_STATE = ("channel_id", "session_id", "suppressed", "muted")
"""The mirror's fields for our own voice state."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One member's place. `bot` as Discord's user object says; unknown members count as humans."""

    channel_id: int
    bot: bool = False


@dataclass(slots=True)
class GuildVoice:
    """One guild. `complete` says that whoever is not in it is in no channel."""

    complete: bool = False
    seats: dict[int, Seat] = field(default_factory=dict)
    """Everybody but us."""
    own_channel: int | None = None
    own_session: str | None = field(default=None, repr=False)
    own_suppressed: bool = False
    """We may not speak where we are."""
    own_muted: bool = False
    """We were muted in this guild."""
    endpoint: str | None = None
    token: str | None = field(default=None, repr=False)
    move_rev: int = -1
    """Rev of the last op 4 that was sent."""
    move_channel: int | None = None
    """Channel that an op 4 asked for and Discord has not confirmed, LEFT to leave; None when all is settled."""
    move_epoch: int = 0
    """Of the slot's owner that wanted the last op 4; 0 if it is not known."""

    def outdates(self, epoch: int, rev: int) -> bool:
        """Whether an op 4 is older than the last one. A newer owner may count from a restored database, from below."""
        if epoch and self.move_epoch and epoch != self.move_epoch:
            return epoch < self.move_epoch
        return rev < self.move_rev

    @property
    def belongs(self) -> int | None:
        """Where we are wanted: the channel last asked for, even if Discord has not confirmed it yet."""
        return self.own_channel if self.move_channel is None else self.move_channel or None

    def listeners(self) -> int:
        """Humans in our channel."""
        return len(self.company())

    def company(self) -> tuple[int, ...]:
        """Who they are."""
        here = self.own_channel
        seats = self.seats.items() if here is not None else ()
        return tuple(user for user, seat in seats if not seat.bot and seat.channel_id == here)

    def move(self, user_id: int, seat: Seat | None) -> bool:
        """Note a member's place; whether that member entered or left our channel."""
        before = self.seats.pop(user_id, None)
        if seat is not None:
            self.seats[user_id] = seat
        was, now = before and before.channel_id, seat and seat.channel_id
        return was != now and self.own_channel is not None and self.own_channel in (was, now)

    def without_channel(self, channel_id: int) -> None:
        """A channel is gone: nobody sits in it."""
        self.seats = {user: seat for user, seat in self.seats.items() if seat.channel_id != channel_id}

    def to_mirror(self) -> dict[str, str]:
        """The fields of `voice:<guild>`."""
        fields = {name: str(value) for name, value in self._own_fields().items() if value is not None}
        fields.update((seat_field(user, seat.bot), str(seat.channel_id)) for user, seat in self.seats.items())
        return fields

    def unset(self) -> tuple[str, ...]:
        """Fields about ourselves that `voice:<guild>` must not have."""
        return tuple(name for name, value in self._own_fields().items() if value is None)

    def _own_fields(self) -> dict[str, str | int | None]:
        return {
            "channel_id": self.own_channel,
            "session_id": self.own_session,
            "suppressed": 1 if self.own_suppressed else None,
            "muted": 1 if self.own_muted else None,
            "endpoint": self.endpoint,
            "token": self.token,
            "move_rev": self.move_rev if self.move_rev >= 0 else None,
            "move_channel": self.move_channel,
            "move_epoch": self.move_epoch or None,
            "complete": 1 if self.complete else None,
        }


def from_mirror(fields: Mapping[str, str]) -> GuildVoice:
    """The guild that `voice:<guild>` describes; what cannot be read is left out."""
    rev = _number(fields.get("move_rev"))
    voice = GuildVoice(
        complete=fields.get("complete") == "1",
        own_channel=_number(fields.get("channel_id")),
        own_session=fields.get("session_id"),
        own_suppressed=fields.get("suppressed") == "1",
        own_muted=fields.get("muted") == "1",
        endpoint=fields.get("endpoint"),
        token=fields.get("token"),
        move_rev=-1 if rev is None else rev,
        move_channel=_number(fields.get("move_channel")),
        move_epoch=_number(fields.get("move_epoch")) or 0,
    )
    for name, value in fields.items():
        kind, _, user = name.partition(":")
        channel = _number(value)
        if kind in ("member", "bot") and user.isdecimal() and channel is not None:
            voice.seats[int(user)] = Seat(channel, kind == "bot")
    return voice


def state_changed(
    guild_id: int, voice: GuildVoice, *, by: int | None, at_ms: int, own: bool = False
) -> VoiceStateChanged:
    """Our present place and company as an event; `by` is whose voice state changed, None if nobody's did."""
    company = voice.company()
    return VoiceStateChanged(
        guild_id=guild_id,
        bot_channel_id=voice.own_channel,
        listeners=len(company),
        present=company if voice.complete and len(company) <= PRESENT_MAX else None,
        user_id=by or 0,
        at_ms=at_ms,
        move_rev=voice.move_rev if voice.move_rev >= 0 else None,
        suppressed=voice.own_suppressed,
        muted=voice.own_muted,
        own=own,
    )


def present(guild_id: int, voice: GuildVoice, at_ms: int) -> tuple[VoiceEvent, ...]:
    """Where we are and whether there are credentials, as events, though nothing has changed."""
    state = state_changed(guild_id, voice, by=None, at_ms=at_ms)
    if voice.own_channel is None or voice.endpoint is None:
        return (state,)
    return (state, VoiceServerChanged(guild_id=guild_id, at_ms=at_ms))


def seat_field(user_id: int, bot: bool) -> str:
    """The mirror's field for one member."""
    return f"{'bot' if bot else 'member'}:{user_id}"


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
