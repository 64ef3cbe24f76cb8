"""A report tells of one guild since its last reset, and of nothing else."""

import dataclasses

from simulator.discord_voice.ears import Ears
from simulator.discord_voice.rtp import RtpFrame

GUILD_ID = "100"


class Clock:
    """Monotonic seconds that move when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def play(ears: Ears, clock: Clock, frames: list[bytes], *, first: int = 0, ssrc: int = 1) -> None:
    for number, payload in enumerate(frames, first):
        clock.now += 0.02
        ears.hear(GUILD_ID, RtpFrame(ssrc, number & 0xFFFF, number * 960, payload))


def test_a_guild_without_sound_reports_zeros() -> None:
    assert dataclasses.asdict(Ears().report("1")) == {
        "connected": False,
        "channel_id": None,
        "frames": 0,
        "lost": 0,
        "max_gap_ms": 0.0,
        "max_arrival_gap_ms": 0.0,
        "tone_hz": None,
        "rms": 0.0,
        "heard_ms": 0,
    }


def test_reset_counts_from_now_on(tone: list[bytes]) -> None:
    clock = Clock()
    ears = Ears(clock)
    play(ears, clock, tone[:10])
    clock.now += 60
    ears.reset(GUILD_ID)
    assert ears.report(GUILD_ID).frames == 0
    clock.now += 60
    play(ears, clock, tone[:10], first=10)
    report = ears.report(GUILD_ID)
    assert (report.frames, report.lost, report.max_gap_ms, report.max_arrival_gap_ms) == (10, 0, 20.0, 20.0)
    assert report.heard_ms == 200


def test_what_is_lost_right_after_a_reset_is_counted(tone: list[bytes]) -> None:
    clock = Clock()
    ears = Ears(clock)
    play(ears, clock, tone[:10])
    ears.reset(GUILD_ID)
    play(ears, clock, tone[:10], first=15)
    report = ears.report(GUILD_ID)
    assert (report.frames, report.lost, report.max_gap_ms) == (10, 5, 120.0)


def test_silence_that_begins_with_a_reset_is_a_gap_until_another_stream_begins(tone: list[bytes]) -> None:
    clock = Clock()
    ears = Ears(clock)
    play(ears, clock, tone[:10])
    ears.reset(GUILD_ID)
    clock.now += 2
    play(ears, clock, tone[:10], ssrc=7)
    report = ears.report(GUILD_ID)
    assert report.max_gap_ms >= 2_000
    assert report.max_arrival_gap_ms >= 2_000


def test_reset_keeps_the_connection(tone: list[bytes]) -> None:
    ears = Ears()
    ears.joined(GUILD_ID, 1, "555")
    ears.reset(GUILD_ID)
    assert (ears.report(GUILD_ID).connected, ears.report(GUILD_ID).channel_id) == (True, "555")


def test_a_straggler_from_before_the_reset_is_not_counted(tone: list[bytes]) -> None:
    clock = Clock()
    ears = Ears(clock)
    ears.reset(GUILD_ID)
    play(ears, clock, tone[:1], first=50)
    play(ears, clock, tone[:1], first=48)
    assert (ears.report(GUILD_ID).frames, ears.report(GUILD_ID).lost) == (1, 0)


def test_a_copy_is_not_heard_twice(tone: list[bytes]) -> None:
    clock = Clock()
    ears = Ears(clock)
    play(ears, clock, tone[:5])
    play(ears, clock, tone[:5])
    assert (ears.report(GUILD_ID).frames, ears.report(GUILD_ID).heard_ms) == (5, 100)


def test_a_node_change_is_one_gap_of_wall_time(tone: list[bytes]) -> None:
    clock = Clock()
    ears = Ears(clock)
    play(ears, clock, tone[:50], ssrc=1)
    clock.now += 0.28
    play(ears, clock, tone[50:], ssrc=2, first=9000)
    report = ears.report(GUILD_ID)
    assert (report.frames, report.lost, report.max_gap_ms) == (len(tone), 0, 300.0)


def test_the_newest_connection_tells_the_channel() -> None:
    ears = Ears()
    ears.joined(GUILD_ID, 1, "555")
    ears.joined(GUILD_ID, 2, "556")
    ears.left(GUILD_ID, 1)
    assert ears.report(GUILD_ID).channel_id == "556"
    ears.joined(GUILD_ID, 3, "557")
    ears.joined(GUILD_ID, 2, "558")
    assert ears.report(GUILD_ID).channel_id == "558"
    ears.left(GUILD_ID, 2)
    ears.left(GUILD_ID, 3)
    assert not ears.report(GUILD_ID).connected


async def test_a_subscriber_hears_only_its_guild(tone: list[bytes]) -> None:
    clock = Clock()
    ears = Ears(clock)
    mine, other = ears.subscribe(GUILD_ID), ears.subscribe("200")
    play(ears, clock, tone[:3])
    await mine.aclose()
    await other.aclose()
    assert len([block async for block in mine]) == 3
    assert [block async for block in other] == []
