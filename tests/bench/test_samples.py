"""The bench's own arithmetic."""

import pytest

from tests.bench.samples import NothingMeasured, Samples, arrivals, drain_rate


def test_a_percentile_is_a_measured_value_that_enough_others_do_not_exceed() -> None:
    samples = Samples("x", [5, 1, 4, 2, 3])
    assert (samples.percentile(1), samples.p50, samples.percentile(80), samples.p99) == (1, 3, 4, 5)


def test_one_slow_one_in_a_hundred_is_left_to_the_p100() -> None:
    samples = Samples("x", [1.0] * 99 + [900.0])
    assert (samples.p99, samples.percentile(100)) == (1.0, 900.0)


def test_rounds_are_pooled() -> None:
    samples = Samples("x", [1.0])
    samples.add([3.0, 2.0])
    assert (len(samples), samples.p50) == (3, 2.0)


def test_no_samples_are_no_result() -> None:
    with pytest.raises(NothingMeasured, match="nothing was measured of: hops"):
        _ = Samples("hops").p50


def test_a_backlog_is_judged_by_its_steady_middle() -> None:
    slow_start = [(0.0, 1000), (5.0, 1000)]
    steady = [(5.0 + second / 10, 1000 - 20 * second) for second in range(51)]
    assert drain_rate([*slow_start, *steady]) == pytest.approx(200)


@pytest.mark.parametrize("seen", [[], [(0.0, 10), (1.0, 10)], [(0.0, 10), (1.0, 0)]])
def test_a_backlog_that_did_not_visibly_go_down_is_no_result(seen: list[tuple[float, int]]) -> None:
    with pytest.raises(NothingMeasured):
        drain_rate(seen)


def test_arrivals_come_at_their_rate_and_are_the_same_for_all_who_use_the_seed() -> None:
    moments = arrivals(100, 50, seed=3)
    assert moments == arrivals(100, 50, seed=3) == sorted(moments)
    assert len(moments) == 5_000
    assert moments[-1] == pytest.approx(50, rel=0.1)
