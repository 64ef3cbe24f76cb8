"""Bare clients for the fake Discord: no library between a test and the wire."""

import asyncio
import json
import zlib
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

from simulator.process.discord_site import DiscordSite

INTENTS = 1 | 1 << 7
_PATIENCE_S = 20


class ManualClock:
    """Time that passes only when a test says so."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Reply:
    status: int
    data: Any
    headers: Any

    def faults(self) -> dict[str, str]:
        """Field errors as {"embeds.0.title": "BASE_TYPE_MAX_LENGTH"}."""
        return dict(_flat(self.data["errors"], ()))


def _flat(tree: dict[str, Any], path: tuple[str, ...]) -> list[tuple[str, str]]:
    found = [(".".join(path), one["code"]) for one in tree.get("_errors", ())]
    for key, value in tree.items():
        if key != "_errors":
            found += _flat(value, (*path, key))
    return found


class RestClient:
    """Speaks to REST as the bot and to the control API as a person."""

    def __init__(self, site: DiscordSite, token: str | None = None) -> None:
        self.site = site
        self._headers = {"Authorization": f"Bot {token or site.world.bot_token}"}

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE_S))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> Reply:
        """One REST request; `body` goes as JSON."""
        options = {"headers": self._headers, **options}
        if body is not None:
            options["json"] = body
        return await self._reply(method, self.site.rest_url + path, options)

    async def control(self, method: str, path: str, body: Any = None, **options: Any) -> Reply:
        if body is not None:
            options["json"] = body
        return await self._reply(method, self.site.control_url + path, options)

    async def act(self, **order: Any) -> str:
        """A member acts in the first text channel; Alice unless told otherwise. Returns the interaction's id."""
        place = {"guild_id": self.site.guild.id, "channel_id": self.text_channel, "user_id": self.member("Alice")}
        reply = await self.control("POST", "/interactions", {**place, "type": "slash", **order})
        assert reply.status == 200, reply.data
        return str(reply.data["interaction_id"])

    async def answer(self, interaction_id: str, kind: int, data: Any = None, **options: Any) -> Reply:
        """Calls back as the bot would."""
        token = self.token(interaction_id)
        path = f"/interactions/{interaction_id}/{token}/callback"
        return await self("POST", path, {"type": kind, "data": data or {}}, headers={}, **options)

    async def seen(self, interaction_id: str) -> dict[str, Any]:
        reply = await self.control("GET", f"/interactions/{interaction_id}")
        assert reply.status == 200
        seen: dict[str, Any] = reply.data
        return seen

    def token(self, interaction_id: str) -> str:
        interaction = self.site.world.interactions.get(interaction_id)
        assert interaction is not None
        return interaction.token

    def hook(self, interaction_id: str, tail: str = "") -> str:
        return f"/webhooks/{self.site.world.application_id}/{self.token(interaction_id)}{tail}"

    async def register(self, *commands: dict[str, Any]) -> None:
        path = f"/applications/{self.site.world.application_id}/commands"
        reply = await self("PUT", path, list(commands))
        assert reply.status == 200, reply.data

    @property
    def text_channel(self) -> str:
        return self.channel("general")

    def channel(self, name: str) -> str:
        channel = self.site.guild.channel_named(name)
        assert channel is not None
        return channel.id

    def member(self, name: str) -> str:
        members = self.site.guild.members.values()
        return next(m.user.id for m in members if m.user.global_name == name)

    async def _reply(self, method: str, url: str, options: dict[str, Any]) -> Reply:
        async with self._http.request(method, url, **options) as answer:
            raw = await answer.read()
            data = json.loads(raw) if raw and answer.content_type == "application/json" else None
            return Reply(answer.status, data, answer.headers)


@dataclass(frozen=True)
class GatewayAddress:
    """Where a gateway in another process is, and the token it takes."""

    gateway_url: str
    bot_token: str


class GatewayClient:
    """One websocket to the gateway; every wait ends after 20 s."""

    def __init__(self, site: DiscordSite | GatewayAddress, *, compress: str | None = None) -> None:
        address = site.world if isinstance(site, DiscordSite) else site
        self._bot_token = address.bot_token
        self._url = address.gateway_url + "?v=10&encoding=json"
        if compress:
            self._url += f"&compress={compress}"
        self._inflate = zlib.decompressobj()

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        self.socket = await self._http.ws_connect(self._url, autoclose=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def receive(self) -> dict[str, Any]:
        message = await self.socket.receive(timeout=_PATIENCE_S)
        if message.type is aiohttp.WSMsgType.BINARY:
            assert message.data.endswith(b"\x00\x00\xff\xff")
            return _object(self._inflate.decompress(message.data))
        assert message.type is aiohttp.WSMsgType.TEXT, f"closed with {self.socket.close_code}"
        return _object(message.data)

    async def event(self, name: str) -> dict[str, Any]:
        """The data of the next event of that name; those before it are dropped."""
        while True:
            payload = await self.receive()
            if payload.get("t") == name:
                data: dict[str, Any] = payload["d"]
                return data

    async def op(self, wanted: int) -> dict[str, Any]:
        while True:
            payload = await self.receive()
            if payload["op"] == wanted:
                return payload

    async def identify(
        self, *, shard: list[int] | None = None, intents: int = INTENTS, token: str | None = None
    ) -> dict[str, Any]:
        """Identifies and returns READY's data."""
        await self.send_identify(shard=shard, intents=intents, token=token)
        return await self.event("READY")

    async def send_identify(
        self, *, shard: list[int] | None = None, intents: int = INTENTS, token: str | None = None
    ) -> None:
        data: dict[str, Any] = {
            "token": token or self._bot_token,
            "intents": intents,
            "properties": {},
        }
        if shard is not None:
            data["shard"] = shard
        await self.send(2, data)

    async def resume(self, session_id: str, sequence: int) -> None:
        data = {"token": self._bot_token, "session_id": session_id, "seq": sequence}
        await self.send(6, data)

    async def close(self, code: int) -> None:
        await self.socket.close(code=code)

    async def closed_with(self) -> int | None:
        """The code the gateway closes with, whatever it says before."""
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                message = await self.socket.receive()
                if message.type in (
                    aiohttp.WSMsgType.CLOSE,
                    aiohttp.WSMsgType.CLOSED,
                    aiohttp.WSMsgType.CLOSING,
                    aiohttp.WSMsgType.ERROR,
                ):
                    return self.socket.close_code


def _object(text: str | bytes) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(text)
    return payload


PLAY = {
    "name": "play",
    "description": "Plays a track",
    "type": 1,
    "options": [
        {"name": "query", "description": "What to play", "type": 3, "required": True, "autocomplete": True},
        {"name": "volume", "description": "How loud", "type": 4},
    ],
}
