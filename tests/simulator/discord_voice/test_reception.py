"""Loss and gaps are judged by RTP: lateness, copies, wrap-arounds and new streams must not deceive."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.discord_voice.reception import WINDOW_FRAMES, GuildReception

SSRC = 1000


def receive(
    sequences: list[int], *, first_sequence: int = 0, first_timestamp: int = 0, ssrc: int = SSRC
) -> GuildReception:
    """Let frames arrive in this order, each in its own millisecond."""
    reception = GuildReception()
    for arrived, number in enumerate(sequences):
        sequence = (first_sequence + number) & 0xFFFF
        timestamp = (first_timestamp + 960 * number) & 0xFFFFFFFF
        reception.add(ssrc, sequence, timestamp, arrived / 1000)
    return reception


def test_nothing_was_lost_before_anything_came() -> None:
    reception = GuildReception()
    assert (reception.frames, reception.lost, reception.max_gap_ms) == (0, 0, 0.0)


def test_an_unbroken_stream_has_gaps_of_one_frame() -> None:
    reception = receive(list(range(500)))
    assert (reception.frames, reception.lost, reception.max_gap_ms) == (500, 0, 20.0)


def test_missing_frames_are_lost_and_leave_a_gap() -> None:
    reception = receive([0, 1, 2, 8, 9])
    assert (reception.lost, reception.max_gap_ms) == (5, 120.0)


def test_a_loss_is_not_forgotten_when_the_window_has_moved_on() -> None:
    reception = receive([0, 1, 2, *range(8, 8 + 3 * WINDOW_FRAMES)])
    assert (reception.lost, reception.max_gap_ms) == (5, 120.0)


def test_a_late_frame_is_not_lost() -> None:
    reception = receive([0, 1, 3, 4])
    assert reception.lost == 1
    reception = receive([0, 1, 3, 4, 2])
    assert (reception.frames, reception.lost, reception.max_gap_ms) == (5, 0, 20.0)


def test_a_frame_that_comes_after_the_window_stays_lost() -> None:
    reception = receive([0, 2, *range(3, 3 + WINDOW_FRAMES), 1])
    assert (reception.lost, reception.max_gap_ms) == (1, 40.0)


def test_copies_count_once() -> None:
    reception = receive([0, 1, 1, 2, 0, 2])
    assert (reception.frames, reception.lost) == (3, 0)


def test_sequence_and_timestamp_may_wrap() -> None:
    reception = receive(
        [number for number in range(20) if number != 12],
        first_sequence=0xFFFF - 9,
        first_timestamp=0xFFFFFFFF - 960 * 9,
    )
    assert (reception.frames, reception.lost, reception.max_gap_ms) == (19, 1, 40.0)


def test_a_late_frame_may_come_from_before_the_wrap() -> None:
    reception = receive([0, 1, 3, 4, 2], first_sequence=0xFFFD, first_timestamp=0xFFFFFFFF - 1920)
    assert (reception.lost, reception.max_gap_ms) == (0, 20.0)


def test_a_long_stream_wraps_many_times() -> None:
    reception = receive([number for number in range(200_000) if number % 50_000 != 7])
    assert (reception.lost, reception.max_gap_ms) == (4, 40.0)


def test_a_pause_is_no_loss_and_no_gap() -> None:
    reception = GuildReception()
    reception.add(SSRC, 0, 0, 0.0)
    reception.add(SSRC, 1, 960, 30.0)
    assert (reception.lost, reception.max_gap_ms, reception.max_arrival_gap_ms) == (0, 20.0, 30_000.0)


def test_a_timestamp_that_jumps_is_a_gap_but_no_loss() -> None:
    reception = GuildReception()
    reception.add(SSRC, 0, 0, 0.0)
    reception.add(SSRC, 1, 48_000, 0.02)
    assert (reception.lost, reception.max_gap_ms) == (0, 1000.0)


def test_between_two_streams_wall_time_counts() -> None:
    reception = GuildReception()
    reception.add(1, 7, 960, 10.0)
    reception.add(2, 50_000, 123_456, 10.25)
    reception.add(2, 50_001, 124_416, 10.27)
    assert (reception.frames, reception.lost, reception.max_gap_ms) == (3, 0, 250.0)


def test_a_gap_of_a_stream_long_gone_is_kept() -> None:
    reception = GuildReception()
    reception.add(0, 0, 0, 0.0)
    reception.add(0, 10, 9600, 0.01)
    for ssrc in range(1, 20):
        reception.add(ssrc, 0, 0, ssrc / 100)
    assert reception.max_gap_ms == 200.0


def test_losses_of_streams_long_gone_are_kept() -> None:
    reception = GuildReception()
    for ssrc in range(20):
        reception.add(ssrc, 0, 0, ssrc / 100)
        reception.add(ssrc, 2, 1920, ssrc / 100)
    assert (reception.frames, reception.lost, reception.max_gap_ms) == (40, 20, 40.0)


@pytest.mark.parametrize("reached", [200, 2_000, 20_000])
def test_a_sender_that_counts_anew_is_heard_from_its_second_frame_on(reached: int) -> None:
    reception = GuildReception()
    reception.add(SSRC, reached, 0, 0.0)
    for number in range(3):
        reception.add(SSRC, number, number * 960, 0.5 + number / 50)
    assert (reception.frames, reception.lost, reception.max_gap_ms) == (3, 0, 520.0)


def test_single_stragglers_are_no_new_count() -> None:
    reception = receive([*range(300), 5, 300, 9, 301])
    assert (reception.frames, reception.lost, reception.max_gap_ms) == (302, 0, 20.0)


@given(
    missing=st.sets(st.integers(1, 298), max_size=60),
    first_sequence=st.integers(0, 0xFFFF),
    first_timestamp=st.integers(0, 0xFFFFFFFF),
    data=st.data(),
)
def test_order_of_arrival_never_changes_what_is_lost(
    missing: set[int], first_sequence: int, first_timestamp: int, data: st.DataObject
) -> None:
    """Frames overtake each other by up to half the window; the first one leads."""
    sent = [number for number in range(300) if number not in missing]
    delays = data.draw(st.lists(st.integers(0, WINDOW_FRAMES // 2), min_size=300, max_size=300))
    arriving = [0, *sorted(sent[1:], key=lambda number: number + delays[number])]
    reception = receive(arriving, first_sequence=first_sequence, first_timestamp=first_timestamp)
    longest = max(after - before for before, after in pairwise(sent))
    assert reception.frames == len(sent)
    assert reception.lost == len(missing)
    assert reception.max_gap_ms == 20.0 * longest
