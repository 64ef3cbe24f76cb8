"""A bot that answers each command in its own way, so that the console shows everything a bot may do."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Any, Self

from simulator.process.discord_site import DiscordSite
from tests.simulator.discord_client import GatewayClient, RestClient

_MESSAGE, _DEFER, _DEFER_UPDATE, _UPDATE, _CHOICES, _MODAL = 4, 5, 6, 7, 8, 9
_AUTOCOMPLETE, _COMPONENT, _FORM = 4, 3, 5
_EPHEMERAL = 64
_TITLES = ("440 Hz Test Tone", "Greensleeves", "Short Interlude")

COMMANDS: list[dict[str, Any]] = [
    {
        "name": "play",
        "description": "Plays a track",
        "options": [
            {"name": "query", "description": "What to play", "type": 3, "required": True, "autocomplete": True},
            {
                "name": "position",
                "description": "Where it goes",
                "type": 3,
                "choices": [{"name": "at the end", "value": "end"}, {"name": "next", "value": "next"}],
            },
        ],
    },
    {
        "name": "volume",
        "description": "How loud",
        "options": [
            {"name": "level", "description": "Per cent", "type": 4, "required": True, "min_value": 0, "max_value": 200}
        ],
    },
    {"name": "think", "description": "Takes its time"},
    {"name": "secret", "description": "Only for you"},
    {"name": "silent", "description": "Never answers"},
    {"name": "panel", "description": "Buttons and a menu"},
    {"name": "add", "description": "Opens a form"},
    {
        "name": "settings",
        "description": "For managers",
        "default_member_permissions": "32",
        "options": [{"name": "show", "description": "Shows them", "type": 1}],
    },
    {"name": "Play this", "type": 3},
]
PANEL = {
    "embeds": [
        {
            "author": {"name": "Now playing"},
            "title": "Greensleeves",
            "description": "**bold** *italic* `code` [link](https://music.example) \\*kept\\* <script>x()</script>",
            "color": 0x35B8C4,
            "fields": [{"name": "Volume", "value": "80 %", "inline": True}],
            "footer": {"text": "Requested by Alice"},
        }
    ],
    "components": [
        {
            "type": 1,
            "components": [
                {"type": 2, "style": 2, "emoji": {"name": "⏭"}, "custom_id": "skip"},
                {"type": 2, "style": 4, "label": "Stop", "custom_id": "stop", "disabled": True},
                {"type": 2, "style": 2, "label": "Broken", "custom_id": "broken"},
                {"type": 2, "style": 5, "label": "Site", "url": "https://music.example/"},
            ],
        },
        {
            "type": 1,
            "components": [
                {
                    "type": 3,
                    "custom_id": "filters",
                    "placeholder": "Filters",
                    "min_values": 0,
                    "max_values": 2,
                    "options": [
                        {"label": "Bass", "value": "bass", "description": "Deeper"},
                        {"label": "Soft", "value": "soft"},
                        {"label": "8D", "value": "8d"},
                    ],
                }
            ],
        },
    ],
}
FORM = {
    "custom_id": "add",
    "title": "Add music",
    "components": [
        {
            "type": 1,
            "components": [
                {"type": 4, "custom_id": "query", "style": 1, "label": "Title or address", "max_length": 99}
            ],
        },
        {
            "type": 18,
            "label": "Where it goes",
            "component": {
                "type": 3,
                "custom_id": "position",
                "options": [
                    {"label": "at the end", "value": "end", "default": True},
                    {"label": "next", "value": "next"},
                ],
            },
        },
    ],
}


class ScriptedBot:
    """`asked` holds the data of every interaction, `refused` what came of answers; `thought` lets /think finish."""

    def __init__(self, site: DiscordSite) -> None:
        self.asked: list[dict[str, Any]] = []
        self.refused: list[Any] = []
        self.thought = asyncio.Event()
        self._site = site
        self._rest = RestClient(site)
        self._gateway = GatewayClient(site)
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._rest)
        await self._stack.enter_async_context(self._gateway)
        await self._rest.register(*COMMANDS)
        await self._gateway.identify()
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._listening
        await self._stack.aclose()

    def forget(self) -> None:
        """As if nothing had been asked yet."""
        self.asked.clear()
        self.refused.clear()
        self.thought.clear()

    async def _listen(self) -> None:
        """Until the gateway hangs up: while tests of something else run, nobody sends this bot's heartbeats."""
        async with asyncio.TaskGroup() as answers:
            async for frame in self._gateway.socket:
                message = frame.json()
                if message.get("t") == "INTERACTION_CREATE":
                    self.asked.append(message["d"]["data"])
                    answers.create_task(self._answer(message["d"]))

    async def _answer(self, interaction: dict[str, Any]) -> None:
        data = interaction["data"]
        reply: tuple[int, dict[str, Any]] | None
        if interaction["type"] == _AUTOCOMPLETE:
            reply = _CHOICES, {"choices": _titles(data)}
        elif interaction["type"] == _COMPONENT:
            reply = _pressed(data)
        elif interaction["type"] == _FORM:
            reply = _MESSAGE, {"content": f"Added **{data['components'][0]['components'][0]['value']}**"}
        else:
            reply = _used(data)
        if reply is None:
            return
        answer = await self._rest.answer(interaction["id"], *reply)
        if answer.status != 204:
            self.refused.append(answer.data)
        if data.get("name") == "think":
            await self.thought.wait()
            path = self._rest.hook(interaction["id"], "/messages/@original")
            await self._rest("PATCH", path, {"content": "Thought about it"}, headers={})


def _titles(data: dict[str, Any]) -> list[dict[str, str]]:
    (focused,) = [option for option in data["options"] if option.get("focused")]
    return [{"name": title, "value": title} for title in _TITLES if focused["value"].lower() in title.lower()]


def _pressed(data: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
    if data["custom_id"] == "broken":
        return None
    if data["custom_id"] == "filters":
        return _MESSAGE, {"content": f"Filters: {', '.join(data['values'])}", "flags": _EPHEMERAL}
    skipped = [{**PANEL["embeds"][0], "title": "Short Interlude"}]
    return _UPDATE, {"embeds": skipped}


def _used(data: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
    match data["name"]:
        case "silent":
            return None
        case "think":
            return _DEFER, {}
        case "secret":
            return _MESSAGE, {"content": "For your eyes only", "flags": _EPHEMERAL}
        case "panel":
            return _MESSAGE, PANEL
        case "add":
            return _MODAL, FORM
        case name:
            given = {option["name"]: option.get("value") for option in data.get("options", ())}
            return _MESSAGE, {"content": f"/{name} {given}"}
