"""The whole fake Discord in memory: the one object that REST, gateway, voice server and control API share."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from simulator.world.attachments import AttachmentStore
from simulator.world.changes import Change, CommandsChanged, MessageGone, MessageShown, Observer, PlacesChanged
from simulator.world.commands import CommandRegistry
from simulator.world.events import Dispatch, Intent, Listener, VoiceCloser
from simulator.world.guilds import Channel, Guild, Member, User
from simulator.world.interactions import InteractionStore
from simulator.world.messages import Message, MessageStore
from simulator.world.payloads import (
    channel_payload,
    guild_create_payload,
    message_payload,
)
from simulator.world.permissions import channel_permissions
from simulator.world.snowflakes import SnowflakeMint
from simulator.world.time_rules import Clock, TimeRules
from simulator.world.voice import VoiceRegister


class World:
    """State and its events. Single-threaded: everything runs in one event loop."""

    def __init__(
        self,
        *,
        bot: User,
        bot_token: str,
        clock: Clock = time.time,
        rules: TimeRules | None = None,
        voice_endpoint: str = "localhost:443",
        base_url: str = "http://127.0.0.1:8900",
        gateway_url: str = "ws://127.0.0.1:8900/gateway",
        shards: int = 1,
        max_concurrency: int = 1,
    ) -> None:
        self.bot = bot
        self.application_id = bot.id
        self.bot_token = bot_token
        self.clock = clock
        self.rules = rules or TimeRules()
        self.voice_endpoint = voice_endpoint
        self.gateway_url = gateway_url
        self.recommended_shards = shards
        self.max_concurrency = max_concurrency
        self.mint = SnowflakeMint(clock)
        self.attachments = AttachmentStore(base_url)
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.messages = MessageStore()
        self.interactions = InteractionStore()
        self.commands = CommandRegistry(self.application_id, self.mint, lambda: self.changed(CommandsChanged()))
        self.voice = VoiceRegister()
        self._listeners: list[Listener] = []
        self._voice_closers: list[VoiceCloser] = []
        self._observers: list[Observer] = []

    def on_dispatch(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def on_voice_close(self, closer: VoiceCloser) -> None:
        self._voice_closers.append(closer)

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Tells every change from now on, until the function that this returns is called."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer)

    def changed(self, change: Change) -> None:
        for observer in tuple(self._observers):
            observer(change)

    def publish(self, guild_id: str, name: str, data: dict[str, Any], intent: int = 0) -> None:
        event = Dispatch(guild_id, name, data, intent)
        for listener in self._listeners:
            listener(event)

    def close_voice(self, guild_id: str, code: int) -> None:
        for closer in self._voice_closers:
            closer(guild_id, code)

    def joined_guilds(self) -> Iterable[Guild]:
        return (guild for guild in self.guilds.values() if guild.bot_joined)

    def joined_guild(self, guild_id: str) -> Guild | None:
        """The guild as the bot may see it: None when it does not exist or the bot is not in it."""
        guild = self.guilds.get(guild_id)
        return guild if guild is not None and guild.bot_joined else None

    def bot_member(self, guild: Guild) -> Member:
        return guild.members[self.bot.id]

    def bot_permissions(self, channel: Channel) -> int:
        guild = self.guilds[channel.guild_id]
        return channel_permissions(guild, self.bot_member(guild), channel)

    def add_guild(self, guild: Guild) -> None:
        self.guilds[guild.id] = guild
        self.channels.update(guild.channels)
        self.changed(PlacesChanged())
        if guild.bot_joined:
            self.publish(guild.id, "GUILD_CREATE", self.guild_create(guild), Intent.GUILDS)

    def guild_create(self, guild: Guild) -> dict[str, Any]:
        return guild_create_payload(guild, self.voice.of_guild(guild.id), self.bot_member(guild))

    def add_channel(self, channel: Channel) -> None:
        guild = self.guilds[channel.guild_id]
        guild.channels[channel.id] = self.channels[channel.id] = channel
        self.changed(PlacesChanged())
        if guild.bot_joined:
            self.publish(guild.id, "CHANNEL_CREATE", channel_payload(channel), Intent.GUILDS)

    def post(self, message: Message) -> None:
        """Stores a message; for all but ephemeral ones the channel and the gateway learn of it."""
        self.messages.put(message)
        self.changed(MessageShown(message))
        if message.ephemeral:
            return
        self.channels[message.channel_id].last_message_id = message.id
        self._tell("MESSAGE_CREATE", message)

    def edit(self, message: Message, **changes: Any) -> Message:
        changed = self.messages.edit(message, edited=self.clock(), **changes)
        self.changed(MessageShown(changed))
        if not changed.ephemeral:
            self._tell("MESSAGE_UPDATE", changed)
        return changed

    def delete_message(self, message_id: str) -> bool:
        message = self.messages.remove(message_id)
        if message is None:
            return False
        self.changed(MessageGone(message))
        gone = {"id": message.id, "channel_id": message.channel_id, "guild_id": message.guild_id}
        if not message.ephemeral:
            self.publish(message.guild_id, "MESSAGE_DELETE", gone, Intent.GUILD_MESSAGES)
        return True

    def _tell(self, name: str, message: Message) -> None:
        if not self.guilds[message.guild_id].bot_joined:
            return
        data = {**message_payload(message, self.application_id), "guild_id": message.guild_id}
        self.publish(message.guild_id, name, data, Intent.GUILD_MESSAGES)
