"""What a look at a guild's player on its node means for the player."""

from __future__ import annotations

from workers.audio.node_hands import Looked
from workers.player.facts import Fact, PlayerAdopted, PositionReported, TrackEnded
from workers.player.guild_player import GuildPlayer


def fact_of(look: Looked, player: GuildPlayer, *, epoch: int, now_ms: int) -> Fact:
    """Where events go elsewhere, a silent player has ended and a playing one tells its position; else the two are
    compared.
    """
    live, current = look.live, player.current
    if look.polled and live is not None and current is not None and player.playing:
        if live.entry is None:
            return TrackEnded(current.id, "finished", now_ms)
        if live.entry == current.id and live.epoch == epoch and live.connected and not live.paused:
            return PositionReported(live.position_ms, live.at_ms, connected=True)
    return PlayerAdopted(live, now_ms, epoch, again=True)
