"""One interaction and all that is said in answer to it: first response, deferral, edits, follow-ups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import msgspec
import structlog

from bot.discord_rest import (
    ALREADY_ACKNOWLEDGED,
    EPHEMERAL,
    UNKNOWN_MESSAGE,
    CallbackType,
    DiscordAway,
    DiscordRefused,
    DiscordRest,
    DiscordShutOut,
)
from bot.interaction import snowflake_ms
from bot.metrics import FIRST_RESPONSE_SECONDS as RESPONSE_SECONDS
from bot.metrics import FIRST_RESPONSES_MISSED, OUTCOME_SECONDS, UNANSWERABLE
from bot.sentences import CANNOT_SHOW
from project import tracing
from project.wire.messages import Outcome, TextFile

log = structlog.get_logger(__name__)

FIRST_RESPONSE_SECONDS = 3.0
"""Discord takes the first response this long after the interaction."""

ATTEMPT_SECONDS = 1.2
"""Longest wait for Discord's answer to it, so that one that hangs leaves time for another."""

Deferral = Literal["public", "ephemeral", "update"]
"""How it is deferred; `update` (type 6) is for buttons, whose @original is the message they sit on."""

Files: TypeAlias = Sequence[TextFile]

State = Literal["waiting", "deferred", "answered", "followed", "gone"]
"""`answered`: @original is our answer and can be edited; `followed`: the answer was a follow-up; `gone`: too late."""


_RESPONSES = {
    CallbackType.MESSAGE: "outcome",
    CallbackType.DEFER_MESSAGE: "deferral",
    CallbackType.DEFER_UPDATE: "deferral",
    CallbackType.UPDATE: "outcome",
    CallbackType.FORM: "form",
    CallbackType.CHOICES: "choices",
}
"""How operators call a first response."""


class Record(msgspec.Struct, kw_only=True):
    """What another process needs to go on with a conversation; lies in `interaction:<id>` for 15 minutes."""

    id: str
    token: str
    guild_id: int
    defers: Deferral
    locale: str
    received_ms: int
    """On Discord's clock."""
    state: State = "waiting"
    quiet: bool = False
    """The message it was pressed on shows a success by itself: only what went wrong needs words."""
    edits: bool = False
    """A success takes the place of what the message showed on which it was pressed: a page is turned."""
    reads: bool = False
    """It changes nothing, so it is neither kept nor run again where it gets lost."""

    @property
    def named(self) -> dict[str, Any]:
        """What every line of the log about it says."""
        return {"command_id": self.id, "guild_id": self.guild_id}

    def __repr__(self) -> str:
        return f"Record({self.id}, {self.state})"  # the token never reaches a log


