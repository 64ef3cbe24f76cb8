"""One guild's player on one Lavalink session: the library's hook for us, with no queue and no will of its own."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from lavalink import BasePlayer, Event, Node
from lavalink.abc import Filter
from lavalink.server import RawPlayerState

from workers.adapters.lavalink_frames import event_fact, position_fact
from workers.node_ports import FactSink
from workers.player.effects import StartTrack
from workers.ports import Mark, NodeRefused, VoiceCredentials

if TYPE_CHECKING:
    from workers.adapters.lavalink_client import SlotClient


class FrameArrived(Event):
    """An `event` frame as it came; the library's own events name the wrong track (TRAPS 18)."""

    __slots__ = ("at_ms", "frame")

    def __init__(self, frame: dict[str, Any], at_ms: int) -> None:
        self.frame = frame
        self.at_ms = at_ms


class StoredFilters(Filter[dict[str, Any]]):
    """Filters that are already in Lavalink's form (see workers.player.filters)."""

    __slots__ = ()

    def update(self, **kwargs: Any) -> None:
        """Change single values."""
        self.values.update(kwargs)

    def serialize(self) -> dict[str, Any]:
        """The filters object of a PATCH."""
        return self.values


class LavalinkPlayer(BasePlayer):
    """Sends a guild's wishes to the node and hands on what the node says. Calls raise Away or NodeRefused."""

    __slots__ = ()

    async def start(self, track: StartTrack, epoch: int, *, no_replace: bool) -> None:
        """Play; everything is said each time, because a PATCH without `paused` un-pauses (TRAPS 8)."""
        options: dict[str, Any] = {"no_replace": True} if no_replace else {}
        await self._update(
            encoded_track=track.entry.track.encoded,
            position=track.position_ms,
            volume=track.volume,
            paused=track.paused,
            filters=[StoredFilters(track.filters)],
            user_data=asdict(Mark(track.entry.id, track.rev, epoch)),
            **options,
        )

    async def stop(self) -> None:
        """Silence."""
        await self._update(encoded_track=None)

    async def change(self, mark: Mark | None, **wishes: Any) -> None:
        """Change volume, pause, position or filters; `mark` renews the playing track's userData in the same PATCH."""
        if mark is not None:
            wishes["track"] = {"userData": asdict(mark)}
        await self._update(**wishes)

    async def set_voice(self, credentials: VoiceCredentials) -> None:
        """Connect to a voice server; channelId is required since 4.2 (TRAPS 10)."""
        await self._update(
            voice_state={
                "token": credentials.token,
                "endpoint": credentials.endpoint,
                "sessionId": credentials.session_id,
                "channelId": str(credentials.channel_id),
            }
        )

    async def handle_event(self, event: Event) -> None:
        """Hand the frame's fact to the owner of the session."""
        if isinstance(event, FrameArrived) and (fact := event_fact(event.frame, event.at_ms)) is not None:
            self._sink(self.guild_id, fact)

    async def update_state(self, state: RawPlayerState) -> None:
        """Hand a playerUpdate to the owner of the session."""
        self._sink(self.guild_id, position_fact(dict(state)))

    async def node_unavailable(self) -> None:
        """Nothing changes: music goes on while a socket is away, and the session is resumed."""

    async def change_node(self, node: Node) -> None:
        """Refuse: the library would destroy and replay (TRAPS 19); the slot's owner moves guilds itself."""
        raise NodeRefused(f"guild {self.guild_id} is moved to {node.name} by its owner alone")

    @property
    def _sink(self) -> FactSink:
        return cast("SlotClient", self.client).sink

    async def _update(self, **wishes: Any) -> None:
        await self.node.update_player(guild_id=self.guild_id, **wishes)
