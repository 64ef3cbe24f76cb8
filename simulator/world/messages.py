"""Messages by channel, with Discord's own rules on order, ephemeral visibility and repeated nonces."""

from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from enum import IntFlag
from typing import Any

from simulator.world.guilds import User

_KEPT_PER_CHANNEL = 5_000
_SEARCHED_FOR_COMPONENT = 200


class MessageFlag(IntFlag):
    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


@dataclass(frozen=True, slots=True)
class Message:
    """One state of a message; an edit is a new object under the same id."""

    id: str
    channel_id: str
    guild_id: str
    author: User
    created: float
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    flags: int = 0
    type: int = 0
    edited: float | None = None
    nonce: str | int | None = None
    tts: bool = False
    interaction_metadata: dict[str, Any] | None = None

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & MessageFlag.EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & MessageFlag.LOADING)

    def carries(self, custom_id: str) -> bool:
        return component_with(self.components, custom_id) is not None


def component_with(components: list[dict[str, Any]], custom_id: str) -> dict[str, Any] | None:
    """The component of that custom id, however deep it lies."""
    for component in components:
        if component.get("custom_id") == custom_id:
            return component
        nested = list(component.get("components") or ())
        nested += [component[key] for key in ("accessory", "component") if component.get(key)]
        found = component_with(nested, custom_id)
        if found is not None:
            return found
    return None


class MessageStore:
    def __init__(self) -> None:
        self._by_id: dict[str, Message] = {}
        self._by_channel: dict[str, list[int]] = {}
        self._nonces: OrderedDict[tuple[str, str], tuple[str, float]] = OrderedDict()

    def put(self, message: Message) -> None:
        """Stores a new message or a new state of a known one."""
        if message.id not in self._by_id:
            order = self._by_channel.setdefault(message.channel_id, [])
            insort(order, int(message.id))
            if len(order) > _KEPT_PER_CHANNEL:
                self._by_id.pop(str(order.pop(0)), None)
        self._by_id[message.id] = message

    def get(self, message_id: str) -> Message | None:
        return self._by_id.get(message_id)

    def remove(self, message_id: str) -> Message | None:
        message = self._by_id.pop(message_id, None)
        if message is not None:
            order = self._by_channel[message.channel_id]
            place = bisect_left(order, int(message_id))
            if place < len(order) and order[place] == int(message_id):
                del order[place]
        return message

    def forget_channel(self, channel_id: str) -> None:
        for message_id in self._by_channel.pop(channel_id, ()):
            self._by_id.pop(str(message_id), None)

    def newest(self, channel_id: str, *, ephemeral_too: bool = False) -> list[Message]:
        """All kept messages of a channel, newest first; ephemeral ones only when asked for."""
        found = [self._by_id[str(i)] for i in reversed(self._by_channel.get(channel_id, []))]
        return found if ephemeral_too else [m for m in found if not m.ephemeral]

    def page(self, channel_id: str, *, limit: int, before: int | None, after: int | None) -> list[Message]:
        """Newest first, as GET /channels/{id}/messages answers."""
        order = self._by_channel.get(channel_id, [])
        if after is not None:
            ids = iter(order[bisect_right(order, after) :])
        else:
            ids = reversed(order[: bisect_left(order, before)] if before is not None else order)
        found: list[Message] = []
        for message_id in ids:
            message = self._by_id[str(message_id)]
            if not message.ephemeral:
                found.append(message)
            if len(found) == limit:
                break
        return found[::-1] if after is not None else found

    def carrying(self, channel_id: str, custom_id: str) -> Message | None:
        """The newest message in that channel with a component of that custom id."""
        for message_id in reversed(self._by_channel.get(channel_id, [])[-_SEARCHED_FOR_COMPONENT:]):
            message = self._by_id[str(message_id)]
            if message.carries(custom_id):
                return message
        return None

    def edit(self, message: Message, *, edited: float, **changes: Any) -> Message:
        changed = replace(message, edited=edited, **changes)
        self.put(changed)
        return changed

    def remember_nonce(self, author_id: str, nonce: str, message_id: str, *, until: float) -> None:
        self._nonces[author_id, nonce] = (message_id, until)

    def of_nonce(self, author_id: str, nonce: str, *, now: float) -> Message | None:
        """The message an enforced nonce already made, in whatever channel, while Discord knows it (a few minutes)."""
        while self._nonces and next(iter(self._nonces.values()))[1] < now:
            self._nonces.popitem(last=False)
        known = self._nonces.get((author_id, nonce))
        return self._by_id.get(known[0]) if known else None