class Conversation:
    """Says one thing at a time, in the order of the calls. Raises DiscordAway where asking again later can help."""

    def __init__(self, record: Record, rest: DiscordRest, now_ms: Callable[[], int]) -> None:
        self.record = record
        self._rest = rest
        self._now_ms = now_ms
        self._turn = asyncio.Lock()
        self._log = log.bind(**record.named)

    def age_seconds(self) -> float:
        """Since the member acted, on Discord's clock."""
        return (self._now_ms() - snowflake_ms(int(self.record.id))) / 1000

    async def defer(self) -> bool:
        """Tell the member that it takes a while, unless something was said already; whether this call did it."""
        async with self._turn:
            if self.record.state != "waiting":
                return False
            update = self.record.defers == "update"
            kind = CallbackType.DEFER_UPDATE if update else CallbackType.DEFER_MESSAGE
            data = {"flags": EPHEMERAL} if self.record.defers == "ephemeral" else {}
            if not await self._first(kind, data):
                return False
            self.record.state = "deferred"
            return True

    async def open_form(self, form: dict[str, Any]) -> bool:
        """Only a first response can do it; whether it was not too late for one."""
        async with self._turn:
            if self.record.state != "waiting":
                return False
            if await self._first(CallbackType.FORM, form):
                self.record.state = "followed"
            return True

    async def reassure(self, payload: dict[str, Any]) -> None:
        """A word in between on a deferred command; the outcome replaces it."""
        async with self._turn:
            if self.record.state == "deferred":
                await self._guarded(self._fill_in(payload, EPHEMERAL))

    async def say(self, outcome: Outcome) -> None:
        """The outcome, or with `followup` a later word on it. The same outcome twice shows once."""
        private = outcome.ephemeral or outcome.error or self.record.defers == "ephemeral"
        payload = {"allowed_mentions": {"parse": []}, **outcome.payload}
        async with self._turn:
            if self.record.state == "gone":
                self._log.warning("An outcome came too late to be shown")
                return
            self._log.info("Updating message", state=self.record.state, error=outcome.error)
            ends = not outcome.followup and not outcome.progress
            if ends:
                OUTCOME_SECONDS.observe(max(0.0, self.age_seconds()))
            if self.record.quiet and not outcome.error and self.record.state in ("waiting", "deferred"):
                await self._acknowledge()
                tracing.whole(self.record.id, "interaction", self.age_seconds())
                return
            try:
                with tracing.part(self.record.id, "show outcome"):
                    if self.record.edits and not (outcome.error or outcome.followup):
                        await self._guarded(self._replace(payload, outcome.files))
                    else:
                        flags = EPHEMERAL if private else 0
                        await self._guarded(self._say(payload, flags, outcome.followup, outcome.files))
                if ends:
                    tracing.whole(self.record.id, "interaction", self.age_seconds())
            except DiscordRefused as error:
                self._log.error("Discord refused an outcome", reason=str(error))
                await self._guarded(self._say({"content": CANNOT_SHOW.of(self.record.locale)}, EPHEMERAL, False))

    async def _acknowledge(self) -> None:
        """Success without words."""
        if self.record.state == "deferred" or await self._first(CallbackType.DEFER_UPDATE, {}):
            self.record.state = "followed"

    async def _replace(self, payload: dict[str, Any], files: Files) -> None:
        """On the message where it was pressed; where that is gone, for the member alone."""
        record = self.record
        if record.state == "waiting":
            if await self._first(CallbackType.UPDATE, payload, files):
                record.state = "answered"
        elif record.state != "followed":
            await self._edit(payload, EPHEMERAL, files)
            record.state = "answered"

    async def _say(self, payload: dict[str, Any], flags: int, followup: bool, files: Files = ()) -> None:
        record = self.record
        if record.state == "waiting":
            if await self._first(CallbackType.MESSAGE, _flagged(payload, flags), files):
                record.state = "answered"
        elif followup and record.state in ("answered", "followed"):
            await self._rest.follow_up(record.token, _flagged(payload, flags), files)
        elif record.state == "answered":
            await self._rest.edit_original(record.token, payload, files)
        elif record.state == "deferred":
            await self._fill_deferral(payload, flags, files)

    async def _fill_deferral(self, payload: dict[str, Any], flags: int, files: Files) -> None:
        record = self.record
        if record.defers == "public" and flags:
            await self._take_back()
        elif record.defers != "update":
            await self._fill_in(payload, flags, files)
            record.state = "answered"
            return
        await self._rest.follow_up(record.token, _flagged(payload, flags), files)
        record.state = "followed"

    async def _take_back(self) -> None:
        """The deferral that all saw; an earlier attempt may have done it, whose next step failed."""
        try:
            await self._rest.delete_original(self.record.token)
        except DiscordRefused as error:
            if error.code != UNKNOWN_MESSAGE:
                raise

    async def _fill_in(self, payload: dict[str, Any], flags: int, files: Files = ()) -> None:
        if self.record.defers == "update":
            await self._rest.follow_up(self.record.token, _flagged(payload, flags), files)
        else:
            await self._edit(payload, flags, files)

    async def _edit(self, payload: dict[str, Any], flags: int, files: Files) -> None:
        """@original; where somebody has deleted it, a follow-up with these flags."""
        try:
            await self._rest.edit_original(self.record.token, payload, files)
        except DiscordRefused as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            await self._rest.follow_up(self.record.token, _flagged(payload, flags), files)

    async def _first(self, kind: CallbackType, data: dict[str, Any], files: Files = ()) -> bool:
        """The first response, tried until Discord would not take it any more; whether one of ours has arrived.

        40060 says that an earlier attempt had arrived after all: a message is then made the present one.
        """
        while True:
            left = FIRST_RESPONSE_SECONDS - self.age_seconds()
            try:
                seconds = min(ATTEMPT_SECONDS, max(left, 0.2))
                with tracing.part(self.record.id, "first response", kind=_RESPONSES[kind]):
                    told = (self.record.id, self.record.token, kind, data)
                    await self._rest.respond(*told, seconds=seconds, files=files)
                RESPONSE_SECONDS.labels(_RESPONSES[kind]).observe(max(0.0, self.age_seconds()))
                return True
            except DiscordAway as error:
                if left < 0.3 or isinstance(error, DiscordShutOut):
                    self._gone(0, str(error))
                    return False
                await asyncio.sleep(0.1)
            except DiscordRefused as error:
                if error.code == ALREADY_ACKNOWLEDGED:
                    break
                if not error.gone:
                    raise
                self._gone(error.code, str(error))
                return False
        if kind is CallbackType.MESSAGE:
            await self._fill_in(data, int(data.get("flags") or 0), files)
        elif kind is CallbackType.UPDATE:
            await self._edit(data, EPHEMERAL, files)
        return True

    async def _guarded(self, speech: Any) -> None:
        """Carry out `speech`; an interaction that is over is noted, never an error."""
        try:
            await speech
        except DiscordRefused as error:
            if not error.gone:
                raise
            self._gone(error.code, str(error))

    def _gone(self, code: int, reason: str) -> None:
        if self.record.state == "waiting":
            FIRST_RESPONSES_MISSED.inc()
        self.record.state = "gone"
        UNANSWERABLE.labels(code=str(code)).inc()
        self._log.warning("Discord takes no answer to this interaction any more", reason=reason)


def _flagged(payload: dict[str, Any], flags: int) -> dict[str, Any]:
    combined = int(payload.get("flags") or 0) | flags
    return {**payload, "flags": combined} if combined else payload
