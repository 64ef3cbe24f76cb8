"""All that members may ask of a player, as the random tests give it."""

from __future__ import annotations

from project.wire.orders import (
    Clear,
    Dedupe,
    ExportQueue,
    ImportQueue,
    Join,
    Jump,
    Leave,
    MoveTrack,
    Order,
    Pause,
    Play,
    PlaySaved,
    Previous,
    Remove,
    Replay,
    Resume,
    SearchTracks,
    Seek,
    SetAutoplay,
    SetFairQueue,
    SetFilters,
    SetLoop,
    SetVolume,
    ShowPlaying,
    ShowQueue,
    Shuffle,
    Skip,
    Stop,
    Swap,
    VoteSkip,
)
from project.wire.tuning import SetEqualizer, SetPitch, SetSpeed

ORDERS: list[Order] = [Skip(), Skip(), Skip(), Resume(), Resume(), Pause(), Join(), Leave(), Stop(), ShowQueue()]
ORDERS += [Previous(), Previous(), Replay(), Seek(to_ms=70_000), Seek(by_ms=-15_000), SetVolume(by=-10), SetLoop()]
ORDERS += [SetLoop(mode="track"), SetLoop(mode="queue"), SetLoop(mode="off"), SetVolume(level=40), Seek(to_ms=0)]
ORDERS += [Shuffle(), Remove(first=2), Remove(first=3, last=1), Remove(mine=True), MoveTrack(source=3, target=1)]
ORDERS += [Jump(position=1), Jump(position=3), Swap(first=1, second=3), Dedupe(), VoteSkip()]
ORDERS += [ExportQueue(), SetAutoplay(mode="similar"), SetAutoplay(), SetFairQueue(on=True), SetFairQueue(on=False)]
ORDERS += [SetEqualizer(band=2, gain=30), SetSpeed(percent=200), SetSpeed(percent=50), SetPitch(percent=150)]
ORDERS += [MoveTrack(source=1, target=2), Clear(), SetFilters(preset="8d"), SetFilters(preset="off")]
ORDERS += [ShowPlaying(), Skip(entry=3), VoteSkip(entry=2), Jump(position=99)]
"""What is answered at once; those that matter more are there more often."""
SEARCHED: tuple[type[Order], ...] = (Play, PlaySaved, ImportQueue, SearchTracks)
"""What is answered when a search ends; the machines have rules of their own for them."""
