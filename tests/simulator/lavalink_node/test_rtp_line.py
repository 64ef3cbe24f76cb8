"""A voice line numbers its packets without a gap, whatever the player gives it."""

import os
from collections import deque

from simulator.discord_voice.crypto import AES256_GCM, Opener, Sealer
from simulator.discord_voice.rtp import parse_header
from simulator.lavalink_node.faults import SoundFaults
from simulator.lavalink_node.rtp_line import QUEUE_FRAMES, RtpLine
from simulator.lavalink_node.rtp_silence import SILENCE
from simulator.lavalink_node.sender import _MAX_CATCH_UP, TICK, Sender

GUILD = 7
SOUND = b"\xfc\x01"


class Rig:
    """A line between a list of frames and a list of packets."""

    def __init__(self, frames: int) -> None:
        key = os.urandom(32)
        self.frames = deque([SOUND] * frames)
        self.packets: list[bytes] = []
        self.speaking: list[bool] = []
        self.faults = SoundFaults()
        self._opener = Opener(AES256_GCM, key)
        self.line = RtpLine(
            GUILD,
            99,
            self.packets.append,
            Sealer(AES256_GCM, key),
            lambda: self.frames.popleft() if self.frames else None,
            self.speaking.append,
            self.faults,
        )

    def tick(self, times: int) -> None:
        for _ in range(times):
            self.line.tick()

    def numbers(self) -> list[int]:
        """Sequence numbers from the first on."""
        first = parse_header(self.packets[0]).sequence
        return [(parse_header(packet).sequence - first) % 65536 for packet in self.packets]

    def times(self) -> list[int]:
        return [parse_header(packet).timestamp for packet in self.packets]

    def payloads(self) -> list[bytes]:
        return [self._opener.open(packet) for packet in self.packets]


def test_a_track_ends_with_five_silent_frames() -> None:
    rig = Rig(frames=10)
    rig.tick(30)
    assert rig.payloads() == [SOUND] * 10 + [SILENCE] * 5
    assert rig.speaking == [True, False]


def test_numbers_go_on_over_a_pause() -> None:
    rig = Rig(frames=3)
    rig.tick(20)
    rig.frames.extend([SOUND] * 4)
    rig.tick(20)
    assert rig.numbers() == list(range(3 + 5 + 4 + 5))
    assert rig.times() == [960 * number for number in range(17)]


def test_the_queue_takes_four_hundred_milliseconds_ahead() -> None:
    rig = Rig(frames=100)
    rig.tick(1)
    assert len(rig.packets) == 1
    assert len(rig.frames) == 100 - QUEUE_FRAMES


def test_a_track_that_follows_in_time_leaves_no_silence() -> None:
    rig = Rig(frames=5)
    rig.tick(3)
    rig.frames.extend([SOUND] * 5)
    rig.tick(7)
    assert rig.payloads() == [SOUND] * 10


def test_a_lost_frame_leaves_a_hole_in_numbers_and_times() -> None:
    rig = Rig(frames=10)
    rig.tick(2)
    rig.faults.lose_frames(3, GUILD)
    rig.tick(5)
    assert rig.numbers() == [0, 1, 5, 6]
    assert rig.times() == [0, 960, 5 * 960, 6 * 960]


def test_another_guilds_loss_is_not_ours() -> None:
    rig = Rig(frames=10)
    rig.faults.lose_frames(3, GUILD + 1)
    rig.tick(5)
    assert rig.numbers() == [0, 1, 2, 3, 4]


def test_muted_is_silent_but_not_gone() -> None:
    rig = Rig(frames=3)
    rig.faults.mute()
    rig.tick(3)
    assert rig.payloads() == [SILENCE] * 3


class Counter:
    """A line that counts, and once keeps the loop from waking in time."""

    def __init__(self) -> None:
        self.ticks = 0

    def tick(self) -> None:
        self.ticks += 1


async def test_a_late_clock_sends_what_it_missed() -> None:
    sender, line = Sender(), Counter()
    sender.add(line)
    sender._due -= 5 * TICK
    sender._wake()
    sender.remove(line)
    assert line.ticks == 6


async def test_a_very_late_clock_moves_on_instead_of_flooding() -> None:
    sender, line = Sender(), Counter()
    sender.add(line)
    sender._due -= 500 * TICK
    sender._wake()
    sender.remove(line)
    assert line.ticks == _MAX_CATCH_UP
