"""Nothing is heard although it should be: mended in rungs, each of them further-reaching than the one before."""

from __future__ import annotations

from workers.player.effects import ConnectVoice, MoveNode
from workers.player.events.playback import give_up_track
from workers.player.events.voice import rejoin
from workers.player.facts import Unheard
from workers.player.turn import Turn


def unheard(turn: Turn, fact: Unheard) -> None:
    """Credentials again, leave and join, another node, the next track (DESIGN §4)."""
    memory = turn.memory
    if not memory.running or memory.state.voice_channel_id is None:
        return
    if fact.rung == 1:
        turn.want(ConnectVoice())
    elif fact.rung == 2:
        rejoin(turn)
    elif fact.rung == 3:
        turn.want(MoveNode())
    else:
        give_up_track(turn)
