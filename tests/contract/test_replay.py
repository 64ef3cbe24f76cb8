"""Each recording is performed again and compared, field by field and event by event."""

from pathlib import Path

import pytest

from tests.contract import stage as stages
from tests.contract.conftest import REPLAYED
from tests.contract.departures import DEPARTURES, Departure
from tests.contract.performer import Performance
from tests.contract.recording import all_names


def _performed(performances: dict[str, Performance | BaseException], name: str) -> Performance:
    if name not in performances:
        pytest.skip("waits a minute at a real server: set LAVALINK_SLOW=1")
    performance = performances[name]
    if isinstance(performance, BaseException):
        raise performance
    return performance


@pytest.mark.parametrize("name", REPLAYED)
def test_a_node_does_what_was_recorded(performances: dict[str, Performance | BaseException], name: str) -> None:
    declared = [each.place for each in DEPARTURES if each.recording == name]
    undeclared = [
        str(difference)
        for difference in _performed(performances, name).differences
        if not any(difference.where.startswith(place) for place in declared)
    ]
    assert undeclared == []


@pytest.mark.skipif(stages.REAL_URL is not None, reason="departures are the simulator's")
@pytest.mark.parametrize("departure", DEPARTURES, ids=lambda each: f"{each.recording}: {each.place}")
def test_a_declared_departure_still_departs(
    performances: dict[str, Performance | BaseException], departure: Departure
) -> None:
    found = _performed(performances, departure.recording).differences
    assert any(difference.where.startswith(departure.place) for difference in found), departure.reason


def test_every_recording_in_the_folder_is_named_by_a_test() -> None:
    played_by_hand = {name for name in all_names() if name not in REPLAYED}
    suite = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert {name for name in played_by_hand if name not in suite} == set()
