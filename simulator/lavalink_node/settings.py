"""The durations and doors of one node, in one place so that a test can shorten a minute to a second."""

from dataclasses import dataclass
from pathlib import Path

VERSION = "4.2.2"


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """What a node is started with; the defaults are those recorded from a real server.

    Durations are in seconds. Without a catalogue the node knows only the sources `local` and `http`,
    as the recorded server did. `voice_ca` is trusted beside the system's certificates.
    A `clocked` node plays by the clock alone, without sound (see clocked.py).
    With `lyrics` it has the plugin LavaLyrics.
    """

    password: str = "youshallnotpass"
    name: str = "node"
    catalogue: Path | None = None
    voice_ca: Path | None = None
    local_source: bool = True
    player_update_every: float = 5.0
    stats_every: float = 60.0
    cleanup_after: float = 60.0
    stuck_after: float = 10.0
    http_timeout: float = 3.0
    hung_patches_that_kill_rest: int = 16
    clocked: bool = False
    lyrics: bool = False

    @property
    def frames_at_once(self) -> int:
        """Frames that one tick of the sender stands for: 200 ms of them where nobody listens."""
        return 10 if self.clocked else 1
