"""A gateway process and the simulator's Discord in one event loop, and an audio worker's end of the queues."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
import redis.asyncio
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.client import point_at
from bot.patience import Patience
from bot.process import Deployment, Gateway
from bot.redis_clients import text_of
from project.spawned import ended
from project.task_queues import DESK_QUEUE, slot_of, slot_queue
from project.wire import keys
from project.wire.envelope import argument_of
from project.wire.messages import Command, Inbound, Outbound, Outcome, inbound_from_dict, to_json
from simulator.process.discord_site import SANDBOX_TOKEN, DiscordSite

SLOTS = 8
SOON = 15.0
"""Seconds after which what did not happen will not happen; never waited for in a passing test."""
SHORT = Patience(defer=0.3, honest=0.6, join=0.5, retries=(0.1, 0.2, 0.4), outcome=0.2)

T = TypeVar("T")


async def eventually(look: Callable[[], Awaitable[T | None]], seconds: float = SOON) -> T:
    """The first answer of `look` that is neither None nor False."""
    give_up = time.monotonic() + seconds
    while True:
        found = await look()
        if found is not None and found is not False:
            return found
        if time.monotonic() > give_up:
            raise AssertionError(f"did not happen within {seconds} s, last seen: {found!r}")
        await asyncio.sleep(0.01)


@dataclass(frozen=True)
class Cast:
    """Alice the DJ, Bob the listener, Charlie outside the channel; and the places they are in."""

    guild: int
    alice: int
    bob: int
    charlie: int
    bot: int
    general: int
    music: int
    lounge: int


class Town:
    """The simulator's Discord as people use it, through its control API."""

    def __init__(self, site: DiscordSite, http: aiohttp.ClientSession) -> None:
        self.site = site
        self._http = http
        guild = site.guild
        people = {member.user.username.lower(): int(member.user.id) for member in guild.members.values()}
        places = {channel.name.lower(): int(channel.id) for channel in guild.channels.values()}
        self.cast = Cast(
            guild=int(guild.id),
            alice=people["alice"],
            bob=people["bob"],
            charlie=people["charlie"],
            bot=int(site.world.bot.id),
            general=places["general"],
            music=places["music"],
            lounge=places["lounge"],
        )

    async def ask(self, method: str, path: str, /, **body: Any) -> Any:
        """One request of the control API; fails on an error answer."""
        async with self._http.request(method, self.site.control_url + path, json=body or None) as answer:
            text = await answer.text()
            assert answer.status < 300, text
            return json.loads(text)

    async def sit(self, user_id: int, channel_id: int | None) -> None:
        """A member joins, changes or leaves voice."""
        place = None if channel_id is None else str(channel_id)
        await self.ask("POST", "/voice", guild_id=str(self.cast.guild), user_id=str(user_id), channel_id=place)

    async def type(self, name: str, user_id: int | None = None, **more: Any) -> str:
        """A member sends a slash command; the interaction id."""
        return await self._interact(user_id, type="slash", name=name, **more)

    async def use(self, name: str, message_id: str, user_id: int | None = None) -> str:
        """A member uses an entry of a message's menu; the interaction id."""
        return await self._interact(user_id, type="message_menu", name=name, message_id=message_id)

    async def press(self, custom_id: str, user_id: int | None = None) -> str:
        """A member presses a button, also one that no message carries; the interaction id."""
        return await self._interact(user_id, type="button", custom_id=custom_id, force=True)

    async def press_on(self, message_id: str, custom_id: str, user_id: int | None = None) -> str:
        """A member presses a button that a message carries; the interaction id."""
        return await self._interact(user_id, type="button", message_id=message_id, custom_id=custom_id)

    async def fill(self, custom_id: str, **fields: str | list[str]) -> str:
        """Alice fills in a form that was opened for her and sends it; the interaction id."""
        return await self._interact(None, type="modal", custom_id=custom_id, fields=fields)

    async def choose(self, custom_id: str, *values: str, user_id: int | None = None) -> str:
        """A member chooses in a menu, also in one that no message carries; the interaction id."""
        return await self._interact(user_id, type="select", custom_id=custom_id, values=list(values), force=True)

    async def typing(self, name: str, user_id: int | None = None, **more: Any) -> str:
        """A member is typing an option of a slash command; the interaction id."""
        return await self._interact(user_id, type="autocomplete", name=name, **more)

    async def _interact(self, user_id: int | None, **what: Any) -> str:
        guild, channel = what.pop("guild_id", self.cast.guild), what.pop("channel_id", self.cast.general)
        answer = await self.ask(
            "POST",
            "/interactions",
            guild_id=str(guild),
            channel_id=str(channel),
            user_id=str(user_id or self.cast.alice),
            **what,
        )
        return str(answer["interaction_id"])

    async def shown(self, interaction_id: str) -> dict[str, Any]:
        """What the member sees of an interaction just now."""
        shown: dict[str, Any] = await self.ask("GET", f"/interactions/{interaction_id}")
        return shown

    async def answered(self, interaction_id: str) -> dict[str, Any]:
        """What the member sees once there is something to read."""
        return await self.sees(interaction_id, lambda seen: bool(seen["content"] or seen["followups"]))

    async def sees(self, interaction_id: str, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """What the member sees once `condition` is true of it."""

        async def look() -> dict[str, Any] | None:
            seen = await self.shown(interaction_id)
            return seen if condition(seen) else None

        return await eventually(look)


class AudioEnd:
    """Takes what the gateway publishes, and answers as a worker would."""

    def __init__(self, client: redis.asyncio.Redis, guild_id: int, shard: int = 0) -> None:
        self.client = client
        self._guild_id = guild_id
        self._slot = slot_of(guild_id, SLOTS)
        self._stream = keys.shard_out(shard)

    async def activate(self) -> None:
        """The guild has a player: its voice events are wanted."""
        await self.client.sadd(keys.PLAYERS_ACTIVE, str(self._guild_id))

    async def raw(self) -> str:
        """The next raw message."""
        answer = await self.client.brpop([slot_queue(self._slot)], timeout=SOON)
        assert answer is not None, "nothing was published"
        return text_of(answer[1])

    async def message(self) -> Inbound:
        """The next message."""
        return inbound_from_dict(argument_of(await self.raw()))

    async def command(self) -> Command:
        """The next command; events before it are passed over."""
        while True:
            message = await self.message()
            if isinstance(message, Command):
                return message

    async def event(self, kind: type[T]) -> T:
        """The next message of a kind; others before it are passed over."""
        while True:
            message = await self.message()
            if isinstance(message, kind):
                return message

    async def waiting(self) -> int:
        """How many messages nobody has taken."""
        return int(await self.client.llen(slot_queue(self._slot)))

    async def say(self, message: Outbound) -> None:
        """Put something on the out-stream."""
        await self.client.xadd(self._stream, {keys.OUT_FIELD: to_json(message)})

    async def desk_command(self) -> Command:
        """The next command for the desk; what jobs get there is passed over."""
        while True:
            answer = await self.client.brpop([DESK_QUEUE], timeout=SOON)
            assert answer is not None, "nothing was published for the desk"
            argument = argument_of(text_of(answer[1]))
            if argument.get("type") == "command":
                message = inbound_from_dict(argument)
                assert isinstance(message, Command)
                return message

    async def answer(self, command_id: str, content: str, **how: Any) -> None:
        """The outcome of a command."""
        await self.say(Outcome(command_id=command_id, guild_id=self._guild_id, payload={"content": content}, **how))

    async def unread(self) -> int:
        """Out-stream entries that were read but not acknowledged."""
        try:
            return int((await self.client.xpending(self._stream, keys.OUT_GROUP))["pending"])
        except redis.ResponseError:  # the gateway has not made its group yet
            return 0

    async def unseen(self) -> int:
        """Out-stream entries that nobody has read yet."""
        groups: Any = await self.client.xinfo_groups(self._stream)
        return int(groups[0]["lag"] or 0) if groups else int(await self.client.xlen(self._stream))


async def season(client: redis.asyncio.Redis) -> None:
    """Make Redis one that has known leases for long: nobody has to wait one TTL."""
    await client.hset("leases:shard", mapping={"since": 1, "seen": 1})


def deployment(site: DiscordSite, redis_url: str, *, patience: Patience = SHORT, shards: int = 1) -> Deployment:
    """A gateway beside the simulator's Discord, on a free port."""
    return Deployment(
        token=SANDBOX_TOKEN,
        bot_id=int(site.world.bot.id),
        api_url=site.rest_url,
        gateway_url=site.world.gateway_url,
        redis_url=redis_url,
        shards=shards,
        slots=SLOTS,
        listen_host="127.0.0.1",
        port=0,
        cdn_url=site.base_url,
        patience=patience,
    )


@asynccontextmanager
async def running(where: Deployment) -> AsyncIterator[Gateway]:
    """A gateway that has begun; ended as SIGTERM ends it."""
    discord_itself = Route.BASE, str(DiscordWebSocket.DEFAULT_GATEWAY)
    gateway = Gateway(where)
    task = asyncio.create_task(gateway.run())
    try:
        yield gateway
    finally:
        await ended(task)
        await gateway.close()
        point_at(*discord_itself)
        if not task.cancelled():
            task.result()


async def connected(site: DiscordSite, shards: int = 1) -> None:
    """Wait until that many shards listen."""

    async def look() -> bool:
        sessions = site.gateway.hub.describe()
        return len({session["shard"][0] for session in sessions if session["connected"]}) == shards

    await eventually(look)
