"""Members and the node as the bench sees them: many guilds, their commands, and what reached the node."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

Item = TypeVar("Item")
Result = TypeVar("Result")

PATIENCE_SECONDS = 120.0
AT_ONCE = 16
PLAY_SECONDS = 5.0
"""Longest wait for the first tracks of a few guilds."""
ALBUM = "https://music.segue.example/album/old-tunes"


class Unanswered(Exception):
    """The simulator or the node refused, or something did not happen in time; the message says what."""


@dataclass(frozen=True, slots=True)
class Place:
    """A guild with one member, who sits in its voice channel."""

    guild_id: str
    text_id: str
    voice_id: str
    member_id: str


class DiscordSide:
    """The simulator's control API and one node's own, without blocking."""

    def __init__(self, control_url: str, node_url: str) -> None:
        self._control_url, self._node_url = control_url, node_url
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def close(self) -> None:
        """Hang up."""
        await self._http.close()

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """Ask the control API; raises Unanswered."""
        return await self._ask("POST", self._control_url + path, json=body)

    async def get(self, path: str) -> Any:
        """Look at the control API; raises Unanswered."""
        return await self._ask("GET", self._control_url + path)

    async def requests(self, after: float) -> list[dict[str, Any]]:
        """What the node was asked since a moment (Unix seconds)."""
        found: list[dict[str, Any]] = await self._ask("GET", f"{self._node_url}/_sim/requests?after={after!r}")
        return found

    async def ends(self, after: float) -> list[dict[str, Any]]:
        """The tracks that ended on the node since a moment (Unix seconds)."""
        found: list[dict[str, Any]] = await self._ask("GET", f"{self._node_url}/_sim/events?after={after!r}")
        return found

    async def finish(self, guild_id: str) -> None:
        """The guild's track ends as if it had been heard to its end."""
        await self._ask("POST", f"{self._node_url}/_sim/faults", json={"kind": "finish", "guild_id": guild_id})

    async def playing(self) -> set[str]:
        """Guilds that have a track and voice on the node."""
        sessions = await self._ask("GET", f"{self._node_url}/_sim/sessions")
        players = (player for session in sessions for player in session["players"])
        return {player["guildId"] for player in players if player["track"] and player["state"]["connected"]}

    async def found(self, count: int) -> list[Place]:
        """Found guilds, each with a member in voice."""
        return await _few_at_once(range(count), self._found_one)

    async def command(self, place: Place, name: str, **options: Any) -> tuple[str, float]:
        """The member types a command: its id, and when it went to the bot's socket (Unix seconds)."""
        body = {
            "guild_id": place.guild_id,
            "channel_id": place.text_id,
            "user_id": place.member_id,
            "type": "slash",
            "name": name,
            "options": options,
        }
        answer = await self.post("/interactions", body)
        return str(answer["interaction_id"]), float(answer["sent_at"])

    async def have_play(self, places: Sequence[Place], *, query: str = ALBUM) -> None:
        """Every member types /play, again where it was refused; returns when all have music. Raises Unanswered."""
        deadline = time.monotonic() + PATIENCE_SECONDS + len(places) / 5
        silent = list(places)
        while silent:
            if time.monotonic() > deadline:
                raise Unanswered(f"{len(silent)} of {len(places)} guilds do not come to play")
            for start in range(0, len(silent), AT_ONCE):
                await self._few_play(silent[start : start + AT_ONCE], query)
            playing = await self.playing()
            silent = [place for place in silent if place.guild_id not in playing]

    async def _few_play(self, places: Sequence[Place], query: str) -> None:
        """As fast as they are served: on a busy machine a crowd would be refused."""
        began = time.time()
        await _few_at_once(places, lambda place: self.command(place, "play", query=query))
        wanted = {place.guild_id for place in places}
        while time.time() - began < PLAY_SECONDS:
            if wanted <= {one["guild_id"] for one in await self.requests(began) if starts_track(one)}:
                return
            await asyncio.sleep(0.05)

    async def _found_one(self, number: int) -> Place:
        channels = [{"name": "Music", "type": "voice"}, {"name": "general", "type": "text"}]
        guild = await self.post("/guilds", {"name": f"Guild {number}", "members": ["Alice"], "channels": channels})
        by_type = {channel["type"]: str(channel["id"]) for channel in guild["channels"]}
        place = Place(str(guild["id"]), by_type["text"], by_type["voice"], str(guild["members"][0]["id"]))
        seat = {"guild_id": place.guild_id, "user_id": place.member_id, "channel_id": place.voice_id}
        await self.post("/voice", seat)
        return place

    async def _ask(self, method: str, url: str, **options: Any) -> Any:
        async with self._http.request(method, url, **options) as answer:
            if answer.status >= 400:
                raise Unanswered(f"{method} {url}: {answer.status} {await answer.text()}")
            return await answer.json() if answer.content_type == "application/json" else None


def starts_track(request: dict[str, Any]) -> bool:
    """Whether a request to the node has it play something."""
    track = request["body"].get("track") if isinstance(request["body"], dict) else None
    return request["method"] == "PATCH" and bool(track and track.get("encoded"))


async def until(holds: Callable[[], Awaitable[bool]], what: str, *, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something holds; raises Unanswered."""
    deadline = time.monotonic() + seconds
    while not await holds():
        if time.monotonic() > deadline:
            raise Unanswered(f"waited {seconds:.0f} s in vain for {what}")
        await asyncio.sleep(0.1)


async def _few_at_once(items: Sequence[Item], act: Callable[[Item], Awaitable[Result]]) -> list[Result]:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(item: Item) -> Result:
        async with room:
            return await act(item)

    return await asyncio.gather(*(one(item) for item in items))
