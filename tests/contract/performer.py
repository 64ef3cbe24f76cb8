"""Plays a recording again, step by step, waiting for what was recorded instead of for as long."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp

from tests.contract.client import Answer, Listener
from tests.contract.comparison import (
    Difference,
    connections_by_guild,
    differences,
    event_summary,
    events_by_guild,
    header_differences,
)
from tests.contract.recording import Recording, Step
from tests.contract.stage import Stage
from tests.contract.substitution import Substitution

_SHORTEST_PAUSE = 0.02
_LAST_UPDATES_WITHIN = 2.0
_SERVER_CLOSED = 1011
_GIVES_UP_AFTER = 1.0
"""Seconds after which a client of ours gives up where the recorded one did, after 8 or 12."""

_WHOLE_TEXT = 100
"""Letters from which on a text was recorded in part only."""

Note = Callable[[Stage], Awaitable[None]]


@dataclass
class Performance:
    """One replay: what differed, and the frames of each websocket."""

    recording: Recording
    differences: list[Difference] = field(default_factory=list)
    frames: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


async def _remove_local(stage: Stage) -> None:
    stage.folder.joinpath("gone.mp3").unlink(missing_ok=True)


async def _remove_local_3(stage: Stage) -> None:
    stage.folder.joinpath("gone3.mp3").unlink(missing_ok=True)


async def _remove_web(stage: Stage) -> None:
    stage.web.gone.add("gone2.mp3")


NOTES: dict[tuple[str, str], Note] = {
    ("30-loadfailed", "local file gone"): _remove_local,
    ("30-loadfailed", "http gone 404"): _remove_web,
}
"""What the recorder did beside the protocol, where it left a note."""

BEFORE_PATCH: dict[str, Note] = {"31-loadfailed-no-voice": _remove_local_3}
"""What it did before its first PATCH without noting it."""

PLAY_UNTIL_MS = {"32-stuck": 5000, "33-http-cut": 5000}
"""How far a track must come before the client leaves: beyond the first break in the web answer."""


class Performer:
    """Performs one recording on a stage."""

    def __init__(self, recording: Recording, stage: Stage) -> None:
        self._stage = stage
        self._substitution: Substitution = stage.substitution()
        self._performance = Performance(recording)
        self._listeners: dict[str, Listener] = {}
        self._expected: list[tuple[float, str, str]] = []
        self._now = 0.0
        self._patched = False

    async def perform(self) -> Performance:
        """Do every step, then compare the websockets as wholes."""
        recording = self._performance.recording
        for step in recording.steps:
            self._now = _started(step)
            await self._step(step)
        for label, listener in self._listeners.items():
            await listener.close()
            self._performance.frames[label] = listener.frames
            self._compare_frames(label, listener.frames)
        return self._performance

    async def _step(self, step: Step) -> None:
        match step.kind:
            case "rest":
                await self._await_events()
                await asyncio.sleep(_SHORTEST_PAUSE)
                await self._rest(step)
            case "ws":
                self._expect(step)
            case "ws-open":
                await self._open(step)
            case "ws-open-failed":
                await self._fail_to_open(step)
            case "ws-closed":
                await self._close(step)
            case "note":
                await self._await_events()
                note = NOTES.get((self._performance.recording.name, step.data["note"]))
                if note is not None:
                    await note(self._stage)
            case "voice-server":
                await self._await_events()

    def _expect(self, step: Step) -> None:
        frame = self._substitution.value(step.frame)
        if frame["op"] == "ready":
            recorded = step.frame["sessionId"]
            self._substitution.sessions[recorded] = self._listeners[step.label].session_id
        if frame["op"] == "event":
            self._expected.append((step.at, step.label, frame["guildId"]))

    async def _await_events(self) -> None:
        """Wait until each guild told as many events as it had at this point of the recording."""
        told = Counter((label, guild_id) for at, label, guild_id in self._expected if at < self._now)
        for (label, guild_id), count in told.items():
            listener = self._listeners[label]
            if listener.socket.closed:
                continue
            arrived = await listener.until(partial(_has_events, guild_id, count))
            assert arrived, (
                f"{self._performance.recording.name}: guild {guild_id} told "
                f"{[event_summary(frame) for frame in _events_of(listener.frames, guild_id)]}, {count} were recorded"
            )

    async def _open(self, step: Step) -> None:
        headers = self._substitution.value(step.data["requestHeaders"])
        listener = await self._stage.client.listen(headers)
        self._listeners[step.label] = listener
        if headers["User-Id"] != "abc":
            assert await listener.until(lambda frames: any(frame["op"] == "ready" for frame in frames))
        for name in ("Session-Resumed", "Lavalink-Api-Version"):
            recorded, ours = step.data["responseHeaders"].get(name), listener.response_headers.get(name)
            if recorded != ours:
                self._differ(step, name, recorded, ours)

    async def _fail_to_open(self, step: Step) -> None:
        try:
            await self._stage.client.listen(self._substitution.value(step.data["requestHeaders"]))
        except aiohttp.WSServerHandshakeError as error:
            if error.status != step.data["status"]:
                self._differ(step, "status", step.data["status"], error.status)
        else:
            self._differ(step, "status", step.data["status"], 101)

    async def _close(self, step: Step) -> None:
        await self._await_events()
        listener = self._listeners[step.label]
        await self._play_on(listener)
        await self._await_connections(step.label, listener)
        if step.data["code"] == _SERVER_CLOSED:
            code = await listener.closed()
            if code != _SERVER_CLOSED:
                self._differ(step, "code", _SERVER_CLOSED, code)
        else:
            await listener.close()

    async def _play_on(self, listener: Listener) -> None:
        until = PLAY_UNTIL_MS.get(self._performance.recording.name)
        if until is not None:
            assert await listener.until(
                lambda frames: any(
                    frame["op"] == "playerUpdate" and frame["state"]["position"] > until for frame in frames
                )
            )

    async def _await_connections(self, label: str, listener: Listener) -> None:
        """Give the last playerUpdates, which follow their events, the time to arrive."""
        recorded = connections_by_guild(self._performance.recording.frames(label))
        await listener.until(lambda frames: connections_by_guild(frames) == recorded, patience=_LAST_UPDATES_WITHIN)

    async def _rest(self, step: Step) -> None:
        request = step.data["request"]
        if request["method"] == "PATCH" and not self._patched:
            self._patched = True
            before = BEFORE_PATCH.get(self._performance.recording.name)
            if before is not None:
                await before(self._stage)
        recorded = step.data["response"]
        answer = await self._stage.client.request(
            request["method"],
            self._substitution.path(request["path"]),
            body=self._substitution.value(request["body"]),
            raw=request.get("rawBody"),
            headers=self._substitution.value(request["headers"]),
            **({} if recorded is not None else {"patience": _GIVES_UP_AFTER}),
        )
        if recorded is None:
            if answer.status:
                self._differ(step, "status", None, answer.status)
            return
        self._compare_answer(step, recorded, answer)

    def _compare_answer(self, step: Step, recorded: dict[str, Any], answer: Answer) -> None:
        where = _place(step)
        if recorded["status"] != answer.status:
            self._differ(step, "status", recorded["status"], answer.status)
        # A long text (the metrics) was recorded in part; that there is one is enough.
        text = recorded.get("bodyText")
        body = recorded["body"] if recorded["body"] is not None else text
        if text is None or len(text) < _WHOLE_TEXT:
            self._performance.differences += differences(where, self._substitution.value(body), answer.body)
        elif not answer.body:
            self._differ(step, "body", text, answer.body)
        if answer.body is not None:
            headers = self._substitution.value(recorded["headers"])
            self._performance.differences += header_differences(where, headers, answer.headers)

    def _compare_frames(self, label: str, ours: list[dict[str, Any]]) -> None:
        recorded = [self._substitution.value(frame) for frame in self._performance.recording.frames(label)]
        for kind, summarise in (("events", events_by_guild), ("connected", connections_by_guild)):
            then, now = summarise(recorded), summarise(ours)
            for guild_id in sorted({*then, *now}):
                if then.get(guild_id) != now.get(guild_id):
                    place = f"{label} {kind} of {guild_id}"
                    self._performance.differences.append(Difference(place, then.get(guild_id), now.get(guild_id)))

    def _differ(self, step: Step, what: str, recorded: object, ours: object) -> None:
        self._performance.differences.append(Difference(f"{_place(step)}.{what}", recorded, ours))


def _has_events(guild_id: str, count: int, frames: list[dict[str, Any]]) -> bool:
    return len(_events_of(frames, guild_id)) >= count


def _started(step: Step) -> float:
    """Return when a step began; a request is noted when it was answered, after the events it caused."""
    return step.at - float(step.data.get("ms", 0)) / 1000


def _place(step: Step) -> str:
    return f"step {step.number}"


def _events_of(frames: list[dict[str, Any]], guild_id: str) -> list[dict[str, Any]]:
    return [frame for frame in frames if frame["op"] == "event" and frame["guildId"] == guild_id]
